package io.arketic.cli.stack;

import io.arketic.cli.terminal.CommandException;
import io.arketic.cli.terminal.FileTree;
import io.arketic.schema.ledger.ObjectKey;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.services.StackSettings;
import io.arketic.store.S3Store;
import io.arketic.store.StoreAccess;
import io.arketic.store.StoreException;
import io.arketic.store.StoredObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.IntConsumer;

/** Accesses the knowledge bucket of the stack's object store. */
public final class Bucket implements AutoCloseable {

    private final S3Store store;
    private final String name;

    private Bucket(String endpoint, String accessKey, String secretKey, String name) {
        this.store = S3Store.open(new StoreAccess(endpoint, accessKey, secretKey));
        this.name = name;
    }

    /** Opens the bucket of the stack's settings. */
    static Bucket of(StackSettings settings) {
        Map<String, String> environment = settings.productEnvironment();
        return new Bucket(
                Objects.requireNonNull(environment.get("ARKETIC_STORE_ENDPOINT")),
                Objects.requireNonNull(environment.get("ARKETIC_STORE_ACCESS_KEY")),
                Objects.requireNonNull(environment.get("ARKETIC_STORE_SECRET_KEY")),
                Objects.requireNonNull(environment.get("ARKETIC_STORE_BUCKET")));
    }

    /** Creates the bucket if it is missing. */
    void ensure() throws StoreException {
        store.makeBucket(name);
    }

    /**
     * Puts files under a knowledge base; replaces files of the same name.
     *
     * @param dropped told how many are in, after each
     * @return the versions that the store made, in order
     */
    public List<ObjectVersion> drop(
            String organizationSlug, UUID knowledgeBase, List<FileTree.Entry> files, IntConsumer dropped) {
        List<ObjectVersion> versions = new ArrayList<>();
        for (FileTree.Entry file : files) {
            String key = new ObjectKey(organizationSlug, knowledgeBase, file.name()).toString();
            versions.add(put(key, file));
            dropped.accept(versions.size());
        }
        return versions;
    }

    private ObjectVersion put(String key, FileTree.Entry file) {
        try {
            store.put(name, key, file.file());
            return stat(key);
        } catch (StoreException e) {
            throw CommandException.failed("the object store did not accept " + file.name() + ": " + e.getMessage());
        }
    }

    /** Puts a text under a key; replaces an existing object. */
    public ObjectVersion put(String key, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try {
            store.put(name, key, new ByteArrayInputStream(bytes), bytes.length, "application/octet-stream");
            return stat(key);
        } catch (StoreException e) {
            throw CommandException.failed("the object store did not accept " + key + ": " + e.getMessage());
        }
    }

    /** Puts a text like {@link #put(String, String)}, unless the object has these bytes already, by its ETag. */
    public ObjectVersion putUnlessSame(String key, String text) {
        try {
            Optional<StoredObject> held = store.stat(name, key);
            if (held.isPresent() && held.get().etag().equals(md5(text))) {
                return stat(key);
            }
        } catch (StoreException e) {
            throw CommandException.failed("the object store does not answer for " + key + ": " + e.getMessage());
        }
        return put(key, text);
    }

    /** Returns the ETag that stores give an object of one part. */
    private static String md5(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }

    /** Removes an object; has no effect if it does not exist. */
    public void remove(String key) {
        try {
            store.remove(name, key);
        } catch (StoreException e) {
            throw CommandException.failed("the object store did not remove " + key + ": " + e.getMessage());
        }
    }

    /** Returns whether any key begins with the prefix. */
    public boolean holds(String prefix) throws IOException {
        try {
            return store.first(name, prefix).isPresent();
        } catch (StoreException e) {
            throw new IOException("cannot list " + prefix, e);
        }
    }

    private ObjectVersion stat(String key) throws StoreException {
        StoredObject made = store.stat(name, key)
                .orElseThrow(() -> CommandException.failed("the object store does not hold " + key));
        return new ObjectVersion(
                name,
                key,
                made.etag(),
                Objects.requireNonNull(made.lastModified(), "no time of last change"),
                made.size());
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
