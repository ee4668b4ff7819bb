package io.arketic.schema.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ObjectKeyTest {

    private static final String BASE = "0192f0c8-7b1e-7c3a-9d2f-1a2b3c4d5e6f";

    @Test
    void aKeyIsReadAndWrittenBack() throws InvalidObjectKeyException {
        String text = "acme-1/" + BASE + "/Verträge 2026/Müller & 文件 🚢 (1).pdf";
        ObjectKey key = ObjectKey.parse(text);
        assertThat(key.organizationSlug()).isEqualTo("acme-1");
        assertThat(key.knowledgeBaseId()).isEqualTo(UUID.fromString(BASE));
        assertThat(key.path()).isEqualTo("Verträge 2026/Müller & 文件 🚢 (1).pdf");
        assertThat(key.filename()).isEqualTo("Müller & 文件 🚢 (1).pdf");
        assertThat(key).hasToString(text);
    }

    @Test
    void dotsInsideANameAreNoTraversal() throws InvalidObjectKeyException {
        assertThat(ObjectKey.parse("a/" + BASE + "/..a/b..c/...").path()).isEqualTo("..a/b..c/...");
    }

    @Test
    void whatIsNoKeyIsRefusedWithItsFault() {
        String longest = "a/" + BASE + "/" + "x".repeat(ObjectKey.MAX_LENGTH - BASE.length() - 3);
        for (String refused : List.of(
                "",
                "file.txt",
                "a/" + BASE,
                "a/" + BASE + "/",
                "a/" + BASE + "/folder/",
                "a/" + BASE + "/x//y",
                "/" + BASE + "/x",
                "A/" + BASE + "/x",
                "-a/" + BASE + "/x",
                "a b/" + BASE + "/x",
                "a/not-an-id/x",
                "a/" + BASE.toUpperCase(java.util.Locale.ROOT) + "/x",
                "a/1-1-1-1-1/x",
                "a/" + BASE + "/../x",
                "a/" + BASE + "/x/..",
                "a/" + BASE + "/./x",
                "a/" + BASE + "/..\\x",
                "a/" + BASE + "/x\u0000",
                "a/" + BASE + "/x\n",
                "a/" + BASE + "/x\u0085",
                "a/" + BASE + "/x\uD800",
                longest + "x")) {
            assertThatExceptionOfType(InvalidObjectKeyException.class)
                    .as(refused)
                    .isThrownBy(() -> ObjectKey.parse(refused))
                    .matches(failure -> failure.getMessage() != null);
        }
    }

    @Test
    void theLongestKeyIsTaken() throws InvalidObjectKeyException {
        String key = "a/" + BASE + "/" + "🚢".repeat(ObjectKey.MAX_LENGTH - BASE.length() - 3);
        assertThat(ObjectKey.parse(key)).hasToString(key);
    }
}
