package io.arketic.ingest.listing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyOrderTest {

    @Test
    void keysAreOrderedByTheirBytes() {
        List<String> keys = List.of(
                "",
                "a",
                "a-b",
                "a/b",
                "aa",
                "A",
                "z",
                "\u00e4",
                "\u4e2d",
                "\ud7ff",
                "\ue000",
                "\ufffd",
                "\ud83d\ude00",
                "a\ud83d\ude00",
                "a\ufffd",
                "\ud83d\ude00a",
                "\ud83d\ude01");
        for (String one : keys) {
            for (String other : keys) {
                int bytes = Arrays.compareUnsigned(
                        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
                assertThat(Integer.signum(KeyOrder.INSTANCE.compare(one, other)))
                        .as("%s and %s", one, other)
                        .isEqualTo(Integer.signum(bytes));
            }
        }
    }
}
