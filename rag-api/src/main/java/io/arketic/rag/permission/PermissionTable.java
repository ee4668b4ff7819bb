package io.arketic.rag.permission;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Formats {@link Permission} as Markdown, for infra/docs/permissions.md. */
public final class PermissionTable {

    private static final List<Role> COLUMNS = List.of(Role.VIEWER, Role.MEMBER, Role.ADMIN, Role.OWNER);

    private PermissionTable() {}

    /**
     * Returns one row for each permission, in the order of the enum, with a column for each role in an organization.
     */
    public static String markdown() {
        String head = COLUMNS.stream().map(role -> " " + role.label() + " |").collect(Collectors.joining());
        String rule = COLUMNS.stream().map(role -> ":-:|").collect(Collectors.joining());
        String rows =
                Arrays.stream(Permission.values()).map(PermissionTable::row).collect(Collectors.joining());
        return "| |" + head + " API key or personal token with scope |\n|---|" + rule + "---|\n" + rows;
    }

    private static String row(Permission permission) {
        String cells = COLUMNS.stream()
                .map(role -> permission.allows(role) ? " ✓ |" : " |")
                .collect(Collectors.joining());
        Scope scope = permission.scope();
        return "| " + permission.description() + note(permission.audience()) + " |" + cells
                + (scope == null ? " |\n" : " `" + scope.label() + "` |\n");
    }

    private static String note(Audience audience) {
        return switch (audience) {
            case ANYONE -> " (without a token)";
            case USER -> " (every account)";
            case SYSTEM_ADMIN -> " (system roles admin and super_admin)";
            case SUPER_ADMIN -> " (system role super_admin)";
            case DIRECTORY -> " (SCIM token of the organization)";
            case VIEWER, MEMBER, ADMIN, OWNER -> "";
        };
    }
}
