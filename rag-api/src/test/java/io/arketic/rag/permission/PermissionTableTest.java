package io.arketic.rag.permission;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Holds the README's table against the code that enforces it. */
class PermissionTableTest {

    private static final String BEGIN = "<!-- permissions: generated -->\n";
    private static final String END = "<!-- permissions: end -->";
    private static final String COMMAND =
            "mvn -pl rag-api -am test -Dtest=PermissionTableTest -Dsurefire.failIfNoSpecifiedTests=false -Dreadme=write";

    @Test
    void theReadmeShowsTheTableThatTheCodeEnforces() throws IOException {
        Path readme = readme();
        String text = Files.readString(readme);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        assertThat(begin).as("README.md holds " + BEGIN).isNotNegative();
        assertThat(end).as("README.md holds " + END).isGreaterThan(begin);
        String table = text.substring(begin + BEGIN.length(), end);
        if (System.getProperty("readme", "").equals("write")) {
            table = PermissionTable.markdown();
            Files.writeString(readme, text.substring(0, begin + BEGIN.length()) + table + text.substring(end));
        }
        assertThat(table).as("the README's table; to make it anew: " + COMMAND).isEqualTo(PermissionTable.markdown());
    }

    @Test
    void eachRoleMayWhatTheNextLowerOneMay() {
        for (Permission permission : Permission.values()) {
            for (Role role : Role.values()) {
                for (Role lower : Role.values()) {
                    if (role.isAtLeast(lower) && permission.allows(lower)) {
                        assertThat(permission.allows(role))
                                .as(permission + " as " + role)
                                .isTrue();
                    }
                }
            }
        }
    }

    private static Path readme() {
        Path here = Path.of("README.md");
        return Files.exists(here) ? here : Path.of("..", "README.md");
    }
}
