package io.arketic.rag.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.arketic.rag.connection.RequestThreads.Ticket;
import io.arketic.rag.problem.ProblemException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RequestThreadsTest {

    private static final int PLACES = 40;
    private static final int HALF = PLACES / 2;
    private static final int QUARTER = PLACES / 4;
    private static final int UNKNOWN = 4;
    private static final UUID ACME = UUID.randomUUID();
    private static final UUID OTHER = UUID.randomUUID();

    private final RequestThreads threads = new RequestThreads(PLACES + 10, new SimpleMeterRegistry());
    private final List<String> woken = new ArrayList<>();

    @Test
    void oneTenantHoldsHalfAndTheRestWaitsWithoutAThread() {
        learn("ada", ACME);
        learn("bob", OTHER);
        List<Ticket> served = served("ada", HALF);
        Ticket first = waiting("ada", "first");
        Ticket second = waiting("ada", "second");
        served("bob", 1).get(0).close();
        assertThat(woken).isEmpty();
        served.get(0).close();
        assertThat(woken).containsExactly("first");
        assertThat(first.isRefused()).isFalse();
        first.close();
        assertThat(woken).containsExactly("first", "second");
        second.close();
        served.subList(1, HALF).forEach(Ticket::close);
        served("ada", HALF).forEach(Ticket::close);
    }

    @Test
    void severalTenantsHoldEqualPartsAndANewOneFindsAPlace() {
        List<UUID> tenants =
                IntStream.range(0, 5).mapToObj(number -> UUID.randomUUID()).toList();
        tenants.forEach(tenant -> learn("user of " + tenant, tenant));
        int[] held = new int[tenants.size()];
        for (int round = 0; round < PLACES; round++) {
            for (int tenant = 0; tenant < held.length; tenant++) {
                if (ask("user of " + tenants.get(tenant)).isDecided()) {
                    held[tenant]++;
                }
            }
        }
        for (int one : held) {
            assertThat(one).isBetween(PLACES / 6 - 1, PLACES / 6 + 1);
        }
        learn("new", UUID.randomUUID());
        served("new", 1);
    }

    @Test
    void placesGoInTurnsToTheTenantThatHoldsTheFewest() {
        learn("ada", ACME);
        learn("bob", OTHER);
        List<Ticket> ada = served("ada", HALF);
        for (int call = 0; call < 3; call++) {
            waiting("ada", "ada");
        }
        List<Ticket> bob = new ArrayList<>();
        for (Ticket one = ask("bob"); one.isDecided(); one = ask("bob")) {
            bob.add(one);
        }
        waiting("bob", "bob");
        ada.subList(0, 8).forEach(Ticket::close);
        assertThat(woken.get(0)).isEqualTo("bob");
    }

    @Test
    void requestsWaitUntilTheOrganizationOfTheirUserIsKnown() {
        List<Ticket> first = served("ada", UNKNOWN);
        for (int call = 0; call < 30; call++) {
            waiting("ada", "ada");
        }
        first.get(0).begin();
        RequestThreads.belongsTo(ACME);
        assertThat(woken).hasSizeBetween(HALF - UNKNOWN - 2, HALF);
        for (Ticket one : first) {
            one.begin();
            RequestThreads.belongsTo(ACME);
            one.close();
        }
        assertThat(woken.size()).isBetween(HALF - 1, HALF + 1);
    }

    @Test
    void usersWhoseOrganizationIsKnownLateHoldItsShareToo() {
        List<Ticket> users = IntStream.range(0, 30)
                .mapToObj(user -> served("user" + user, 1).get(0))
                .toList();
        int entered = 0;
        List<Ticket> refused = new ArrayList<>();
        for (Ticket user : users) {
            user.begin();
            try {
                RequestThreads.belongsTo(ACME);
                entered++;
            } catch (ProblemException tooMany) {
                assertThat(tooMany).hasMessageContaining("under way");
                refused.add(user);
            }
        }
        assertThat(entered).isEqualTo(HALF + UNKNOWN);
        assertThat(refused).hasSize(30 - HALF - UNKNOWN);
        users.forEach(Ticket::close);
        learn("ada", OTHER);
        served("ada", HALF);
    }

    @Test
    void aRequestWithoutCredentialsCountsWhenAnOrganizationLetsItIn() {
        List<Ticket> strangers = new ArrayList<>();
        for (int call = 0; call < PLACES + 10; call++) {
            Ticket stranger = threads.ask(RequestHead.of(null, "", null, "192.0.2.1"));
            assertThat(stranger.isDecided()).isTrue();
            strangers.add(stranger);
        }
        for (Ticket stranger : strangers.subList(0, HALF + UNKNOWN)) {
            stranger.begin();
            RequestThreads.belongsTo(ACME);
        }
        strangers.get(HALF + UNKNOWN).begin();
        assertThatThrownBy(() -> RequestThreads.belongsTo(ACME)).isInstanceOf(ProblemException.class);
        strangers.forEach(Ticket::close);
        RequestThreads.belongsTo(ACME);
    }

    @Test
    void apiKeysThatAreNotKnownHavePlacesOfTheirOwnAndAreLimitedByNetwork() {
        for (int call = 0; call < UNKNOWN; call++) {
            assertThat(key("busy", "/v1/models").isDecided()).isTrue();
        }
        Ticket next = key("busy", "/v1/models");
        assertThat(next.isDecided()).isFalse();
        List<Ticket> others = new ArrayList<>();
        for (int key = UNKNOWN; key < QUARTER; key++) {
            others.add(key("key" + key, "/v1/models"));
        }
        assertThat(others).allMatch(Ticket::isDecided);
        Ticket another = key("another", "/v1/models");
        assertThat(another.isDecided()).isFalse();
        another.await(() -> woken.add("another"));
        assertThat(threads.ask(RequestHead.of("another", "/v1/models", null, "198.51.100.1"))
                        .isDecided())
                .isTrue();
        others.get(0).close();
        assertThat(woken).containsExactly("another");
    }

    @Test
    void unknownCredentialsOfOneNetworkFillHalfOfTheQueue() {
        for (int key = 0; key < QUARTER; key++) {
            key("key" + key, "/v1/models");
        }
        int queued = 0;
        Ticket next = key("waiting", "/v1/models");
        while (!next.isDecided()) {
            next.await(() -> {});
            queued++;
            next = key("waiting" + queued, "/v1/models");
        }
        assertThat(next.isRefused()).isTrue();
        assertThat(queued).isEqualTo(500);
    }

    @Test
    void guestsHoldAShareOfTheirOwnAndDisplaceNoMember() {
        learn("ada", ACME);
        List<Ticket> guests = new ArrayList<>();
        for (int call = 0; call < QUARTER; call++) {
            Ticket guest = threads.ask(RequestHead.of("any", "/api/v1/public/" + call, null, "192.0.2." + call));
            guest.begin();
            RequestThreads.countApart("guests", ACME);
            guests.add(guest);
        }
        Ticket late = threads.ask(RequestHead.of(null, "", null, "192.0.2.1"));
        late.begin();
        assertThatThrownBy(() -> RequestThreads.countApart("guests", ACME)).isInstanceOf(ProblemException.class);
        RequestThreads.countApart("webhooks", ACME);
        late.close();
        List<Ticket> members = served("ada", (PLACES - QUARTER) / 2);
        members.forEach(Ticket::close);
        guests.forEach(Ticket::close);
        served("ada", HALF);
    }

    @Test
    void anApiKeyHasOneOrganizationForAllItsRequests() {
        Ticket first = key("key", "/v1/models");
        first.begin();
        RequestThreads.belongsTo(ACME);
        first.close();
        for (int call = 0; call < HALF; call++) {
            assertThat(key("key", "/v1/embeddings").isDecided()).isTrue();
        }
        assertThat(key("key", "/v1/embeddings").isDecided()).isFalse();
    }

    @Test
    void aLongWaitEndsWithARefusalAndAnEndedOneWithNothing() {
        learn("ada", ACME);
        served("ada", HALF);
        Ticket waiting = waiting("ada", "waiting");
        Ticket gone = waiting("ada", "gone");
        gone.close();
        threads.endLongWaits(System.nanoTime() + Duration.ofSeconds(9).toNanos());
        assertThat(woken).isEmpty();
        threads.endLongWaits(System.nanoTime() + Duration.ofSeconds(11).toNanos());
        assertThat(woken).containsExactly("waiting");
        assertThat(waiting.isRefused()).isTrue();
        waiting.close();
        assertThat(ask("ada").isDecided()).isFalse();
    }

    @Test
    void aQueueThatIsHalfFullOfOneTenantRefusesItsNextRequest() {
        learn("ada", ACME);
        served("ada", HALF);
        int queued = 0;
        Ticket next = ask("ada");
        while (!next.isDecided()) {
            next.await(() -> {});
            queued++;
            next = ask("ada");
        }
        assertThat(next.isRefused()).isTrue();
        assertThat(queued).isEqualTo(500);
        learn("bob", OTHER);
    }

    private void learn(String user, UUID organization) {
        Ticket first = ask(user);
        assertThat(first.isDecided()).isTrue();
        first.begin();
        RequestThreads.belongsTo(organization);
        first.close();
    }

    private List<Ticket> served(String user, int number) {
        List<Ticket> served = new ArrayList<>();
        for (int call = 0; call < number; call++) {
            Ticket one = ask(user);
            assertThat(one.isDecided()).as(user + "'s request " + call).isTrue();
            assertThat(one.isRefused()).isFalse();
            served.add(one);
        }
        return served;
    }

    private Ticket waiting(String user, String name) {
        Ticket ticket = ask(user);
        assertThat(ticket.isDecided()).isFalse();
        ticket.await(() -> woken.add(name));
        return ticket;
    }

    private Ticket ask(String user) {
        return ask("token of " + user, "/api/v1/chats/" + user + "/messages", user);
    }

    private Ticket key(String key, String path) {
        return ask(key, path, null);
    }

    private Ticket ask(String credentials, String path, @Nullable String user) {
        return threads.ask(RequestHead.of(credentials, path, user, "192.0.2.1"));
    }
}
