package io.arketic.rag.document;

import io.arketic.rag.bulkhead.Bulkhead;
import io.arketic.rag.bulkhead.Bulkheads;
import io.arketic.rag.bulkhead.Kind;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.document.DocumentTree.Place;
import io.arketic.rag.document.PartUploads.Access;
import io.arketic.rag.document.UploadClaims.Claim;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Puts the parts of an upload together to a file of the drive. One request does it at a time: it holds a claim, which
 * {@link UploadClaims} renews. If its process ends, the claim runs out and the next request begins again. The commit that
 * enters the file ends the upload; an upload that was aborted meanwhile becomes no file.
 */
@Component
class UploadCompletion {

    /** Limits the numbers that a problem names. */
    private static final int NAMED = 10;

    private final Transactions transactions;
    private final Memberships memberships;
    private final Documents documents;
    private final PartUploads uploads;
    private final UploadClaims claims;
    private final UploadParts parts;
    private final DocumentUploads objects;
    private final DocumentFiles files;
    private final Bulkhead places;

    UploadCompletion(
            Transactions transactions,
            Memberships memberships,
            Documents documents,
            PartUploads uploads,
            UploadClaims claims,
            UploadParts parts,
            DocumentUploads objects,
            DocumentFiles files,
            Bulkheads bulkheads) {
        this.transactions = transactions;
        this.memberships = memberships;
        this.documents = documents;
        this.uploads = uploads;
        this.claims = claims;
        this.parts = parts;
        this.objects = objects;
        this.files = files;
        this.places = bulkheads.of(Kind.COMPLETIONS);
    }

    /**
     * Returns the file. A complete upload gives its file again. A request enters its place before it claims the upload, so that
     * an upload without a place stays open.
     */
    Document complete(Access access) {
        if (access.upload().status().equals(PartUpload.COMPLETED)) {
            return stored(access);
        }
        PartUploads.refuseWhileCompleting(access.upload());
        try (Bulkhead.Place place = places.enter(access.membership().organizationId())) {
            Optional<Claim> taken = claims.take(access);
            if (taken.isEmpty()) {
                return stored(access);
            }
            try (Claim claim = taken.get()) {
                return assemble(access, claim);
            }
        }
    }

    private Document stored(Access access) {
        return transactions.run(access.membership().context(), sql -> {
            UUID stored = uploads.one(sql, access.upload().id()).documentId();
            if (stored == null) {
                throw ProblemException.notFound("document");
            }
            return Documents.one(sql, stored);
        });
    }

    private Document assemble(Access access, Claim claim) {
        PartUpload upload = access.upload();
        List<UploadedPart> received = received(access);
        Place place = documents.place(
                access.membership(), upload.parentId(), upload.parentId() == null ? upload.shareLevel() : null);
        DocumentUploads.Written written = write(access, claim, received);
        if (DocumentUploads.differs(upload.fileHash(), written.hash())) {
            objects.discard(access.membership().organizationId(), written.key());
            uploads.refuse(access, claim.id(), written.hash());
            throw DocumentUploads.mismatch(written.hash());
        }
        return files.enter(access.membership(), place, upload.name(), written, new DocumentFiles.Entry() {
            @Override
            public void before(JdbcClient sql) {
                requireWriter(sql, access.membership());
                claim.settle();
                uploads.complete(sql, upload.id(), claim.id());
            }

            @Override
            public void after(JdbcClient sql, Document document) {
                uploads.became(sql, upload.id(), document.id());
            }
        });
    }

    private List<UploadedPart> received(Access access) {
        int count = access.upload().partCount();
        List<UploadedPart> received = parts.list(access, 0, count).stream()
                .filter(part -> part.receivedAt() != null)
                .toList();
        if (received.size() < count) {
            List<Integer> missing =
                    new ArrayList<>(IntStream.rangeClosed(1, count).boxed().toList());
            received.forEach(part -> missing.remove(Integer.valueOf(part.number())));
            throw new ProblemException(
                    ProblemReason.UPLOAD_INCOMPLETE,
                    missing.size() + " of " + count + " parts are missing: "
                            + missing.stream().limit(NAMED).map(String::valueOf).collect(Collectors.joining(", "))
                            + (missing.size() > NAMED ? " and others." : "."));
        }
        return received;
    }

    private DocumentUploads.Written write(Access access, Claim claim, List<UploadedPart> received) {
        PartUpload upload = access.upload();
        PartsStream content =
                new PartsStream(received, parts::open, claim::require, part -> parts.forget(access, part));
        try (content) {
            return objects.write(access.membership().organizationId(), upload, content);
        } catch (IOException notClosed) {
            throw new UncheckedIOException(notClosed);
        } catch (RuntimeException failure) {
            ProblemException reason = content.failure();
            throw reason == null ? failure : reason;
        }
    }

    /** Refuses a user whose role was taken while the parts were read. */
    private void requireWriter(JdbcClient sql, Membership membership) {
        boolean writes = memberships
                .find(sql, membership.organizationId(), membership.userId())
                .filter(now -> Permission.DOCUMENT_WRITE.allows(now.role()))
                .isPresent();
        if (!writes) {
            throw new ProblemException(ProblemReason.FORBIDDEN, "Your role has changed meanwhile.");
        }
    }
}
