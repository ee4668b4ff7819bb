package io.arketic.rag.document;

import io.arketic.rag.bulkhead.Bulkhead;
import io.arketic.rag.bulkhead.Bulkhead.Place;
import io.arketic.rag.bulkhead.Bulkheads;
import io.arketic.rag.bulkhead.Kind;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.storage.ObjectStorage;
import io.arketic.rag.storage.ObjectStorage.StoredObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** Sends a folder as a ZIP while it is read: of each document what its reader sees, in the latest version. */
@Component
class FolderArchive {

    private static final Logger log = LoggerFactory.getLogger(FolderArchive.class);
    static final int MOST = 50_000;

    /** Limits the archives for readers without an account, which leave the exports of members alone. */
    private static final int PUBLIC = 4;

    /**
     * Applies row-level security at each level: the content of a hidden folder is not reached. The limit stands before the
     * order, so that it ends the recursion.
     */
    private static final String FILES = """
            WITH RECURSIVE down AS (
                SELECT d.id, d.document_type, d.blob_id, d.file_path, CAST('' AS text) AS path
                FROM documents d WHERE d.id = :folder
                UNION ALL
                SELECT c.id, c.document_type, c.blob_id, c.file_path, p.path || '/' || c.name
                FROM documents c JOIN down p ON c.parent_id = p.id
                WHERE c.deleted_at IS NULL AND c.version_of_id IS NULL AND p.document_type = 'folder'
            )
            SELECT path, file_path FROM (
                SELECT substr(path, 2) || CASE WHEN document_type = 'folder' THEN '/' ELSE '' END AS path, file_path
                FROM down WHERE path <> '' AND (document_type = 'folder' OR blob_id IS NOT NULL) LIMIT :most) f
            ORDER BY path""";

    record Entry(String path, String objectKey) {

        boolean isFolder() {
            return path.endsWith("/");
        }
    }

    private final Transactions transactions;
    private final ObjectStorage storage;
    private final Bulkhead places;
    private final Bulkhead publicPlaces;

    FolderArchive(Transactions transactions, ObjectStorage knowledge, Bulkheads bulkheads) {
        this.transactions = transactions;
        this.storage = knowledge.beside(DocumentUploads.BUCKET);
        this.places = bulkheads.of(Kind.EXPORTS);
        this.publicPlaces = bulkheads.bulkhead("public-archives", PUBLIC);
    }

    ResponseEntity<StreamingResponseBody> answer(DocumentAccess access) {
        Document folder = access.live().document();
        if (!folder.isFolder()) {
            throw new ProblemException(ProblemReason.CONFLICT, "Only a folder is sent as an archive.");
        }
        Place place = places.enter(folder.organizationId(), access.membership().userId());
        return answer(places, place, folder.name(), () -> entries(access.membership(), folder));
    }

    /**
     * Sends a stranger what {@code content} returns. It runs when there is a place, and its refusal is the answer.
     *
     * @param network of the caller, which counts as one person
     */
    ResponseEntity<StreamingResponseBody> answer(
            UUID tenant, String network, String name, Supplier<List<Entry>> content) {
        UUID person = UUID.nameUUIDFromBytes(network.getBytes(StandardCharsets.UTF_8));
        return answer(publicPlaces, publicPlaces.enter(tenant, person), name, content);
    }

    private ResponseEntity<StreamingResponseBody> answer(
            Bulkhead bulkhead, Place place, String name, Supplier<List<Entry>> content) {
        StreamingResponseBody body;
        try {
            List<Entry> entries = content.get();
            if (entries.size() > MOST) {
                throw new ProblemException(
                        ProblemReason.TOO_LARGE,
                        "The folder holds more than " + MOST + " documents; take a part of it.");
            }
            body = bulkhead.writing(place, target -> write(entries, target));
        } catch (RuntimeException refused) {
            place.close();
            throw refused;
        }
        return ResponseEntity.ok()
                .contentType(MediaType.parseMediaType("application/zip"))
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment()
                                .filename(name + ".zip", StandardCharsets.UTF_8)
                                .build()
                                .toString())
                .body(body);
    }

    private List<Entry> entries(Membership membership, Document folder) {
        return transactions.run(
                membership.context(),
                sql -> sql.sql(FILES)
                        .param("folder", folder.id())
                        .param("most", MOST + 1)
                        .query(FolderArchive::entry)
                        .list());
    }

    static Entry entry(ResultSet row, int number) throws SQLException {
        return new Entry(row.getString("path"), row.getString("file_path"));
    }

    private void write(List<Entry> entries, OutputStream target) throws IOException {
        ZipOutputStream zip = new ZipOutputStream(target, StandardCharsets.UTF_8);
        zip.setLevel(Deflater.BEST_SPEED);
        for (Entry entry : entries) {
            if (entry.isFolder()) {
                zip.putNextEntry(new ZipEntry(entry.path()));
                zip.closeEntry();
            } else {
                writeFile(entry, zip);
            }
        }
        zip.finish();
    }

    /** Leaves out a file that is deleted meanwhile, or that the store lacks. */
    private void writeFile(Entry entry, ZipOutputStream zip) throws IOException {
        StoredObject object;
        try {
            object = storage.read(entry.objectKey());
        } catch (ProblemException missing) {
            if (missing.reason() == ProblemReason.NOT_FOUND) {
                log.warn("An archive of a folder lacks the object {}", entry.objectKey());
                return;
            }
            throw missing;
        }
        try (InputStream bytes = object.bytes()) {
            zip.putNextEntry(new ZipEntry(entry.path()));
            bytes.transferTo(zip);
            zip.closeEntry();
        }
    }
}
