package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** Holds an organization of one owner for each test, and invites members to it by mail. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OwnedOrganization {

    static final Pattern TOKEN = Pattern.compile("Token: ([A-Za-z0-9_-]{43})");

    final RunningApi api = RunningApi.shared();
    final String email = "ada-" + UUID.randomUUID() + "@example.org";
    ApiClient ada;
    String path;
    /** Ends the names and addresses of a test. */
    String unique;

    @BeforeAll
    void start() {
        ada = api.client().user(email);
    }

    @BeforeEach
    void anOrganization() {
        unique = "-" + UUID.randomUUID();
        path = "/organizations/" + id(ada.post("/organizations", Map.of("name", "Acme " + unique)));
    }

    /** Returns a user who accepted an invitation with this role. */
    ApiClient member(String role) throws Exception {
        String address = role + unique + "@example.org";
        ApiClient user = api.client().user(address);
        ada.post(path + "/invitations", Map.of("email", address, "role", role));
        assertThat(user.post("/invitations/accept", Map.of("token", letterTo(address, 1)))
                        .status())
                .isEqualTo(200);
        return user;
    }

    /** Returns the token of the latest of {@code count} messages, after waiting. */
    String letterTo(String address, int count) throws Exception {
        Path letters = Path.of(api.context().getEnvironment().getRequiredProperty("arketic.mail.directory"));
        Instant deadline = Instant.now().plus(Duration.ofSeconds(60));
        while (Instant.now().isBefore(deadline)) {
            List<String> found = new ArrayList<>();
            try (Stream<Path> files = Files.list(letters)) {
                for (Path file : files.filter(file -> file.toString().endsWith(".eml"))
                        .sorted()
                        .toList()) {
                    String letter = Files.readString(file).replace("=\r\n", "");
                    Matcher token = TOKEN.matcher(letter);
                    if (letter.toLowerCase(Locale.ROOT).contains("to: " + address)
                            && !letter.contains("Subject: Confirm your e-mail address")
                            && token.find()) {
                        found.add(token.group(1));
                    }
                }
            } catch (IOException vanished) {
                continue;
            }
            if (found.size() == count) {
                return found.get(count - 1);
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
        throw new AssertionError("No letter " + count + " to " + address);
    }

    static <T> List<T> together(List<Callable<T>> work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(work.size());
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> done : threads.invokeAll(work)) {
                results.add(done.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    static void assertProblem(ApiClient.Reply reply, int status, String reason) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(status);
        assertThat(reply.body().path("type").stringValue()).isEqualTo("urn:arketic:problem:" + reason);
    }

    static String id(ApiClient.Reply reply) {
        assertThat(reply.status()).as(reply.text()).isBetween(200, 299);
        return reply.body().path("id").stringValue();
    }
}
