package io.arketic.rag;

import static io.arketic.rag.Awaiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.work.WorkSchedule;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tests removals over a store that does not remove everything: one tenant's refusal does not affect others. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RemovalsIT {

    private static final String PASSWORD = "a good password";

    private StubbornStore store;
    private RunningApi api;

    @BeforeAll
    void start() throws Exception {
        store = new StubbornStore();
        api = RunningApi.start("127.0.0.1:1", Map.of("arketic.store.endpoint", store.endpoint()));
    }

    @AfterAll
    void stop() {
        api.close();
        store.close();
    }

    private record Tenant(ApiClient owner, String path, String slug, String base) {

        String home() {
            return slug + "/" + base + "/";
        }
    }

    private Tenant tenant() {
        String name = "t" + UUID.randomUUID().toString().substring(0, 8);
        ApiClient owner = api.client().user(name + "@example.org");
        String path = "/organizations/"
                + owner.post("/organizations", Map.of("name", name, "slug", name))
                        .text("id");
        return new Tenant(
                owner,
                path,
                name,
                owner.post(path + "/knowledge-bases", Map.of("name", "Base")).text("id"));
    }

    @Test
    void anObjectThatCannotBeRemovedDelaysNoOther() {
        Tenant stuck = tenant();
        Tenant odd = tenant();
        Tenant base = tenant();
        Tenant organization = tenant();
        Tenant erased = tenant();
        store.hold(stuck.home() + "a-refused.txt", stuck.home() + "b.txt", stuck.home() + "c.txt");
        store.hold(odd.home() + "x/../y.txt", odd.home() + "z.txt");
        store.hold(base.home() + "a.txt", organization.home() + "a.txt", erased.home() + "a.txt");

        for (Tenant one : new Tenant[] {stuck, odd, base}) {
            assertThat(one.owner()
                            .delete("/knowledge-bases/" + one.base() + "?objects=true")
                            .status())
                    .isEqualTo(202);
        }
        assertThat(organization
                        .owner()
                        .delete(organization.path() + "?objects=true", Map.of("password", PASSWORD))
                        .status())
                .isEqualTo(202);
        assertThat(erased.owner()
                        .delete("/users/me", Map.of("password", PASSWORD))
                        .status())
                .isEqualTo(204);

        await(
                "the others' files",
                () -> store.keys(base.slug() + "/").isEmpty()
                        && store.keys(organization.slug() + "/").isEmpty()
                        && store.keys(erased.slug() + "/").isEmpty());
        await(
                "the others' rows",
                () -> rows("knowledge_bases", base.base()) == 0
                        && api.count("select count(*) from organizations where slug in ('" + organization.slug()
                                        + "', '" + erased.slug() + "')")
                                == 0);
        await(
                "what is behind the refused ones",
                () -> store.keys(stuck.home()).size() == 1
                        && store.keys(odd.home()).size() == 1);
        assertThat(rows("knowledge_bases", stuck.base())).isEqualTo(1);

        store.giveIn();
        await("the rest", () -> rows("knowledge_bases", stuck.base()) == 0);
        assertThat(store.keys(stuck.home())).isEmpty();
    }

    @Test
    void objectsThatTheStoreKeepsDelayNoOtherAndStayRegistered() {
        String folder = UUID.randomUUID() + "/";
        String kept = folder + StubbornStore.LOCKED + "-";
        String other = folder + "other.txt";
        store.hold(other);
        api.execute("insert into removed_objects (object_key, store, remove_after) select '" + kept
                + "' || n, 'documents', now() - interval '1 hour' from generate_series(1, 25) n union all select '"
                + other + "', 'documents', now() - interval '1 minute'");
        await("what is registered behind them", () -> {
            api.bean(WorkSchedule.class).wake("removed-objects");
            return store.keys(folder).isEmpty();
        });
        assertThat(api.count("select count(*) from removed_objects where object_key like '" + kept
                        + "%' and remove_after > now()"))
                .as("those that are tried again")
                .isEqualTo(25);
    }

    /** A slug can have had another holder, whose files stayed; and a knowledge base can have gone without its files. */
    @Test
    void onlyItsOwnFoldersGoWithAnOrganization() {
        Tenant before = tenant();
        store.hold(before.home() + "kept.txt");
        assertThat(before.owner()
                        .delete(before.path(), Map.of("password", PASSWORD))
                        .status())
                .isEqualTo(202);
        ApiClient owner = api.client().user("n" + before.slug() + "@example.org");
        Tenant leaving = next(owner, before.slug());
        String beside = leaving.slug() + "/beside.txt";
        String stranger = leaving.slug() + "/" + UUID.randomUUID() + "/stranger.txt";
        String gone = owner.post(leaving.path() + "/knowledge-bases", Map.of("name", "Gone"))
                .text("id");
        store.hold(leaving.home() + "a.txt", leaving.slug() + "/" + gone + "/kept-then.txt", beside, stranger);
        assertThat(owner.delete("/knowledge-bases/" + gone).status()).isEqualTo(202);
        await("the base that goes without its files", () -> rows("knowledge_bases", gone) == 0);
        assertThat(store.keys(leaving.slug() + "/")).hasSize(5);

        assertThat(owner.delete("/users/me", Map.of("password", PASSWORD)).status())
                .isEqualTo(204);
        next(api.client().user("o" + before.slug() + "@example.org"), before.slug());

        assertThat(store.keys(leaving.slug() + "/"))
                .as("the slug is free only once the files are gone")
                .containsExactlyInAnyOrder(before.home() + "kept.txt", beside, stranger);
    }

    /** Creates an organization when its slug is free. */
    private Tenant next(ApiClient owner, String slug) {
        await(
                "the slug",
                () -> owner.post("/organizations", Map.of("name", "Next", "slug", slug))
                                .status()
                        == 201);
        String path = "/organizations/"
                + owner.get("/organizations").body().at("/items/0/id").stringValue();
        return new Tenant(
                owner,
                path,
                slug,
                owner.post(path + "/knowledge-bases", Map.of("name", "Base")).text("id"));
    }

    private long rows(String table, String id) {
        return api.count("select count(*) from " + table + " where id = '" + id + "'");
    }
}
