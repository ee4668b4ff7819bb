package io.arketic.rag.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UploadNameTest {

    private static final UUID BASE = UUID.fromString("01890a5d-ac96-774b-bcce-b302099a8057");

    @Test
    void keepsTheNameAndTheFolder() {
        assertThat(UploadName.key("acme", BASE, null, "Öffnung 1.pdf")).hasToString("acme/" + BASE + "/Öffnung 1.pdf");
        assertThat(UploadName.key("acme", BASE, "/a/b/", "c.txt")).hasToString("acme/" + BASE + "/a/b/c.txt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "..", ".", "a/b", "a\\b", "a\u0000b", "a\nb", "\u202Egpj.exe"})
    void refusesNamesThatAreNone(String name) {
        refused(null, name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "a/../b", "a//b", "a/./b", "a\u0007"})
    void refusesFoldersThatLeadElsewhere(String folder) {
        refused(folder, "a.txt");
    }

    @Test
    void refusesWhatIsTooLong() {
        refused(null, "a".repeat(256));
        refused("f/".repeat(250), "a.txt");
        refused(null, "ü".repeat(128));
        refused("漢".repeat(86), "a.txt");
        refused(("漢".repeat(80) + "/").repeat(5), "a.txt");
    }

    @Test
    void knowsTheExtension() {
        assertThat(UploadName.extension("a.tar.GZ")).isEqualTo("gz");
        assertThat(UploadName.extension(".hidden")).isEmpty();
        assertThat(UploadName.extension("none")).isEmpty();
    }

    private static void refused(String folder, String name) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> UploadName.key("acme", BASE, folder, name))
                .matches(problem -> problem.reason() == ProblemReason.INVALID_FILENAME);
    }
}
