package io.arketic.rag;

import static io.arketic.rag.Awaiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.Team.Person;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tests the removal of an organization, over a real store. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OrganizationRemovalIT {

    private static final String PASSWORD = "a good password";

    private RunningApi api;
    private TenantRows rows;
    private Team team;
    private Person owner;
    private Person admin;
    private String organization;
    private String slug;
    private String base;
    private String chat;

    @BeforeAll
    void start() {
        api = RunningApi.shared();
        rows = new TenantRows(api.database());
    }

    @BeforeEach
    void anOrganizationThatOwnsALot() {
        team = new Team(api);
        owner = team.owner();
        admin = team.member("admin");
        organization = team.path().substring("/organizations/".length());
        slug = owner.api().get(team.path()).text("slug");
        base = "/knowledge-bases/"
                + owner.api()
                        .post(team.path() + "/knowledge-bases", Map.of("name", "Pumps"))
                        .text("id");
        assertThat(owner.api()
                        .upload(base + "/documents", Map.of("a.txt", "One", "b.txt", "Two"))
                        .status())
                .isEqualTo(202);
        // Ended long ago, so that no removal ends it.
        api.execute("insert into ingest_ledger (organization_id, bucket, object_key, etag, last_modified, size, state,"
                + " ended_at) values ('" + organization + "', '" + RunningApi.BUCKET + "', '" + slug
                + "/ended.txt', 'e', '2026-01-01 00:00:00Z', 1, 'indexed', now())");
        chat = team.chat(owner, Map.of("title", "Talk", "chat_type", "group", "participant_ids", List.of(admin.id())));
        owner.api().post(chat + "/messages", Map.of("content", "Good morning", "ask", false));
        assertThat(owner.api().upload(chat + "/files", Map.of("c.txt", "Three")).status())
                .isEqualTo(201);
    }

    @Test
    void onlyAnOwnerWithThePasswordRemovesIt() {
        Map<String, String> before = rows.of(UUID.fromString(organization));

        remove(admin, PASSWORD, true).assertProblem(403, "forbidden", null);
        remove(owner, "another password", true).assertProblem(403, "wrong-password", null);
        owner.api().delete(team.path(), Map.of()).assertProblem(422, "invalid-input", "password");
        remove(new Team(api).owner(), PASSWORD, true).assertProblem(404, "not-found", null);

        assertThat(rows.of(UUID.fromString(organization))).isEqualTo(before);
        assertThat(StoredKeys.of(RunningApi.BUCKET, slug + "/")).hasSize(2);
    }

    @Test
    void itIsOutOfSightAtOnceAndLeavesNothing() {
        assertThat(remove(owner, PASSWORD, true).status()).isEqualTo(202);

        for (String path : List.of(team.path(), team.path() + "/members", base, base + "/documents", chat)) {
            owner.api().get(path).assertProblem(404, "not-found", null);
            admin.api().get(path).assertProblem(404, "not-found", null);
        }
        assertThat(admin.api().get("/organizations").body().path("items")).isEmpty();
        remove(owner, PASSWORD, true).assertProblem(404, "not-found", null);
        awaitNoRows();
        await(
                "files of chats",
                () -> StoredKeys.of(RunningApi.BUCKET + "-chats", organization).isEmpty());
        assertThat(StoredKeys.of(RunningApi.BUCKET, slug + "/")).isEmpty();
        assertThat(rows.count("audit_log where row_id = '" + organization + "' and user_id = '" + owner.id() + "'"))
                .as("that it was there, for operators")
                .isEqualTo(1);
    }

    @Test
    void itsFilesStayWhereTheyAreNotToGo() {
        assertThat(remove(owner, PASSWORD, false).status()).isEqualTo(202);

        awaitNoRows();
        assertThat(StoredKeys.of(RunningApi.BUCKET, slug + "/")).hasSize(2);
        assertThat(rows.count("ingest_ledger where object_key = '" + slug + "/ended.txt' and organization_id is null"))
                .as("so that the listing does not take it for new")
                .isEqualTo(1);
    }

    @Test
    void itsSlugIsFreeAgain() {
        assertThat(remove(owner, PASSWORD, true).status()).isEqualTo(202);
        awaitNoRows();

        assertThat(owner.api()
                        .post("/organizations", Map.of("name", "Another", "slug", slug))
                        .status())
                .isEqualTo(201);
    }

    private ApiClient.Reply remove(Person by, String password, boolean objects) {
        return by.api().delete(team.path() + "?objects=" + objects, Map.of("password", password));
    }

    private void awaitNoRows() {
        UUID id = UUID.fromString(organization);
        await("rows are still there", () -> rows.of(id).values().stream().allMatch("null"::equals));
    }
}
