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
import java.security.GeneralSecurityException;
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
 * Copies the objects of a store into the repository: each content once, encrypted, beside a journal of the objects. An
 * object that the store does not deliver is named and tried again at the next call; the others are copied. Not safe for
 * several threads.
 */
final class ObjectCopies {

    /**
     * Counts what one copy found.
     *
     * @param unreadable objects that the store lists and does not deliver, each with the reason
     */
    record Copied(int objects, int changed, long bytes, List<String> unreadable) {}

    /** Limits what a killed copy has to copy again. */
    private static final int BATCH_OBJECTS = 1_000;

    private static final long BATCH_BYTES = 1L << 30;

    private static final String LISTED = "listed";
    private static final String DAMAGED = ".damaged";

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
     * failure the next call copies the rest; what was copied is in the journal by then.
     *
     * @param whole whether the journal gets a list of all objects instead of the changes, and damaged copies are looked for
     * @throws IOException if the store does not list its objects, or the repository takes no file
     */
    Copied copy(S3Store store, List<String> buckets, boolean whole) throws IOException {
        Files.createDirectories(directory.resolve("content"));
        Instant began = Instant.now();
        var round = new Round(store, before(), whole);
        try {
            for (String bucket : buckets) {
                if (store.hasBucket(bucket)) {
                    for (StoredObject object : objects(store, bucket)) {
                        round.take(bucket, object);
                    }
                }
            }
        } catch (StoreException e) {
            round.save();
            throw new IOException("cannot copy the objects: " + e.getMessage(), e);
        }
        round.finish();
        writeListed(began);
        return new Copied(round.now.size(), round.changed, round.bytes, List.copyOf(round.unreadable));
    }

    /** Reports that the store does not deliver an object. */
    private static final class UndeliveredException extends Exception {

        private static final long serialVersionUID = 1L;

        private UndeliveredException(Exception cause) {
            super(cause.getMessage(), cause);
        }
    }

    /** Reports that a copy was read and is not what was copied. */
    private static final class OtherBytesException extends IOException {

        private static final long serialVersionUID = 1L;

        private OtherBytesException(String message) {
            super(message);
        }
    }

    /** Holds the work of one call. */
    private final class Round {

        private final S3Store store;
        private final Map<String, ObjectEntry> before;
        private final boolean whole;
        private final Map<String, ObjectEntry> now = new TreeMap<>();
        private final List<ObjectEntry> changes = new ArrayList<>();
        private final List<String> unreadable = new ArrayList<>();
        private int changed;
        private long bytes;
        private long unsaved;

        private Round(S3Store store, Map<String, ObjectEntry> before, boolean whole) {
            this.store = store;
            this.before = before;
            this.whole = whole;
        }

        /** Copies an object unless its copy is there. */
        private void take(String bucket, StoredObject object) throws IOException, StoreException {
            String place = bucket + "/" + object.key();
            ObjectEntry held = before.get(place);
            if (held != null && isSame(held, object) && (!whole || hasContent(held))) {
                now.put(place, held);
                return;
            }
            try {
                Optional<ObjectEntry> copied = fetch(store, bucket, object);
                if (copied.isPresent()) {
                    add(copied.get());
                }
            } catch (UndeliveredException e) {
                unreadable.add(place + ": " + e.getMessage());
                if (held != null) {
                    // The version before stays the newest one that can be restored.
                    now.put(place, held);
                }
                // Fails if it is not this object alone.
                store.hasBucket(bucket);
            }
        }

        private void add(ObjectEntry entry) throws IOException {
            now.put(entry.place(), entry);
            changes.add(entry);
            changed++;
            bytes += entry.size();
            unsaved += entry.size();
            if (changes.size() >= BATCH_OBJECTS || unsaved >= BATCH_BYTES) {
                save();
            }
        }

        /** Writes what was copied since the last call into the journal. */
        private void save() throws IOException {
            if (!changes.isEmpty()) {
                journal.write(Instant.now(), false, changes);
                changes.clear();
                unsaved = 0;
            }
        }

        /** Writes the rest, and what the store no longer has. */
        private void finish() throws IOException {
            before.values().stream()
                    .filter(entry -> !now.containsKey(entry.place()))
                    .map(ObjectEntry::gone)
                    .forEach(entry -> {
                        changes.add(entry);
                        changed++;
                    });
            if (whole) {
                journal.write(Instant.now(), true, now.values());
            } else {
                save();
            }
            List<ObjectJournal.Page> pages = journal.pages();
            heldPage = pages.isEmpty() ? null : pages.get(pages.size() - 1).file();
            held = now;
        }
    }

    /** Returns when the last listing of all objects began; each object of then has a copy, or is named as unreadable. */
    Instant listed() throws IOException {
        Path file = directory.resolve(LISTED);
        return Files.exists(file) ? Instant.parse(Files.readString(file).strip()) : Instant.MIN;
    }

    private void writeListed(Instant began) throws IOException {
        Path draft = directory.resolve(LISTED + ".new");
        Files.writeString(draft, began.toString());
        Files.move(draft, directory.resolve(LISTED), StandardCopyOption.ATOMIC_MOVE);
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

    private static boolean isSame(ObjectEntry held, StoredObject object) {
        return held.etag().equals(object.etag())
                && held.size() == object.size()
                && Objects.equals(held.modified(), object.lastModified());
    }

    /** Returns whether the copy is there with all its bytes. */
    private boolean hasContent(ObjectEntry entry) throws IOException {
        Path file = content(Objects.requireNonNull(entry.sha256()));
        return Files.exists(file) && Files.size(file) == encryption.size(entry.size());
    }

    /** Returns whether the copy can be read, and is what was copied. */
    boolean isWhole(ObjectEntry entry) {
        try {
            read(entry, OutputStream.nullOutputStream());
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Reads a copy again, and sets it aside if it has other bytes than were copied. The next copy of all objects replaces it
     * if the store still has the object; until then its bytes are kept.
     *
     * @return whether it is damaged or missing; false also where the disk does not answer, which says nothing of the bytes
     */
    boolean discardDamaged(ObjectEntry entry) throws IOException {
        Path file = content(Objects.requireNonNull(entry.sha256()));
        if (Files.notExists(file)) {
            return true;
        }
        try {
            if (Files.size(file) == encryption.size(entry.size())) {
                read(entry, OutputStream.nullOutputStream());
                return false;
            }
        } catch (IOException e) {
            if (!(e instanceof OtherBytesException) && !(e.getCause() instanceof GeneralSecurityException)) {
                return false;
            }
        }
        Files.move(file, file.resolveSibling(file.getFileName() + DAMAGED), StandardCopyOption.REPLACE_EXISTING);
        return true;
    }

    /** Returns the copied object; empty where it has gone meanwhile. */
    private Optional<ObjectEntry> fetch(S3Store store, String bucket, StoredObject object)
            throws IOException, UndeliveredException {
        Path draft = directory.resolve("content").resolve("draft");
        try {
            return fetch(store, bucket, object, draft);
        } finally {
            // On a full disk, half an object would take the room of the next one.
            Files.deleteIfExists(draft);
        }
    }

    private Optional<ObjectEntry> fetch(S3Store store, String bucket, StoredObject object, Path draft)
            throws IOException, UndeliveredException {
        MessageDigest digest = sha256();
        long size;
        String etag;
        try (StoredContent content = store.get(bucket, object.key());
                InputStream bytes = content.bytes();
                OutputStream out = encryption.writer(draft)) {
            size = transfer(bytes, digest, out);
            etag = content.etag().isEmpty() ? object.etag() : content.etag();
        } catch (StoreException e) {
            if (e.reason() == StoreException.Reason.ABSENT) {
                return Optional.empty();
            }
            throw new UndeliveredException(e);
        }
        String hash = HexFormat.of().formatHex(digest.digest());
        Path file = content(hash);
        Files.createDirectories(file.getParent());
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return Optional.of(new ObjectEntry(bucket, object.key(), etag, size, object.lastModified(), hash));
    }

    /** Copies a stream; tells a failure of the store from one of the repository. */
    private static long transfer(InputStream in, MessageDigest digest, OutputStream out)
            throws IOException, UndeliveredException {
        byte[] buffer = new byte[1 << 16];
        long size = 0;
        while (true) {
            int read;
            try {
                read = in.read(buffer);
            } catch (IOException e) {
                throw new UndeliveredException(e);
            }
            if (read < 0) {
                return size;
            }
            digest.update(buffer, 0, read);
            out.write(buffer, 0, read);
            size += read;
        }
    }

    /** Writes the bytes of an entry to a stream; fails where the copy is missing or is not what was copied. */
    void read(ObjectEntry entry, OutputStream out) throws IOException {
        MessageDigest digest = sha256();
        String hash = Objects.requireNonNull(entry.sha256(), "an object that is gone has no bytes");
        try (InputStream bytes = new DigestInputStream(encryption.reader(content(hash)), digest)) {
            bytes.transferTo(out);
        }
        if (!HexFormat.of().formatHex(digest.digest()).equals(hash)) {
            throw new OtherBytesException("the copy of " + entry.place() + " is not what was copied");
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
                        .filter(file -> !isNeeded(file, needed))
                        .toList();
            }
            for (Path file : unneeded) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** A damaged copy is needed until there is a new one: a part of it may be all that is left. */
    private static boolean isNeeded(Path file, Set<String> needed) {
        String name = file.getFileName().toString();
        if (!name.endsWith(DAMAGED)) {
            return needed.contains(name);
        }
        String content = name.substring(0, name.length() - DAMAGED.length());
        return needed.contains(content) && Files.notExists(file.resolveSibling(content));
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
