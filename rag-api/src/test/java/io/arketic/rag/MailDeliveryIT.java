package io.arketic.rag;

import static io.arketic.rag.Awaiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.mail.Mail;
import io.arketic.rag.mail.MailComposer;
import io.arketic.rag.mail.MailQueue;
import io.arketic.rag.mail.MailValues;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tests that each message is queued with its cause, claimed, sent apart from others, and given up after a day. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MailDeliveryIT {

    private static final String PASSWORD = "a good password";
    private static final CountDownLatch READ = new CountDownLatch(1);
    private static final CountDownLatch GO_ON = new CountDownLatch(1);

    private Mailbox mailbox;
    private RunningApi api;
    private MailQueue queue;

    /** Composes messages that fail, fail once, or wait. */
    static final class TroubledMails implements MailComposer {

        private final Set<String> failed = ConcurrentHashMap.newKeySet();

        @Override
        public Map<String, Function<MailValues, Optional<Mail>>> composers() {
            return Map.of(
                    "broken",
                    values -> broken(),
                    "broken-once",
                    values -> failed.add(values.text("to")) ? broken() : mail(values.text("to")),
                    "slow",
                    values -> {
                        READ.countDown();
                        try {
                            GO_ON.await();
                        } catch (InterruptedException stopped) {
                            Thread.currentThread().interrupt();
                        }
                        return mail(values.text("to"));
                    });
        }

        private static Optional<Mail> broken() {
            throw new NoClassDefFoundError("a class of the test");
        }

        private static Optional<Mail> mail(String to) {
            return Optional.of(new Mail(to, "Composed", "The text"));
        }
    }

    @BeforeAll
    void start() {
        mailbox = Mailbox.open();
        api = RunningApi.start(
                "127.0.0.1:1",
                Map.of(
                        "arketic.mail.smtp.host",
                        "127.0.0.1",
                        "arketic.mail.smtp.port",
                        mailbox.port(),
                        "arketic.mail.smtp.encryption",
                        "none",
                        "arketic.security.require-verification",
                        false),
                TroubledMails.class);
        queue = api.bean(MailQueue.class);
    }

    @AfterEach
    void forgetWhatWaits() {
        api.execute("delete from outgoing_mails");
    }

    @AfterAll
    void stop() {
        GO_ON.countDown();
        api.close();
        mailbox.close();
    }

    @Test
    void aMessageThatEndsInAnErrorDelaysNoOther() {
        queue.sendComposed("broken", Map.of("to", "broken@example.org"));
        await("its first attempt", () -> waiting("attempts > 0") == 1);
        queue.sendComposed("complete", complete("after@example.org"));
        assertThat(mailbox.text("after@example.org", 1)).contains("Hello");
        assertThat(waiting("attempts > 0")).as("it waits for another attempt").isEqualTo(1);
    }

    @Test
    void theIdOfItsRowIsItsMessageIdInEveryAttempt() throws MessagingException {
        queue.sendComposed("broken-once", Map.of("to", "again@example.org"));
        await("its first attempt", () -> waiting("attempts = 1") == 1);
        String id = api.text("select id from outgoing_mails");
        assertThat(mailbox.text("again@example.org", 1)).contains("The text");
        MimeMessage message = Arrays.stream(mailbox.server().getReceivedMessages())
                .filter(received -> to(received).equals("again@example.org"))
                .findFirst()
                .orElseThrow();
        assertThat(message.getMessageID()).isEqualTo("<" + id + "@arketic>");
    }

    @Test
    void whileAProcessSendsItNoOtherClaimsIt() throws InterruptedException {
        queue.sendComposed("slow", Map.of("to", "slow@example.org"));
        READ.await();
        assertThat(waiting("attempts = 1 and next_attempt_at > now() + interval '1 minute'"))
                .isEqualTo(1);
        assertThat(api.count("select count(*) from claim_mail('5 minutes')")).isZero();
        GO_ON.countDown();
        assertThat(mailbox.text("slow@example.org", 1)).contains("The text");
        await("it is removed", () -> waiting("true") == 0);
    }

    @Test
    void itIsGivenUpAfterADayAndNotAfterSomeAttempts() {
        queue.sendComposed("broken", Map.of("to", "broken@example.org"));
        await("its first attempt", () -> waiting("attempts = 1") == 1);
        api.execute("update outgoing_mails set attempts = 50, next_attempt_at = now()");
        await("another attempt", () -> waiting("attempts = 51 and next_attempt_at < now() + interval '1 hour'") == 1);
        api.execute("update outgoing_mails set created_at = now() - interval '25 hours', next_attempt_at = now()");
        await("it is given up", () -> waiting("true") == 0);
    }

    @Test
    void aMessageIsNotSentOnceItIsOfNoUse() {
        Map<String, String> late = new HashMap<>(complete("late@example.org"));
        late.put("until", Instant.now().minusSeconds(1).toString());
        queue.sendComposed("complete", late);
        await("it is given up", () -> waiting("true") == 0);
        assertThat(mailbox.server().getReceivedMessages())
                .noneMatch(received -> to(received).equals("late@example.org"));
    }

    @Test
    void anOldMessageStillHasItsFirstAttempt() {
        queue.sendComposed("broken-once", Map.of("to", "old@example.org"));
        await("its first attempt", () -> waiting("attempts = 1") == 1);
        api.execute("update outgoing_mails set attempts = 0, created_at = now() - interval '25 hours',"
                + " next_attempt_at = now()");
        assertThat(mailbox.text("old@example.org", 1)).contains("The text");
    }

    @Test
    void whatHasNoMessageDoesNotHappen() {
        Team team = new Team(api);
        api.execute("update users set is_verified = true where id = '"
                + team.owner().id() + "'");
        ApiClient user = team.owner().api();
        ApiClient guest = api.client();
        String accounts = "select count(*) from users";
        String hashes = "select md5(string_agg(password_hash, ' ' order by id)) from users";
        String invitations = "select count(*) from organization_invitations";
        String before = api.text(accounts) + api.text(hashes) + api.text(invitations);
        api.execute("revoke execute on function queue_mail(uuid, text) from arketic_app");
        try {
            assertThat(guest.post(
                                    "/auth/register",
                                    Map.of(
                                            "email",
                                            "unheard@example.org",
                                            "password",
                                            PASSWORD,
                                            "first_name",
                                            "Ada",
                                            "last_name",
                                            "L"))
                            .status())
                    .isGreaterThanOrEqualTo(500);
            assertThat(user.post(
                                    "/auth/password",
                                    Map.of("current_password", PASSWORD, "new_password", "quite another one"))
                            .status())
                    .isGreaterThanOrEqualTo(500);
            assertThat(user.post(team.path() + "/invitations", Map.of("email", "unheard@example.org", "role", "member"))
                            .status())
                    .isGreaterThanOrEqualTo(500);
            assertThat(user.delete("/users/me", Map.of("password", PASSWORD)).status())
                    .isGreaterThanOrEqualTo(500);
        } finally {
            api.execute("grant execute on function queue_mail(uuid, text) to arketic_app");
        }
        assertThat(api.text(accounts) + api.text(hashes) + api.text(invitations))
                .isEqualTo(before);
    }

    private static Map<String, String> complete(String to) {
        return Map.of("to", to, "subject", "Greeting", "text", "Hello");
    }

    private long waiting(String condition) {
        return api.count("select count(*) from outgoing_mails where " + condition);
    }

    private static String to(MimeMessage message) {
        try {
            return message.getAllRecipients()[0].toString();
        } catch (MessagingException failure) {
            throw new AssertionError(failure);
        }
    }
}
