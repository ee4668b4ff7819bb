package io.arketic.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.schema.Tenant.Migrated;
import io.arketic.schema.migration.SchemaMigrator;
import io.arketic.services.Fixtures;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Tests what the migration to stored scopes makes of existing chats. */
class KnowledgeScopeIT {

    private static final int BEFORE = 63;

    @Test
    void aChatThatEverChoseKnowledgeBasesStillDoes() throws SQLException {
        Fixtures.Database owner = Fixtures.database();
        SchemaMigrator migrator = new SchemaMigrator(Tenant.settings(owner), "secret of the application");
        migrator.migrate();
        migrator.rollbackTo(BEFORE);
        UUID attached;
        UUID emptied;
        UUID detached;
        UUID all;
        try (Migrated migrated = Migrated.over(owner, 1)) {
            Tenant tenant = Tenant.create(migrated, "scopes");
            attached = chat(tenant);
            emptied = chat(tenant);
            detached = chat(tenant);
            all = tenant.read(
                    UUID.class, "insert into chats (creator_id, title) values (?, 'C') returning id", tenant.userId());
            tenant.read(UUID.class, "delete from chat_knowledge_bases where chat_id = ? returning chat_id", detached);
        }
        try (Connection connection = DriverManager.getConnection(owner.url(), owner.user(), owner.password());
                Statement statement = connection.createStatement()) {
            statement.execute("delete from chat_knowledge_bases where chat_id = '" + emptied + "'");
            migrator.migrate();
            assertThat(scope(connection, attached)).isEqualTo("chosen");
            assertThat(scope(connection, emptied))
                    .as("its knowledge base was deleted")
                    .isEqualTo("chosen");
            assertThat(scope(connection, detached))
                    .as("a user had it ask all again")
                    .isEqualTo("all");
            assertThat(scope(connection, all)).isEqualTo("all");
        }
    }

    private static UUID chat(Tenant tenant) throws SQLException {
        UUID chat = tenant.read(
                UUID.class, "insert into chats (creator_id, title) values (?, 'C') returning id", tenant.userId());
        return tenant.read(
                UUID.class,
                "insert into chat_knowledge_bases (chat_id, knowledge_base_id) values (?, ?) returning chat_id",
                chat,
                tenant.knowledgeBaseId());
    }

    private static String scope(Connection connection, UUID chat) throws SQLException {
        return Tenant.one(connection, String.class, "select knowledge_scope from chats where id = '" + chat + "'");
    }
}
