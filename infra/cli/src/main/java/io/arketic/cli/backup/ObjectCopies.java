package io.arketic.cli.backup;

import io.arketic.store.S3Store;
import io.arketic.store.StoreException;
import io.arketic.store.StoredContent;
import io.arketic.store.StoredObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Copies the objects of a store into the repository: each content once, encrypted, beside a journal of the objects. Not safe
 * for several threads.
 */
final class ObjectCopies {

    /** Counts what one copy found. */
    record Copied(int objects, int changed, long bytes) {}

    private final Path directory;
    private final EncryptedFiles encryption;
    private final ObjectJournal journal;

    /** Holds what the journal says last, and its last file, so that it is not read again at each call. */
    private Map<String, ObjectEntry> held = Map.of();

    private @Nullable Path heldPage;

    ObjectCopies(Path directory, EncryptedFiles encryption) {
        this.directory = directory;
        this.encryption = encryption;
        this.journal = new ObjectJournal(directory.resolve("journal"), encryption);
    }

    ObjectJournal journal() {
        return journal;
    }

    /**
     * Copies what changed since the last call; objects with the same ETag, size and time are not read again. After a
     * failure the next call copies the rest.
     *
     * @param whole whether the journal gets a list of all objects instead of the changes
     */
    Copied copy(S3Store store, List<String> buckets, boolean whole) throws IOException {
        Files.createDirectories(directory.resolve("content"));
        Map<String, ObjectEntry> before = before();
        Map<String, ObjectEntry> now = new TreeMap<>();
        List<ObjectEntry> changes = new ArrayList<>();
        long bytes = 0;
        try {
            for (String bucket : buckets) {
                if (store.hasBucket(bucket)) {
                    for (StoredObject object : objects(store, bucket)) {
                        Optional<ObjectEntry> known = known(before.get(bucket + "/" + object.key()), object);
                        Optional<ObjectEntry> entry = known.isPresent() ? known : fetch(store, bucket, object);
                        if (entry.isPresent()) {
                            now.put(entry.get().place(), entry.get());
                        }
                        if (known.isEmpty() && entry.isPresent()) {
                            changes.add(entry.get());
                            bytes += entry.get().size();
                        }
                    }
                }
            }
        } catch (StoreException e) {
            throw new IOException("cannot copy the objects: " + e.getMessage(), e);
        }
        before.values().stream()
                .filter(entry -> !now.containsKey(entry.place()))
                .map(ObjectEntry::gone)
                .forEach(changes::add);
        if (whole || !changes.isEmpty()) {
            heldPage = journal.write(Instant.now(), whole, whole ? now.values() : changes);
            held = now;
        }
        return new Copied(now.size(), changes.size(), bytes);
    }

    /** Returns what the journal says last; another process may have written to it. */
    private Map<String, ObjectEntry> before() throws IOException {
        List<ObjectJournal.Page> pages = journal.pages();
        Path last = pages.isEmpty() ? null : pages.get(pages.size() - 1).file();
        if (!Objects.equals(last, heldPage)) {
            held = journal.at(Instant.MAX);
            heldPage = last;
        }
        return held;
    }

    private static List<StoredObject> objects(S3Store store, String bucket) throws StoreException {
        List<StoredObject> objects = new ArrayList<>();
        var listing = store.list(bucket, "");
        for (var next = listing.next(); next.isPresent(); next = listing.next()) {
            objects.add(next.get());
        }
        return objects;
    }

    private Optional<ObjectEntry> known(@Nullable ObjectEntry before, StoredObject object) {
        if (before == null || before.sha256() == null) {
            return Optional.empty();
        }
        boolean same = before.etag().equals(object.etag())
                && before.size() == object.size()
                && Objects.equals(before.modified(), object.lastModified())
                && Files.exists(content(before.sha256()));
        return same ? Optional.of(before) : Optional.empty();
    }

    /** Returns the copied object; empty where it has gone meanwhile. */
    private Optional<ObjectEntry> fetch(S3Store store, String bucket, StoredObject object)
            throws IOException, StoreException {
        Path draft = directory.resolve("content").resolve("draft");
        MessageDigest digest = sha256();
        long size;
        String etag;
        try (StoredContent content = store.get(bucket, object.key());
                InputStream bytes = new DigestInputStream(content.bytes(), digest);
                OutputStream out = encryption.writer(draft)) {
            size = bytes.transferTo(out);
            etag = content.etag().isEmpty() ? object.etag() : content.etag();
        } catch (StoreException e) {
            if (e.reason() == StoreException.Reason.ABSENT) {
                return Optional.empty();
            }
            throw e;
        }
        String hash = HexFormat.of().formatHex(digest.digest());
        Path file = content(hash);
        Files.createDirectories(file.getParent());
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return Optional.of(new ObjectEntry(bucket, object.key(), etag, size, object.lastModified(), hash));
    }

    /** Writes the bytes of an entry to a stream; fails where the copy is missing or is not what was copied. */
    void read(ObjectEntry entry, OutputStream out) throws IOException {
        MessageDigest digest = sha256();
        String hash = Objects.requireNonNull(entry.sha256(), "an object that is gone has no bytes");
        try (InputStream bytes = new DigestInputStream(encryption.reader(content(hash)), digest)) {
            bytes.transferTo(out);
        }
        if (!HexFormat.of().formatHex(digest.digest()).equals(hash)) {
            throw new IOException("the copy of " + entry.place() + " is not what was copied");
        }
    }

    /** Deletes journals and contents that no time from this one on needs. */
    void forgetBefore(Instant time) throws IOException {
        journal.forgetBefore(time);
        Set<String> needed = new HashSet<>();
        for (ObjectJournal.Page page : journal.pages()) {
            for (ObjectEntry entry : journal.read(page)) {
                if (entry.sha256() != null) {
                    needed.add(encryption.name(entry.sha256()));
                }
            }
        }
        Path contents = directory.resolve("content");
        if (Files.isDirectory(contents)) {
            List<Path> unneeded;
            try (Stream<Path> files = Files.walk(contents, 2)) {
                unneeded = files.filter(Files::isRegularFile)
                        .filter(file -> !needed.contains(file.getFileName().toString()))
                        .toList();
            }
            for (Path file : unneeded) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Returns the file of a content. */
    Path content(String hash) {
        String name = encryption.name(hash);
        return directory.resolve("content").resolve(name.substring(0, 2)).resolve(name);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
