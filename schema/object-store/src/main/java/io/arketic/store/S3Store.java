package io.arketic.store;

import io.arketic.store.StoreException.Reason;
import io.minio.BucketExistsArgs;
import io.minio.CopyObjectArgs;
import io.minio.GetObjectArgs;
import io.minio.GetObjectResponse;
import io.minio.GetPresignedObjectUrlArgs;
import io.minio.Http;
import io.minio.ListObjectsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.SourceObject;
import io.minio.StatObjectArgs;
import io.minio.StatObjectResponse;
import io.minio.UploadObjectArgs;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import okhttp3.OkHttpClient;

/**
 * Calls a store that speaks S3. Opening it sends no request. Safe for several threads.
 *
 * <p>Only the store's clear word that it has no such object is {@link Reason#ABSENT}; a missing bucket, a broken connection
 * and a fault of the store are {@link Reason#UNAVAILABLE}.
 */
public final class S3Store implements AutoCloseable {

    /** Bounds the memory for a large object that comes as a stream; S3 allows no parts below 5 MiB. */
    private static final long PART_BYTES = 8L << 20;

    private final MinioClient client;

    private S3Store(MinioClient client) {
        this.client = client;
    }

    public static S3Store open(StoreAccess access) {
        OkHttpClient http = new OkHttpClient.Builder()
                .connectTimeout(access.connect())
                .readTimeout(access.silence())
                .writeTimeout(access.silence())
                .build();
        MinioClient.Builder client = MinioClient.builder()
                .endpoint(access.endpoint())
                .credentials(access.accessKey(), access.secretKey())
                .httpClient(http, true);
        return new S3Store(
                access.region().isBlank()
                        ? client.build()
                        : client.region(access.region()).build());
    }

    public boolean hasBucket(String bucket) throws StoreException {
        return Answer.of("look for bucket " + bucket, () -> exists(bucket));
    }

    /** Makes the bucket unless it is there. */
    public void makeBucket(String bucket) throws StoreException {
        Answer.of("make bucket " + bucket, () -> {
            if (!exists(bucket)) {
                try {
                    client.makeBucket(MakeBucketArgs.builder().bucket(bucket).build());
                } catch (ErrorResponseException raced) {
                    if (!raced.errorResponse().code().startsWith("BucketAlready")) {
                        throw raced;
                    }
                }
            }
            return true;
        });
    }

    /** Returns the object as the store holds it now; empty if it holds none. */
    public Optional<StoredObject> stat(String bucket, String key) throws StoreException {
        try {
            return Answer.of("stat " + key, () -> {
                StatObjectResponse found = client.statObject(
                        StatObjectArgs.builder().bucket(bucket).object(key).build());
                return Optional.of(StoredObject.of(key, found.etag(), found.lastModified(), found.size()));
            });
        } catch (StoreException e) {
            if (e.reason() != Reason.ABSENT) {
                throw e;
            }
        }
        // A HEAD has no body to tell a missing object from a missing bucket.
        if (hasBucket(bucket)) {
            return Optional.empty();
        }
        throw new StoreException(Reason.UNAVAILABLE, "bucket " + bucket + " does not exist");
    }

    /** Opens an object; the caller closes it. */
    public StoredContent get(String bucket, String key) throws StoreException {
        return get(key, GetObjectArgs.builder().bucket(bucket).object(key).build());
    }

    /** Opens {@code length} bytes of an object from {@code offset} on; {@code length} is positive. */
    public StoredContent get(String bucket, String key, long offset, long length) throws StoreException {
        return get(
                key,
                GetObjectArgs.builder()
                        .bucket(bucket)
                        .object(key)
                        .offset(offset)
                        .length(length)
                        .build());
    }

    /** Opens an object of this ETag. A store that ignores the condition answers with another version: see its ETag. */
    public StoredContent getVersion(String bucket, String key, String etag) throws StoreException {
        return get(
                key,
                GetObjectArgs.builder()
                        .bucket(bucket)
                        .object(key)
                        .matchETag(etag)
                        .build());
    }

    private StoredContent get(String key, GetObjectArgs wanted) throws StoreException {
        return Answer.of("get " + key, () -> {
            GetObjectResponse object = client.getObject(wanted);
            String length = object.headers().get("Content-Length");
            return new StoredContent(
                    object,
                    length == null ? -1 : Long.parseLong(length),
                    StoredObject.unquoted(object.headers().get("ETag")));
        });
    }

    /**
     * Writes an object, or replaces it; it is there whole or not at all.
     *
     * @return its ETag without quotes
     */
    public String put(String bucket, String key, InputStream bytes, long size, String contentType)
            throws StoreException {
        return Answer.of(
                "put " + key,
                () -> StoredObject.unquoted(client.putObject(
                                PutObjectArgs.builder().bucket(bucket).object(key).stream(bytes, size, PART_BYTES)
                                        .contentType(contentType)
                                        .build())
                        .etag()));
    }

    /** Writes a file like {@link #put(String, String, InputStream, long, String)}; its name decides the content type. */
    public String put(String bucket, String key, Path file) throws StoreException {
        return Answer.of(
                "put " + key,
                () -> StoredObject.unquoted(client.uploadObject(UploadObjectArgs.builder()
                                .bucket(bucket)
                                .object(key)
                                .filename(file.toString())
                                .build())
                        .etag()));
    }

    /** Copies an object within the store; returns the ETag of the copy without quotes. */
    public String copy(String fromBucket, String from, String bucket, String key) throws StoreException {
        return Answer.of(
                "copy " + from,
                () -> StoredObject.unquoted(client.copyObject(CopyObjectArgs.builder()
                                .bucket(bucket)
                                .object(key)
                                .source(SourceObject.builder()
                                        .bucket(fromBucket)
                                        .object(from)
                                        .build())
                                .build())
                        .etag()));
    }

    /** Removes an object; has no effect if it does not exist. */
    public void remove(String bucket, String key) throws StoreException {
        Answer.of("remove " + key, () -> {
            client.removeObject(
                    RemoveObjectArgs.builder().bucket(bucket).object(key).build());
            return true;
        });
    }

    /** Lists the objects whose keys begin with the prefix, at any depth. */
    public Listing list(String bucket, String prefix) {
        return new Listing(
                bucket + "/" + prefix,
                client.listObjects(ListObjectsArgs.builder()
                        .bucket(bucket)
                        .prefix(prefix)
                        .recursive(true)
                        .build()));
    }

    /** Returns the first object whose key begins with the prefix; the key itself comes before all longer ones. */
    public Optional<StoredObject> first(String bucket, String prefix) throws StoreException {
        return new Listing(
                        bucket + "/" + prefix,
                        client.listObjects(ListObjectsArgs.builder()
                                .bucket(bucket)
                                .prefix(prefix)
                                .recursive(true)
                                .maxKeys(1)
                                .build()))
                .next();
    }

    /**
     * Returns an address that gives the bytes to every caller for a time. It does not check that the object exists.
     *
     * @param answer what the store is to say beside the bytes, such as {@code response-content-type}; signed, too
     */
    public String link(String bucket, String key, Duration lifetime, Map<String, String> answer) throws StoreException {
        return Answer.of(
                "sign " + key,
                () -> client.getPresignedObjectUrl(GetPresignedObjectUrlArgs.builder()
                        .method(Http.Method.GET)
                        .bucket(bucket)
                        .object(key)
                        .expiry(Math.toIntExact(lifetime.toSeconds()))
                        .extraQueryParams(answer)
                        .build()));
    }

    /** Returns an address to which every caller can send the bytes of an object for a time, with {@code PUT}. */
    public String uploadLink(String bucket, String key, Duration lifetime) throws StoreException {
        return Answer.of(
                "sign " + key,
                () -> client.getPresignedObjectUrl(GetPresignedObjectUrlArgs.builder()
                        .method(Http.Method.PUT)
                        .bucket(bucket)
                        .object(key)
                        .expiry(Math.toIntExact(lifetime.toSeconds()))
                        .build()));
    }

    @Override
    public void close() throws IOException {
        try {
            client.close();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("cannot close the connection to the object store", e);
        }
    }

    private boolean exists(String bucket) throws MinioException {
        return client.bucketExists(BucketExistsArgs.builder().bucket(bucket).build());
    }
}
