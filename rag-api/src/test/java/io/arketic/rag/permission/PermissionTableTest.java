package io.arketic.rag.permission;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Compares the page of permissions with the code that enforces them. */
class PermissionTableTest {

    private static final Path PAGE = Path.of("../infra/docs/permissions.md");
    private static final String COMMAND =
            "mvn -pl rag-api -am test -Dtest=PermissionTableTest -Dsurefire.failIfNoSpecifiedTests=false -Dpages=write";

    private static final String HEAD = """
            # Permissions

            Every endpoint names one line of this table. The table is generated from the code that enforces it. A resource of another
            organization is not found (404), whatever the role.

            The four roles are the same in every organization. An organization has no roles of its own, until one needs them. A group
            of members gives no permission: it is a list of members to share documents, chats and
            knowledge bases with, and to cap. A personal token has the role of its user in each organization, as far as its scopes allow.

            """;

    @Test
    void thePageShowsTheTableThatTheCodeEnforces() throws IOException {
        String page = HEAD + PermissionTable.markdown();
        if (System.getProperty("pages", "").equals("write")) {
            Files.writeString(PAGE, page);
        }
        assertThat(PAGE).as("to write the page: " + COMMAND).content().isEqualTo(page);
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
}
