package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.SignInWorld.Company;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Attacks the sign-in with foreign pages, many requests, slow providers and addresses of the inside. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SignInFloodIT {

    private final SignInWorld world = SignInWorld.shared();

    @Test
    void aPageOfAnotherSiteBeginsNoSignIn() {
        String begin = world.api.client().address() + "/api/v1/auth/sign-in/" + SignInWorld.DEPLOYMENT;
        for (String site : List.of("cross-site", "same-site", "else")) {
            SignInBrowser browser = world.browser();
            var answer = browser.get(begin, "Sec-Fetch-Site", site);
            assertThat(answer.headers().firstValue("Location")).as(site).hasValue("/sign-in");
            assertThat(browser.cookies).as(site).isEmpty();
        }
        for (String site : List.of("same-origin", "none")) {
            assertThat(world.browser()
                            .get(begin, "Sec-Fetch-Site", site)
                            .headers()
                            .firstValue("Location")
                            .orElse(""))
                    .as(site)
                    .startsWith(world.provider.issuer());
        }
    }

    @Test
    void reportsWithUnknownKeysReadTheKeysAFewTimesOnly() {
        Company company = world.company(Map.of("issuer", world.broken.issuer()));
        int before = world.broken.keys();
        for (int report = 0; report < 20; report++) {
            String token = part("{\"alg\": \"RS256\", \"kid\": \"" + UUID.randomUUID() + "\"}") + "."
                    + part("{\"iss\": \"" + world.broken.issuer() + "\"}") + "." + part("signature");
            assertThat(SignInBrowser.send(HttpRequest.newBuilder(
                                            URI.create(world.api.client().address() + "/api/v1/auth/sign-in/"
                                                    + company.providerId() + "/logout"))
                                    .header("Content-Type", "application/x-www-form-urlencoded")
                                    .POST(HttpRequest.BodyPublishers.ofString("logout_token=" + token)))
                            .statusCode())
                    .isEqualTo(400);
        }
        assertThat(world.broken.keys() - before).isBetween(1, 4);
    }

    @Test
    void slowProvidersOfOrganizationsDelayTheirOwnSignInsOnly() throws Exception {
        List<Company> slow = new ArrayList<>();
        for (int company = 0; company < 3; company++) {
            slow.add(world.company(Map.of("issuer", world.broken.issuer())));
        }
        // Its configuration is known from here on.
        world.browser().begin(SignInWorld.DEPLOYMENT);
        int before = world.broken.configurations();
        CountDownLatch released = new CountDownLatch(1);
        world.broken.configuration(exchange -> {
            try {
                released.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
        ExecutorService victims = Executors.newCachedThreadPool();
        List<Future<String>> begun = new ArrayList<>();
        try {
            for (Company company : slow) {
                begun.add(victims.submit(() -> world.browser().begin(company.providerId())));
                begun.add(victims.submit(() -> world.browser().begin(company.providerId())));
            }
            Awaiting.await("six sign-ins wait", () -> world.broken.configurations() - before >= 6);
            assertThat(SignInBrowser.problem(world.browser().begin(slow.get(0).providerId())))
                    .isEqualTo("busy");
            String name = SignInIT.unique();
            world.provider.user(name, Map.of("email", name + "@example.org", "email_verified", true));
            assertThat(world.browser().signIn(SignInWorld.DEPLOYMENT, name)).isEqualTo("/o/acme");
            released.countDown();
            for (Future<String> one : begun) {
                assertThat(SignInBrowser.problem(one.get())).isEqualTo("provider-unavailable");
            }
            int asked = world.broken.configurations();
            assertThat(SignInBrowser.problem(world.browser().begin(slow.get(0).providerId())))
                    .isEqualTo("provider-unavailable");
            assertThat(world.broken.configurations())
                    .as("a failure is kept for a while")
                    .isEqualTo(asked);
        } finally {
            released.countDown();
            victims.shutdownNow();
            world.broken.configuration(
                    exchange -> BrokenProvider.json(exchange, 200, world.broken.metadata(world.broken.issuer())));
        }
    }

    @Test
    void anAddressOfTheInsideIsNotAsked() {
        RunningApi guarded = RunningApi.shared();
        int before = world.broken.configurations();
        String localhost = world.broken.issuer().replace("127.0.0.1", "localhost");
        for (String issuer : List.of(
                world.broken.issuer(), localhost, "https://169.254.169.254", "https://10.0.0.1", "https://[::1]")) {
            ApiClient owner = guarded.client().user("owner-" + SignInIT.unique() + "@example.org");
            String path = owner.post("/organizations", Map.of("name", "Inside " + SignInIT.unique()))
                    .text("id");
            guarded.execute(
                    "insert into organization_domains (organization_id, domain, txt_record, verified_at) values ('"
                            + path + "', '" + SignInIT.unique() + ".example', 'x', now())");
            ApiClient.Reply put = owner.put(
                    "/organizations/" + path + "/identity-provider",
                    Map.of("name", "Inside", "issuer", issuer, "client_id", "x"));
            assertThat(put.status()).as(put.text()).isEqualTo(200);
            var answer = SignInBrowser.send(HttpRequest.newBuilder(
                    URI.create(guarded.client().address() + "/api/v1/auth/sign-in/" + put.text("id"))));
            assertThat(answer.headers().firstValue("Location"))
                    .as(issuer)
                    .hasValue("/sign-in?problem=provider-unavailable");
        }
        assertThat(world.broken.configurations()).isEqualTo(before);
    }

    private static String part(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
