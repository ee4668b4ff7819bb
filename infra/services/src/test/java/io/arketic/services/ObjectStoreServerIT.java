package io.arketic.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.minio.BucketExistsArgs;
import io.minio.GetObjectArgs;
import io.minio.ListObjectsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.errors.ErrorResponseException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ObjectStoreServerIT {

    @Test
    void objectsAreListedByPrefixAndReadBack() throws Exception {
        MinioClient client = client(Fixtures.objectStore().secretKey());
        client.makeBucket(MakeBucketArgs.builder().bucket("letters").build());
        for (String key : List.of("a/first.txt", "a/şehir.txt", "b/other.txt")) {
            byte[] bytes = ("text of " + key).getBytes(StandardCharsets.UTF_8);
            client.putObject(PutObjectArgs.builder().bucket("letters").object(key).stream(
                            new ByteArrayInputStream(bytes), (long) bytes.length, -1L)
                    .build());
        }
        List<String> keys = new ArrayList<>();
        for (var item : client.listObjects(ListObjectsArgs.builder()
                .bucket("letters")
                .prefix("a/")
                .recursive(true)
                .build())) {
            keys.add(item.get().objectName());
        }
        assertThat(keys).containsExactlyInAnyOrder("a/first.txt", "a/şehir.txt");
        try (var stored = client.getObject(
                GetObjectArgs.builder().bucket("letters").object("a/şehir.txt").build())) {
            assertThat(stored.readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo("text of a/şehir.txt");
        }
    }

    /** S3Proxy's own logging writes down every buffer that comes in: more than the object's size. */
    @Test
    void bytesOfObjectsAreNotLogged() throws Exception {
        MinioClient client = client(Fixtures.objectStore().secretKey());
        client.makeBucket(MakeBucketArgs.builder().bucket("large").build());
        int bytes = 12 << 20;
        client.putObject(PutObjectArgs.builder().bucket("large").object("zeros").stream(
                        new ByteArrayInputStream(new byte[bytes]), (long) bytes, -1L)
                .build());
        Path log = ServiceLog.of(SharedServices.directory(), "object-store").file();
        assertThat(log).isNotEmptyFile().content().doesNotContain("DEBUG");
        assertThat(Files.size(log)).isLessThan(bytes / 100);
    }

    @Test
    void aWrongSecretIsRefused() {
        assertThatThrownBy(() -> client("wrong")
                        .bucketExists(BucketExistsArgs.builder().bucket("any").build()))
                .isInstanceOf(ErrorResponseException.class);
    }

    private static MinioClient client(String secretKey) {
        Fixtures.ObjectStore store = Fixtures.objectStore();
        return MinioClient.builder()
                .endpoint(store.endpoint())
                .credentials(store.accessKey(), secretKey)
                .build();
    }
}
