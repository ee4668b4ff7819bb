package io.arketic.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.arketic.services.Fixtures;
import io.arketic.store.StoreException.Reason;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** What the product expects of a store, tried on the real one. */
@TestInstance(Lifecycle.PER_CLASS)
class S3StoreIT {

    private final Fixtures.ObjectStore fixture = Fixtures.objectStore();
    private final String bucket = "contract-" + UUID.randomUUID();
    private S3Store store;

    @BeforeAll
    void open() throws StoreException {
        store = S3Store.open(new StoreAccess(fixture.endpoint(), fixture.accessKey(), fixture.secretKey()));
        store.makeBucket(bucket);
    }

    @AfterAll
    void close() throws Exception {
        store.close();
    }

    @Test
    void aBucketIsMadeOnce() throws StoreException {
        String made = "contract-" + UUID.randomUUID();
        assertThat(store.hasBucket(made)).isFalse();
        store.makeBucket(made);
        store.makeBucket(made);
        assertThat(store.hasBucket(made)).isTrue();
    }

    @Test
    void whatWasPutComesBackWithItsVersion() throws Exception {
        Instant before = Instant.now().minusSeconds(5);
        String etag = put("a/größe 日本.txt", "first");
        assertThat(etag).isNotEmpty().doesNotContain("\"");
        assertThat(store.stat(bucket, "a/größe 日本.txt")).hasValueSatisfying(found -> {
            assertThat(found.etag()).isEqualTo(etag);
            assertThat(found.size()).isEqualTo(5);
            assertThat(found.lastModified()).isAfter(before);
        });
        try (StoredContent content = store.get(bucket, "a/größe 日本.txt")) {
            assertThat(content.size()).isEqualTo(5);
            assertThat(content.etag()).isEqualTo(etag);
            assertThat(text(content)).isEqualTo("first");
        }
        assertThat(put("a/größe 日本.txt", "second")).isNotEqualTo(etag);
    }

    @Test
    void aPartIsReadFromItsOffset() throws Exception {
        put("part.txt", "0123456789");
        try (StoredContent content = store.get(bucket, "part.txt", 3, 4)) {
            assertThat(text(content)).isEqualTo("3456");
        }
    }

    @Test
    void aVersionThatWasReplacedIsNotGiven() throws Exception {
        String first = put("replaced.txt", "first");
        String second = put("replaced.txt", "second");
        try (StoredContent content = store.getVersion(bucket, "replaced.txt", second)) {
            assertThat(text(content)).isEqualTo("second");
        }
        refused(Reason.CHANGED, () -> store.getVersion(bucket, "replaced.txt", first));
    }

    @Test
    void aFileIsPutAndALargeStreamInParts(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("file.txt"), "of a file");
        store.put(bucket, "file.txt", file);
        try (StoredContent content = store.get(bucket, "file.txt")) {
            assertThat(text(content)).isEqualTo("of a file");
        }
        byte[] large = new byte[20 << 20];
        large[large.length - 1] = 7;
        store.put(bucket, "large", new ByteArrayInputStream(large), large.length, "application/octet-stream");
        try (StoredContent content = store.get(bucket, "large");
                InputStream bytes = content.bytes()) {
            assertThat(bytes.readAllBytes()).isEqualTo(large);
        }
    }

    @Test
    void aCopyHasTheSameBytes() throws Exception {
        String other = "contract-" + UUID.randomUUID();
        store.makeBucket(other);
        put("original.txt", "text");
        assertThat(store.copy(bucket, "original.txt", other, "b/copy.txt")).isNotEmpty();
        try (StoredContent content = store.get(other, "b/copy.txt")) {
            assertThat(text(content)).isEqualTo("text");
        }
    }

    @Test
    void anObjectIsAbsentOnlyWhereTheBucketIsThere() throws Exception {
        assertThat(store.stat(bucket, "absent.txt")).isEmpty();
        refused(Reason.ABSENT, () -> store.get(bucket, "absent.txt"));
        refused(Reason.UNAVAILABLE, () -> store.stat("no-such-" + bucket, "absent.txt"));
        refused(Reason.UNAVAILABLE, () -> store.get("no-such-" + bucket, "absent.txt"));
        refused(Reason.UNAVAILABLE, () -> store.list("no-such-" + bucket, "").next());
    }

    @Test
    void whatWasRemovedIsAbsentAndASecondRemovalHasNoEffect() throws Exception {
        put("removed.txt", "text");
        store.remove(bucket, "removed.txt");
        store.remove(bucket, "removed.txt");
        assertThat(store.stat(bucket, "removed.txt")).isEmpty();
    }

    @Test
    void aListingShowsAllObjectsInTheOrderOfTheirKeys() throws Exception {
        String listed = "contract-" + UUID.randomUUID();
        store.makeBucket(listed);
        for (String key : List.of("x/b.txt", "x/a/1.txt", "x/c/2.txt", "y.txt")) {
            store.put(listed, key, new ByteArrayInputStream(new byte[3]), 3, "text/plain");
        }
        assertThat(keys(store.list(listed, ""))).containsExactly("x/a/1.txt", "x/b.txt", "x/c/2.txt", "y.txt");
        assertThat(keys(store.list(listed, "x/"))).containsExactly("x/a/1.txt", "x/b.txt", "x/c/2.txt");
        assertThat(store.first(listed, "x/b"))
                .hasValueSatisfying(found -> assertThat(found.key()).isEqualTo("x/b.txt"));
        assertThat(store.first(listed, "z")).isEmpty();
    }

    @Test
    void aLinkGivesTheBytesUnderTheNameThatWasSigned() throws Exception {
        put("linked.txt", "for you");
        String link = store.link(
                bucket,
                "linked.txt",
                Duration.ofMinutes(1),
                Map.of("response-content-disposition", "attachment; filename=\"letter.txt\""));
        HttpURLConnection opened = (HttpURLConnection) URI.create(link).toURL().openConnection();
        assertThat(opened.getResponseCode()).isEqualTo(200);
        assertThat(opened.getHeaderField("Content-Disposition")).contains("letter.txt");
        assertThat(new String(opened.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("for you");
        HttpURLConnection changed = (HttpURLConnection)
                URI.create(link.replace("letter.txt", "other.txt")).toURL().openConnection();
        assertThat(changed.getResponseCode()).isEqualTo(403);
    }

    @Test
    void refusalsAndSilenceAreToldApart() throws Exception {
        try (S3Store wrong = S3Store.open(new StoreAccess(fixture.endpoint(), fixture.accessKey(), "wrong"))) {
            assertThatThrownBy(() -> wrong.get(bucket, "any.txt"))
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.reason()).isIn(Reason.DENIED, Reason.REFUSED));
        }
        try (S3Store nobody =
                S3Store.open(new StoreAccess("http://127.0.0.1:" + Fixtures.freePort(), fixture.accessKey(), "any"))) {
            refused(Reason.UNAVAILABLE, () -> nobody.stat(bucket, "any.txt"));
            refused(Reason.UNAVAILABLE, () -> nobody.list(bucket, "").next());
        }
        refused(Reason.KEY_REFUSED, () -> store.remove(bucket, "a/../b"));
        assertThat(new StoreAccess("http://store", "key", "secret").toString()).doesNotContain("secret");
    }

    private static void refused(Reason reason, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private String put(String key, String text) throws StoreException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return store.put(bucket, key, new ByteArrayInputStream(bytes), bytes.length, "text/plain");
    }

    private static String text(StoredContent content) throws Exception {
        return new String(content.bytes().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static List<String> keys(Listing listing) throws StoreException {
        List<String> keys = new ArrayList<>();
        for (Optional<StoredObject> next = listing.next(); next.isPresent(); next = listing.next()) {
            keys.add(next.get().key());
        }
        return keys;
    }
}
