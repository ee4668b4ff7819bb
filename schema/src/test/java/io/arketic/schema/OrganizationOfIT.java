package io.arketic.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.schema.Tenant.Migrated;
import io.arketic.schema.tenancy.TenantContext;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OrganizationOfIT {

    @Test
    void aThingIsFoundOnlyByMembersOfItsOrganization() throws SQLException {
        try (Migrated migrated = Migrated.open(2)) {
            Tenant home = Tenant.create(migrated, "home");
            Tenant stranger = Tenant.create(migrated, "stranger");
            UUID chat = home.read(
                    UUID.class, "insert into chats (creator_id, title) values (?, 'C') returning id", home.userId());
            UUID message = home.read(
                    UUID.class, "insert into chat_messages (chat_id, content) values (?, 'Hi') returning id", chat);
            UUID guest = home.addMember("guest@example.org", "viewer");
            for (UUID thing : new UUID[] {home.knowledgeBaseId(), chat, message}) {
                assertThat(found(home, home.userId(), thing)).isEqualTo(home.organizationId());
                assertThat(found(home, guest, thing)).isEqualTo(home.organizationId());
                assertThat(found(stranger, stranger.userId(), thing)).isNull();
            }
            assertThat(found(home, home.userId(), UUID.randomUUID())).isNull();
            home.read(
                    UUID.class,
                    "update organization_members set is_active = false where user_id = ? returning id",
                    guest);
            assertThat(found(home, guest, chat)).isNull();
            assertThat(found(home, null, chat)).isNull();
        }
    }

    /** Asks in no organization's context, like the application. */
    private static @Nullable UUID found(Tenant tenant, @Nullable UUID user, UUID thing) throws SQLException {
        return tenant.database()
                .transaction(
                        new TenantContext(null, user),
                        connection -> Tenant.one(connection, UUID.class, "select organization_of(?)", thing));
    }
}
