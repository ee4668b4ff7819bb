package io.arketic.rag.storage;

import io.arketic.rag.deployment.StoreProperties;
import io.arketic.store.S3Store;
import io.arketic.store.StoreAccess;
import io.arketic.store.StoreException;
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

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final S3Store store;
    private final Duration lifetime;
    private final Clock clock;

    LinkSigner(S3Store inside, StoreProperties settings, Clock clock) {
        this.store = settings.publicEndpoint().isBlank() ? inside : outside(settings);
        this.lifetime = settings.linkLifetime();
        this.clock = clock;
    }

    /** Opens a store that is not asked for its region: this process may not reach it at that address. */
    private static S3Store outside(StoreProperties settings) {
        return S3Store.open(new StoreAccess(
                settings.publicEndpoint(),
                settings.accessKey(),
                settings.secretKey(),
                settings.region().isBlank() ? USUAL_REGION : settings.region(),
                PATIENCE,
                PATIENCE));
    }

    /** Returns a link without checking that the object exists. */
    DownloadLink link(String bucket, String key, String filename, String mediaType) throws StoreException {
        Instant expires = clock.instant().plus(lifetime);
        String disposition = ContentDisposition.attachment()
                .filename(filename, StandardCharsets.UTF_8)
                .build()
                .toString();
        String url = store.link(
                bucket,
                key,
                lifetime,
                Map.of("response-content-disposition", disposition, "response-content-type", mediaType));
        return new DownloadLink(url, expires);
    }

    /** Returns a link that takes the bytes of an object, for a few minutes. */
    UploadLink uploadLink(String bucket, String key) throws StoreException {
        Instant expires = clock.instant().plus(lifetime);
        return new UploadLink(store.uploadLink(bucket, key, lifetime), expires);
    }
}
