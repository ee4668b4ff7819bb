package io.arketic.rag.document;

import io.arketic.rag.bulkhead.Bulkhead;
import io.arketic.rag.bulkhead.Bulkhead.Place;
import io.arketic.rag.bulkhead.Bulkheads;
import io.arketic.rag.bulkhead.Kind;
import io.arketic.rag.deployment.Sender;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.preview.Drawing;
import io.arketic.rag.preview.PreviewFork;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.storage.ObjectStorage;
import io.arketic.rag.storage.ObjectStorage.StoredObject;
import io.arketic.schema.tenancy.Turns;
import io.arketic.schema.tenancy.Turns.Turn;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Accesses the table {@code document_previews}: images of files, drawn when the first reader asks and kept in the store.
 * They belong to the bytes, so equal files have one preview, and go with the last reference to the bytes. A reader of a
 * document sees its preview. Two requests that draw the same file at once may do it twice, and the first commit stays.
 */
@Component
class DocumentPreviews {

    /** Names the images of a file. */
    enum Size {
        PAGE,
        THUMBNAIL;

        static final String NAMES = "page|thumbnail";
    }

    private static final long LARGEST_FILE = 100L << 20;

    /** Limits the time that a request waits until its file is drawn: a list asks for many previews at once. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private static final String PNG = "image/png";
    private static final String PDF = "application/pdf";
    private static final Set<String> PICTURES =
            Set.of("image/png", "image/jpeg", "image/gif", "image/bmp", "image/x-ms-bmp", "image/tiff");

    /** Holds the row of a file; without a reason the file has images. */
    private record Row(
            @Nullable String reason,
            @Nullable String pageKey,
            @Nullable String thumbnailKey) {

        @Nullable
        String key(Size size) {
            return size == Size.PAGE ? pageKey : thumbnailKey;
        }
    }

    private final Transactions transactions;
    private final DocumentFiles files;
    private final DocumentUploads objects;
    private final ObjectStorage storage;
    private final PreviewFork fork;
    private final Bulkhead places;
    private final Turns turns;

    DocumentPreviews(
            Transactions transactions,
            DocumentFiles files,
            DocumentUploads objects,
            ObjectStorage knowledge,
            PreviewFork fork,
            Bulkheads bulkheads) {
        this.transactions = transactions;
        this.files = files;
        this.objects = objects;
        this.storage = knowledge.beside(DocumentUploads.BUCKET);
        this.fork = fork;
        this.places = bulkheads.of(Kind.PREVIEWS);
        this.turns = bulkheads.previews();
    }

    /**
     * Opens the image of a file for the current request.
     *
     * @throws ProblemException 404 when the file has none; 429 when too many are being drawn
     */
    StoredObject open(DocumentAccess access, StoredFile file, Size size) {
        PreviewFork.Kind kind = kind(file).orElseThrow(DocumentPreviews::missing);
        Row row = find(access.membership(), file).orElseGet(() -> draw(access.membership(), file, kind));
        String key = row.key(size);
        if (key == null) {
            throw missing();
        }
        return storage.open(access.membership().organizationId(), key);
    }

    private static Optional<PreviewFork.Kind> kind(StoredFile file) {
        String type = file.mediaType().toLowerCase(Locale.ROOT);
        if (file.size() == 0 || file.size() > LARGEST_FILE) {
            return Optional.empty();
        }
        if (type.equals(PDF)) {
            return Optional.of(PreviewFork.Kind.PDF);
        }
        return PICTURES.contains(type) ? Optional.of(PreviewFork.Kind.PICTURE) : Optional.empty();
    }

    /** Finds what was drawn. What took too long, or ended its process, is tried again a day later. */
    private Optional<Row> find(Membership membership, StoredFile file) {
        return transactions.run(
                membership.context(),
                sql -> sql.sql("""
                        SELECT reason, page_object, thumbnail_object FROM document_previews
                        WHERE blob_id = :blob
                          AND (reason IS NULL OR reason NOT IN ('time_limit', 'crashed')
                              OR created_at >= now() - interval '1 day')""")
                        .param("blob", file.blobId())
                        .query((row, number) -> new Row(
                                row.getString("reason"),
                                row.getString("page_object"),
                                row.getString("thumbnail_object")))
                        .optional());
    }

    private Row draw(Membership membership, StoredFile file, PreviewFork.Kind kind) {
        Drawing drawing;
        try (Place place = places.enter(membership.organizationId(), membership.userId());
                Turn turn = turn(membership.organizationId())) {
            Optional<Row> meanwhile = find(membership, file);
            if (meanwhile.isPresent()) {
                return meanwhile.get();
            }
            drawing = drawing(file, kind);
        }
        if (drawing instanceof Drawing.Drawn drawn) {
            UUID tenant = membership.organizationId();
            Row row = new Row(null, stored(tenant, drawn.page()), stored(tenant, drawn.thumbnail()));
            return enter(membership, file, row);
        }
        String reason = ((Drawing.Undrawable) drawing).reason().name().toLowerCase(Locale.ROOT);
        return enter(membership, file, new Row(reason, null, null));
    }

    /** Waits for a turn, for a limited time, and not after the reader has gone. */
    private Turn turn(UUID tenant) {
        @Nullable Sender sender = Sender.current();
        long deadline = System.nanoTime() + LONGEST_WAIT.toNanos();
        @Nullable Turn turn = null;
        try {
            turn = turns.take(tenant, () -> System.nanoTime() - deadline > 0 || sender != null && sender.hasGone());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        if (turn == null) {
            throw ProblemException.tooManyRequests("Too many previews are under way.", Duration.ofSeconds(2));
        }
        return turn;
    }

    private Drawing drawing(StoredFile file, PreviewFork.Kind kind) {
        try (InputStream bytes = files.read(file).bytes()) {
            return fork.draw(kind, bytes);
        } catch (IOException broken) {
            throw new ProblemException(ProblemReason.INTERNAL, "The preview could not be drawn; try again.", broken);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw ProblemException.tooManyRequests("The server is being stopped.", Duration.ofSeconds(5));
        }
    }

    private String stored(UUID tenant, byte[] image) {
        String key = objects.newObject(tenant.toString());
        storage.put(tenant, key, new ByteArrayInputStream(image), image.length, PNG);
        return key;
    }

    /** Enters a row and returns the one that is there then; objects of another row are removed in a day. */
    private Row enter(Membership membership, StoredFile file, Row row) {
        transactions.run(
                membership.context(),
                sql -> sql.sql("""
                        INSERT INTO document_previews AS p (
                            organization_id, blob_id, reason, page_object, thumbnail_object)
                        VALUES (:organization, :blob, :reason, :page, :thumbnail)
                        ON CONFLICT (blob_id) DO UPDATE
                        SET reason = excluded.reason, page_object = excluded.page_object,
                            thumbnail_object = excluded.thumbnail_object, created_at = excluded.created_at
                        WHERE p.reason IN ('time_limit', 'crashed')""")
                        .param("organization", membership.organizationId())
                        .param("blob", file.blobId())
                        .param("reason", row.reason())
                        .param("page", row.pageKey())
                        .param("thumbnail", row.thumbnailKey())
                        .update());
        return find(membership, file).orElseThrow(DocumentPreviews::missing);
    }

    private static ProblemException missing() {
        return ProblemException.notFound("preview");
    }
}
