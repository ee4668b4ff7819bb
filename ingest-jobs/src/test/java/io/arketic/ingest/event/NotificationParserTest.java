package io.arketic.ingest.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.ingest.event.NotificationParser.Parsed;
import io.arketic.ingest.event.ObjectEvent.Kind;
import java.time.Instant;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NotificationParserTest {

    private final NotificationParser parser = new NotificationParser();

    @Test
    void readsWhatMinioWrites() {
        Parsed parsed = parse("""
                {"EventName":"s3:ObjectCreated:Put","Key":"knowledge/acme/1/a b.pdf","Records":[{"eventVersion":"2.0",
                "eventSource":"minio:s3","awsRegion":"","eventTime":"2026-11-22T10:15:30.123Z",
                "eventName":"s3:ObjectCreated:Put","userIdentity":{"principalId":"minio"},
                "requestParameters":{"principalId":"minio","region":"","sourceIPAddress":"127.0.0.1"},
                "s3":{"s3SchemaVersion":"1.0","configurationId":"Config",
                "bucket":{"name":"knowledge","ownerIdentity":{"principalId":"minio"},"arn":"arn:aws:s3:::knowledge"},
                "object":{"key":"acme%2F1%2Fa+b.pdf","size":184,"eTag":"2a60eaffa7a82804bdc682ce1df6c2d4",
                "contentType":"application/pdf","sequencer":"1661A0B0C0D0E0F0"}},
                "source":{"host":"127.0.0.1","port":"","userAgent":"MinIO"}}]}""");

        assertThat(parsed.problems()).isEmpty();
        assertThat(parsed.events())
                .containsExactly(new ObjectEvent(
                        "knowledge",
                        "acme/1/a b.pdf",
                        Kind.CREATED,
                        "2a60eaffa7a82804bdc682ce1df6c2d4",
                        184,
                        Instant.parse("2026-11-22T10:15:30.123Z")));
    }

    @Test
    void readsWhatAwsWrites() {
        Parsed parsed = parse("""
                {"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"us-west-2",
                "eventTime":"1970-01-01T00:00:00.000Z","eventName":"ObjectCreated:CompleteMultipartUpload",
                "s3":{"s3SchemaVersion":"1.0","configurationId":"testConfigRule",
                "bucket":{"name":"amzn-s3-demo-bucket","arn":"arn:aws:s3:::amzn-s3-demo-bucket"},
                "object":{"key":"Happy%20Face.jpg","size":1024,"eTag":"d41d8cd98f00b204e9800998ecf8427e-2",
                "versionId":"096fKKXTRTtl3on89fVO.nfljtsv6qko","sequencer":"0055AED6DCD90281E5"}}}]}""");

        assertThat(parsed.events()).singleElement().satisfies(event -> {
            assertThat(event.key()).isEqualTo("Happy Face.jpg");
            assertThat(event.etag()).isEqualTo("d41d8cd98f00b204e9800998ecf8427e-2");
        });
    }

    @Test
    void awsSaysHelloWithATestEvent() {
        Parsed parsed = parse("""
                {"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2014-10-13T15:57:02.089Z","Bucket":"b",
                "RequestId":"5582815E1AEA5ADF","HostId":"8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR"}""");

        assertThat(parsed).isEqualTo(new Parsed(java.util.List.of(), java.util.List.of()));
    }

    @Test
    void everyRecordOfAMessageIsAnEvent() {
        Parsed parsed = parse("{\"Records\":[" + record("s3:ObjectCreated:Put", "a") + ","
                + record("s3:ObjectRemoved:Delete", "b") + "]}");

        assertThat(parsed.events()).extracting(ObjectEvent::kind).containsExactly(Kind.CREATED, Kind.REMOVED);
        assertThat(parsed.events()).extracting(ObjectEvent::key).containsExactly("a", "b");
    }

    @Test
    void aBadRecordDoesNotTakeItsNeighboursWithIt() {
        Parsed parsed = parse("{\"Records\":[" + record("s3:ObjectCreated:Put", "a") + ",{\"eventName\":1}]}");

        assertThat(parsed.events()).hasSize(1);
        assertThat(parsed.problems()).containsExactly("Records[1]: no eventName");
    }

    @ParameterizedTest
    @CsvSource({
        "s3:ObjectCreated:Put,CREATED",
        "s3:ObjectCreated:Copy,CREATED",
        "ObjectCreated:Post,CREATED",
        "s3:ObjectRemoved:DeleteMarkerCreated,REMOVED",
        "ObjectRemoved:Delete,REMOVED",
        "s3:LifecycleExpiration:Delete,REMOVED"
    })
    void eventsSayWhatHappened(String name, Kind kind) {
        assertThat(parse("{\"Records\":[" + record(name, "a") + "]}").events())
                .extracting(ObjectEvent::kind)
                .containsExactly(kind);
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3:ObjectAccessed:Get", "s3:ObjectTagging:Put", "s3:Replication:OperationMissedThreshold"})
    void eventsThatLeaveTheObjectAsItIsAreNothing(String name) {
        Parsed parsed = parse("{\"Records\":[" + record(name, "a") + "]}");

        assertThat(parsed.events()).isEmpty();
        assertThat(parsed.problems()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "a+b,a b",
        "a%2Bb,a+b",
        "a%2Fb,a/b",
        "%C3%BC%20%E4%B8%AD,ü 中",
        "%F0%9F%93%84,\uD83D\uDCC4",
        "a%2525,a%25",
        "..%2F..%2Fetc%2Fpasswd,../../etc/passwd",
        "a%00b,'a\u0000b'"
    })
    void keysAreUrlDecoded(String encoded, String key) {
        assertThat(parse("{\"Records\":[" + record("s3:ObjectCreated:Put", encoded) + "]}")
                        .events())
                .extracting(ObjectEvent::key)
                .containsExactly(key);
    }

    @Test
    void quotesAroundAnETagAreNoPartOfIt() {
        String message = "{\"Records\":[" + record("s3:ObjectCreated:Put", "a") + "]}";

        assertThat(parse(message.replace("\"eTag\":\"e\"", "\"eTag\":\"\\\"e\\\"\""))
                        .events())
                .extracting(ObjectEvent::etag)
                .containsExactly("e");
    }

    @Test
    void anEventWithoutETagHasNone() {
        String message = "{\"Records\":[" + record("s3:ObjectCreated:Put", "a") + "]}";

        assertThat(parse(message.replace("\"eTag\":\"e\",", "")).events())
                .extracting(ObjectEvent::etag)
                .containsExactly((String) null);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "not json",
                "{",
                "[]",
                "null",
                "42",
                "{}",
                "{\"Records\":{}}",
                "{\"Records\":null}",
                "{\"Records\":[null]}",
                "{\"Records\":[42]}",
                "{\"Records\":[{}]}",
                "{\"Records\":[{\"eventName\":\"s3:ObjectCreated:Put\"}]}",
                "{\"Records\":[{\"eventName\":\"s3:ObjectCreated:Put\",\"eventTime\":\"yesterday\","
                        + "\"s3\":{\"bucket\":{\"name\":\"b\"},\"object\":{\"key\":\"k\"}}}]}",
                "{\"Records\":[{\"eventName\":\"s3:ObjectCreated:Put\",\"eventTime\":\"2026-11-22T10:00:00Z\","
                        + "\"s3\":{\"bucket\":{\"name\":\"b\"},\"object\":{\"key\":\"100%\"}}}]}"
            })
    void whatCannotBeReadIsAProblemAndNoException(String message) {
        Parsed parsed = parse(message);

        assertThat(parsed.events()).isEmpty();
        assertThat(parsed.problems()).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource
    void whatTheDatabaseCouldNotHoldIsAProblem(String from, String to, String problem) {
        Parsed parsed = parse("{\"Records\":["
                + record("s3:ObjectCreated:Put", "a").replace(from, to) + ","
                + record("s3:ObjectCreated:Put", "b") + "]}");

        assertThat(parsed.problems()).containsExactly("Records[0]: " + problem);
        assertThat(parsed.events()).extracting(ObjectEvent::key).containsExactly("b");
    }

    static Stream<Arguments> whatTheDatabaseCouldNotHoldIsAProblem() {
        return Stream.of(
                Arguments.of(
                        "\"key\":\"a\"", "\"key\":\"" + "ü".repeat(513) + "\"", "key of 1026 bytes, more than 1024"),
                Arguments.of(
                        "\"knowledge\"", "\"" + "k".repeat(256) + "\"", "bucket name of 256 characters, more than 255"),
                Arguments.of(
                        "\"eTag\":\"e\"",
                        "\"eTag\":\"" + "e".repeat(257) + "\"",
                        "eTag of 257 characters, more than 256"),
                Arguments.of("\"size\":1", "\"size\":-1", "size is no number of bytes: -1"),
                Arguments.of(
                        "\"size\":1",
                        "\"size\":99999999999999999999",
                        "size is no number of bytes: 99999999999999999999"),
                Arguments.of(
                        "2026-11-22T10:00:00Z",
                        "1969-12-31T23:59:59Z",
                        "eventTime is not between 1970 and 9999: 1969-12-31T23:59:59Z"),
                Arguments.of(
                        "2026-11-22T10:00:00Z",
                        "+10000-01-01T00:00:00Z",
                        "eventTime is not between 1970 and 9999: +10000-01-01T00:00:00Z"));
    }

    @Test
    void theLargestThatAreAllowedAreEvents() {
        String key = "ü".repeat(512);
        Parsed parsed = parse("{\"Records\":["
                + record("s3:ObjectCreated:Put", key)
                        .replace("2026-11-22T10:00:00Z", "9999-12-31T23:59:59Z")
                        .replace("\"eTag\":\"e\"", "\"eTag\":\"" + "e".repeat(256) + "\"")
                        .replace("knowledge", "k".repeat(255))
                + "]}");

        assertThat(parsed.problems()).isEmpty();
        assertThat(parsed.events()).extracting(ObjectEvent::key).containsExactly(key);
    }

    @Test
    void aProblemQuotesOnlyTheBeginningOfWhatIsWrong() {
        Parsed parsed = parse("{\"Records\":[" + record("s3:ObjectCreated:Put", "%".repeat(100_000)) + "]}");

        assertThat(parsed.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem).hasSizeLessThan(200));
    }

    @Test
    void aTombstoneIsAProblem() {
        assertThat(parser.parse(null).problems()).containsExactly("the message has no value");
    }

    @Test
    void randomBytesNeverThrow() {
        Random random = new Random(42);
        for (int i = 0; i < 2_000; i++) {
            byte[] garbage = new byte[random.nextInt(200)];
            random.nextBytes(garbage);

            assertThat(parser.parse(garbage).events()).isEmpty();
        }
    }

    private Parsed parse(String message) {
        return parser.parse(message.getBytes(UTF_8));
    }

    private static String record(String name, String key) {
        return """
                {"eventTime":"2026-11-22T10:00:00Z","eventName":"%s",
                "s3":{"bucket":{"name":"knowledge"},"object":{"key":"%s","eTag":"e","size":1}}}""".formatted(name, key);
    }
}
