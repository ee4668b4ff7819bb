package io.arketic.ingest.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.arketic.ingest.event.Notification;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DeadLetterJsonTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    private final DeadLetterJson json = new DeadLetterJson();

    @Test
    void aSmallMessageIsInItsLetterWhole() throws Exception {
        JsonNode letter = read(malformed(new byte[] {1, 2, 3}, List.of("not JSON")));

        assertThat(letter.path("detail").asText()).isEqualTo("not JSON");
        assertThat(letter.path("value_bytes").asInt()).isEqualTo(3);
        assertThat(letter.path("value_base64").binaryValue()).containsExactly(1, 2, 3);
    }

    @Test
    void ofALargeMessageTheBeginningAndTheSizeAreTold() throws Exception {
        byte[] value = new byte[900_000];
        Arrays.fill(value, (byte) 'x');
        DeadLetter large = malformed(value, List.of("not JSON"));

        assertThat(json.value(large)).hasSizeLessThan(512 << 10);
        assertThat(read(large).path("value_bytes").asInt()).isEqualTo(900_000);
        assertThat(read(large).path("value_base64").binaryValue()).hasSize(256 << 10);
    }

    @Test
    void aTombstoneHasNoValue() throws Exception {
        JsonNode letter = read(malformed(null, List.of("the message has no value")));

        assertThat(letter.path("value_bytes").asInt(-1)).isZero();
        assertThat(letter.path("value_base64").isNull()).isTrue();
    }

    @Test
    void aLongDetailIsCutBetweenCharacters() throws Exception {
        String detail = "x" + "\uD83D\uDCC4".repeat(5_000);
        JsonNode letter = read(new DeadLetter("b", "k", "e", "CORRUPT", detail, NOW, null));

        assertThat(letter.path("detail").asText())
                .hasSizeBetween(1_990, 2_000)
                .startsWith("x\uD83D\uDCC4")
                .endsWith("\uD83D\uDCC4…");
    }

    @Test
    void severalProblemsOfAMessageAreToldInOneDetailWithTheirNumber() {
        assertThat(malformed(null, List.of("a", "b")).detail()).isEqualTo("2 problems: a; b");
        List<String> many =
                IntStream.range(0, 5_000).mapToObj(i -> "Records[" + i + "]").toList();
        assertThat(malformed(null, many).detail())
                .startsWith("5000 problems, the first 10: Records[0]; ")
                .endsWith("; Records[9]");
        assertThat(malformed(null, Collections.nCopies(10, "x")).detail()).startsWith("10 problems: x;");
    }

    private static DeadLetter malformed(byte[] value, List<String> problems) {
        return DeadLetter.malformed(new Notification("topic", 0, 7, value), problems, NOW);
    }

    private JsonNode read(DeadLetter letter) throws IOException {
        return new ObjectMapper().readTree(json.value(letter));
    }
}
