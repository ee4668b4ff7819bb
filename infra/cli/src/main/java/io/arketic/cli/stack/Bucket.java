package io.arketic.cli.stack;

import io.arketic.cli.terminal.CommandException;
import io.arketic.cli.terminal.FileTree;
import io.arketic.schema.ledger.ObjectKey;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.services.StackSettings;
import io.minio.BucketExistsArgs;
import io.minio.ListObjectsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.StatObjectArgs;
import io.minio.StatObjectResponse;
import io.minio.UploadObjectArgs;
import io.minio.errors.MinioException;
import io.minio.messages.Item;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.IntConsumer;

/** Accesses the knowledge bucket of the stack's object store. */
public final class Bucket implements AutoCloseable {

    private final MinioClient store;
    private final String name;

    private Bucket(String endpoint, String accessKey, String secretKey, String name) {
        this.store = MinioClient.builder()
                .endpoint(endpoint)
                .credentials(accessKey, secretKey)
                .build();
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
    void ensure() throws MinioException {
        if (!store.bucketExists(BucketExistsArgs.builder().bucket(name).build())) {
            store.makeBucket(MakeBucketArgs.builder().bucket(name).build());
        }
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
            store.uploadObject(UploadObjectArgs.builder()
                    .bucket(name)
                    .object(key)
                    .filename(file.file().toString())
                    .build());
            return stat(key);
        } catch (MinioException e) {
            throw CommandException.failed("the object store did not accept " + file.name() + ": " + e.getMessage());
        }
    }

    /** Puts a text under a key; replaces an existing object. */
    public ObjectVersion put(String key, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try {
            store.putObject(PutObjectArgs.builder().bucket(name).object(key).stream(
                            new ByteArrayInputStream(bytes), (long) bytes.length, -1L)
                    .build());
            return stat(key);
        } catch (MinioException e) {
            throw CommandException.failed("the object store did not accept " + key + ": " + e.getMessage());
        }
    }

    /** Removes an object; has no effect if it does not exist. */
    public void remove(String key) {
        try {
            store.removeObject(
                    RemoveObjectArgs.builder().bucket(name).object(key).build());
        } catch (MinioException e) {
            throw CommandException.failed("the object store did not remove " + key + ": " + e.getMessage());
        }
    }

    /** Returns whether any key begins with the prefix. */
    public boolean holds(String prefix) throws IOException {
        try {
            for (Result<Item> found : store.listObjects(ListObjectsArgs.builder()
                    .bucket(name)
                    .prefix(prefix)
                    .recursive(true)
                    .build())) {
                found.get();
                return true;
            }
            return false;
        } catch (MinioException e) {
            throw new IOException("cannot list " + prefix, e);
        }
    }

    private ObjectVersion stat(String key) throws MinioException {
        StatObjectResponse made = store.statObject(
                StatObjectArgs.builder().bucket(name).object(key).build());
        return new ObjectVersion(
                name, key, made.etag().replace("\"", ""), made.lastModified().toInstant(), made.size());
    }

    @Override
    public void close() throws IOException {
        try {
            store.close();
        } catch (Exception e) {
            throw new IOException("cannot close the connection to the object store", e);
        }
    }
}
