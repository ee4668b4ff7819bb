package io.arketic.rag.storage;

import io.arketic.rag.deployment.StoreProperties;
import io.minio.GetPresignedObjectUrlArgs;
import io.minio.Http;
import io.minio.MinioClient;
import io.minio.errors.MinioException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.springframework.http.ContentDisposition;
import org.springframework.stereotype.Component;

/**
 * Signs links to objects, for the address of the store for clients. The signature also covers the name under which they
 * are saved.
 */
@Component
class LinkSigner {

    /** Is the region of stores without one, and the default of AWS. */
    private static final String USUAL_REGION = "us-east-1";

    private final MinioClient client;
    private final Duration lifetime;
    private final Clock clock;

    LinkSigner(MinioClient inside, StoreProperties store, Clock clock) {
        this.client = store.publicEndpoint().isBlank() ? inside : outside(store);
        this.lifetime = store.linkLifetime();
        this.clock = clock;
    }

    /** Creates a client that does not ask for the region: this process may not reach the store at that address. */
    private static MinioClient outside(StoreProperties store) {
        return MinioClient.builder()
                .endpoint(store.publicEndpoint())
                .credentials(store.accessKey(), store.secretKey())
                .region(store.region().isBlank() ? USUAL_REGION : store.region())
                .build();
    }

    /** Returns a link without checking that the object exists. */
    DownloadLink link(String bucket, String key, String filename, String mediaType) throws MinioException {
        Instant expires = clock.instant().plus(lifetime);
        String disposition = ContentDisposition.attachment()
                .filename(filename, StandardCharsets.UTF_8)
                .build()
                .toString();
        String url = client.getPresignedObjectUrl(GetPresignedObjectUrlArgs.builder()
                .method(Http.Method.GET)
                .bucket(bucket)
                .object(key)
                .expiry(Math.toIntExact(lifetime.toSeconds()))
                .extraQueryParams(
                        Map.of("response-content-disposition", disposition, "response-content-type", mediaType))
                .build());
        return new DownloadLink(url, expires);
    }
}
