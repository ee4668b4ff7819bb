package io.arketic.rag;

import io.arketic.services.Fixtures;
import io.minio.BucketExistsArgs;
import io.minio.ListObjectsArgs;
import io.minio.MinioClient;
import io.minio.Result;
import io.minio.messages.Item;
import java.util.ArrayList;
import java.util.List;

/** Lists the objects in the real store. */
final class StoredKeys {

    private StoredKeys() {}

    /** Returns the keys in a bucket with this prefix; none without such a bucket. */
    static List<String> of(String bucket, String prefix) {
        Fixtures.ObjectStore store = Fixtures.objectStore();
        List<String> keys = new ArrayList<>();
        try (MinioClient client = MinioClient.builder()
                .endpoint(store.endpoint())
                .credentials(store.accessKey(), store.secretKey())
                .build()) {
            if (!client.bucketExists(BucketExistsArgs.builder().bucket(bucket).build())) {
                return keys;
            }
            for (Result<Item> found : client.listObjects(ListObjectsArgs.builder()
                    .bucket(bucket)
                    .prefix(prefix)
                    .recursive(true)
                    .build())) {
                keys.add(found.get().objectName());
            }
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
        return keys;
    }
}
