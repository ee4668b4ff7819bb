package io.arketic.rag.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.arketic.rag.limit.RateLimits.Admission;
import io.arketic.rag.limit.RateLimits.Subject;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests limits over several processes, and a Redis that is gone, slow, wiped or full in the middle of it. */
class SharedBucketsIT {

    private static final Duration WITHIN = Duration.ofSeconds(20);

    /** A refill takes six seconds. */
    private static final int TEN = 10;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<SharedBuckets> opened = new ArrayList<>();
    private RedisProcess redis;

    @TempDir
    private Path directory;

    @BeforeEach
    void start() throws IOException {
        redis = RedisProcess.start(directory);
    }

    @AfterEach
    void stop() throws InterruptedException {
        opened.forEach(SharedBuckets::close);
        redis.close();
    }

    @Test
    void aLimitHoldsOverAllProcesses() throws Exception {
        List<SharedBuckets> processes = List.of(open(redis.url()), open(redis.url()));
        processes.forEach(this::awaitShared);
        Subject subject = subject();
        Instant began = Instant.now();
        double slow = counted("slow");
        int admitted = 0;
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Admission>> answers = new ArrayList<>();
            for (int request = 0; request < 30; request++) {
                SharedBuckets process = processes.get(request % 2);
                answers.add(threads.submit(() -> answered(process, subject, TEN)));
            }
            for (Future<Admission> answer : answers) {
                admitted += answer.get().admitted() ? 1 : 0;
            }
        } finally {
            threads.shutdownNow();
        }
        long refilled = Duration.between(began, Instant.now()).toSeconds() * TEN / 60 + 1;
        double unheard = counted("slow") - slow; // their answers, which may have admitted, came too late
        assertThat((double) admitted).isBetween(TEN - unheard, (double) TEN + refilled);
    }

    @Test
    void deploymentsOfOneDatabaseShareNoBucket() {
        SharedBuckets one = open(new RedisProperties(redis.url(), "one", ""));
        SharedBuckets other = open(new RedisProperties(redis.url(), "other", ""));
        Subject subject = subject();
        while (answered(one, subject, 1).admitted()) {
            // The bucket of one is empty afterwards.
        }
        assertThat(answered(other, subject, 1).admitted()).isTrue();
        assertThatThrownBy(() -> new RedisProperties(redis.url(), " ", ""))
                .hasMessageContaining("ARKETIC_REDIS_KEY_PREFIX");
    }

    @Test
    void aRedisThatRefusesTheFirstScriptKeepsNoConnection() {
        awaitShared(open(redis.url()));
        redis.administer(commands -> commands.configSet("maxmemory", "1"));
        SharedBuckets process = open(redis.url());
        await("tried several times", () -> process.take(subject(), TEN).isEmpty() && counted("unreachable") >= 3);
        await("only those of the first process and of the test are open", () -> connections() == 2);
        redis.administer(commands -> commands.configSet("maxmemory", "0"));
        awaitShared(process);
    }

    @Test
    void aLaterCallersAnswerDoesNotEndThePause() throws Exception {
        SharedBuckets process = open(redis.url());
        ExecutorService threads = Executors.newFixedThreadPool(8);
        Instant deadline = Instant.now().plus(WITHIN.multipliedBy(3));
        try {
            boolean answered = false;
            while (!answered) {
                assertThat(Instant.now()).as("a later caller gets an answer").isBefore(deadline);
                awaitShared(process);
                redis.signal("STOP");
                List<Future<Optional<Admission>>> answers = new ArrayList<>();
                for (int caller = 0; caller < 8; caller++) {
                    answers.add(threads.submit(() -> process.take(subject(), TEN)));
                    TimeUnit.MILLISECONDS.sleep(SharedBuckets.BUDGET.toMillis() / 8);
                }
                boolean paused = answers.get(0).get().isEmpty();
                redis.signal("CONT");
                for (Future<Optional<Admission>> answer : answers) {
                    answered |= paused && answer.get().isPresent();
                }
            }
            assertThat(isShared()).isFalse();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void whatRedisHasForgottenEachProcessStillCounts() {
        SharedBuckets shared = open(redis.url());
        awaitShared(shared);
        RateLimits limits = new RateLimits(null, shared);
        Subject subject = subject();
        for (int taken = 0; taken < TEN; taken++) {
            assertThat(limits.admit(subject, TEN).admitted()).isTrue();
        }
        redis.administer(commands -> commands.flushall());
        assertThat(IntStream.range(0, TEN)
                        .filter(more -> limits.admit(subject, TEN).admitted())
                        .count())
                .as("admitted in the seconds since, one in six")
                .isLessThan(TEN / 2);
    }

    @Test
    void eachDirectionIsLoggedOnceAMinute() {
        AtomicLong now = new AtomicLong();
        SharedBucketsLog log = new SharedBucketsLog(now::get);
        assertThat(log.shared()).isTrue();
        assertThat(log.local("slow")).isTrue();
        assertThat(log.local("slow")).isFalse();
        assertThat(log.shared()).as("too early").isFalse();
        assertThat(log.local("slow")).as("logged before").isFalse();
        now.set(SharedBucketsLog.EACH.toNanos());
        assertThat(log.shared()).as("lasts").isTrue();
        assertThat(log.local("slow")).isTrue();
    }

    @Test
    void anAnswerSaysWhatIsLeftAndWhenMoreComes() {
        SharedBuckets process = open(redis.url());
        Subject subject = subject();
        Admission first = answered(process, subject, 2);
        assertThat(first.admitted()).isTrue();
        assertThat(first.remaining()).isEqualTo(1);
        assertThat(first.reset()).isBetween(Duration.ofSeconds(25), Duration.ofSeconds(30));
        assertThat(first.retryAfter()).isZero();
        Admission last = first;
        for (int more = 0; more < 4 && last.admitted(); more++) {
            last = answered(process, subject, 2);
        }
        assertThat(last.admitted()).isFalse();
        assertThat(last.remaining()).isZero();
        assertThat(last.retryAfter()).isBetween(Duration.ofMillis(1), Duration.ofSeconds(30));
        assertThat(answered(process, subject(), 2).admitted())
                .as("of another user")
                .isTrue();
    }

    @Test
    void withoutRedisEachProcessLimitsByItselfUntilItIsBack() throws Exception {
        SharedBuckets shared = open(redis.url());
        awaitShared(shared);
        RateLimits limits = new RateLimits(null, shared);
        Subject subject = subject();
        for (int taken = 0; taken < 4; taken++) {
            assertThat(limits.admit(subject, TEN).admitted()).isTrue();
        }

        redis.kill();
        Instant began = Instant.now();
        int more = 0;
        while (limits.admit(subject, TEN).admitted()) {
            more++;
        }
        // What was taken before counts, and a request does not wait for Redis.
        assertThat(more).isBetween(TEN - 4, TEN - 4 + 2);
        assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(10));
        assertThat(isShared()).isFalse();
        assertThat(meters.get("arketic.limit.local").counters())
                .extracting(counter -> counter.getId().getTag("reason"))
                .contains("unreachable");

        redis.start();
        await("asks Redis again", () -> shared.take(subject(), TEN).isPresent());
        assertThat(isShared()).isTrue();
    }

    @Test
    void aProcessThatStartsWithoutRedisUsesItLater() throws Exception {
        redis.kill();
        SharedBuckets process = open(redis.url());
        assertThat(process.take(subject(), TEN)).isEmpty();
        redis.start();
        await("uses Redis", () -> process.take(subject(), TEN).isPresent());
    }

    @Test
    void aSlowRedisCostsOneBudgetInEachPause() throws Exception {
        SharedBuckets process = open(redis.url());
        awaitShared(process);
        redis.signal("STOP");
        assertThat(process.take(subject(), TEN)).isEmpty();
        assertThat(meters.get("arketic.limit.local")
                        .tag("reason", "slow")
                        .counter()
                        .count())
                .isPositive();
        Instant began = Instant.now();
        for (int request = 0; request < 1000; request++) {
            assertThat(process.take(subject(), TEN)).isEmpty();
        }
        Duration each = Duration.between(began, Instant.now()).dividedBy(1000);
        assertThat(each)
                .as("mean of 1,000 requests, of which few waited")
                .isLessThan(SharedBuckets.BUDGET.dividedBy(2));
        redis.signal("CONT");
        await("asks Redis again", () -> process.take(subject(), TEN).isPresent());
    }

    @Test
    void aWipedOrFullRedisChangesNoAnswerToTheWorse() {
        SharedBuckets process = open(redis.url());
        awaitShared(process);
        Subject subject = subject();
        while (answered(process, subject, 1).admitted()) {
            // The bucket of one is empty afterwards.
        }
        redis.administer(commands -> {
            commands.flushall();
            commands.scriptFlush();
        });
        assertThat(answered(process, subject, 1).admitted())
                .as("an empty Redis knows of no request")
                .isTrue();

        redis.administer(commands -> commands.configSet("maxmemory", "1"));
        await("refused", () -> process.take(subject(), TEN).isEmpty() && counted("refused") > 0);
        assertThat(new RateLimits(null, process).admit(subject(), TEN).admitted())
                .isTrue();
        redis.administer(commands -> commands.configSet("maxmemory", "0"));
        await("asks Redis again", () -> process.take(subject(), TEN).isPresent());
    }

    @Test
    void aPasswordAndTlsComeFromTheAddress() throws Exception {
        Path key = directory.resolve("key.pem");
        Path certificate = directory.resolve("certificate.pem");
        Process openssl = new ProcessBuilder(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "rsa:2048",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        "/CN=localhost",
                        "-addext",
                        "subjectAltName=IP:127.0.0.1",
                        "-keyout",
                        key.toString(),
                        "-out",
                        certificate.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(openssl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(openssl.waitFor()).as(said).isZero();
        Path own = Files.createDirectory(directory.resolve("secured"));
        int port = RedisProcess.freePort();
        try (RedisProcess secured = RedisProcess.start(
                own,
                "--requirepass",
                "a-password",
                "--tls-port",
                String.valueOf(port),
                "--tls-cert-file",
                certificate.toString(),
                "--tls-key-file",
                key.toString(),
                "--tls-ca-cert-file",
                certificate.toString(),
                "--tls-auth-clients",
                "no")) {
            SharedBuckets right = open("rediss://default:a-password@127.0.0.1:" + port, certificate.toString());
            await("admitted over TLS", () -> right.take(subject(), TEN).isPresent());
            SharedBuckets plain = open("redis://default:a-password@127.0.0.1:" + secured.port());
            await("admitted with the password", () -> plain.take(subject(), TEN).isPresent());

            SharedBuckets wrong = open("redis://default:other@127.0.0.1:" + secured.port());
            SharedBuckets distrusting = open("rediss://default:a-password@127.0.0.1:" + port);
            Instant until = Instant.now().plus(SharedBuckets.PAUSE.multipliedBy(2));
            while (Instant.now().isBefore(until)) {
                assertThat(wrong.take(subject(), TEN))
                        .as("with another password")
                        .isEmpty();
                assertThat(distrusting.take(subject(), TEN))
                        .as("unknown authority")
                        .isEmpty();
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
    }

    @Test
    void anAddressThatIsNoneIsRefusedWithoutItsPassword() {
        assertThatThrownBy(() -> new RedisProperties("http://default:a-password@127.0.0.1", "arketic", ""))
                .hasMessageContaining("ARKETIC_REDIS_URL")
                .hasMessageNotContaining("a-password");
        assertThat(new RedisProperties("redis://default:a-password@127.0.0.1", "arketic", "").toString())
                .doesNotContain("a-password");
    }

    @Test
    void withoutAnAddressNothingIsShared() {
        assertThat(open("").take(subject(), TEN)).isEmpty();
        assertThat(meters.find("arketic.limit.shared").gauge()).isNull();
        assertThat(meters.find("arketic.limit.local").counters()).isEmpty();
    }

    private SharedBuckets open(String url) {
        return open(url, "");
    }

    private SharedBuckets open(String url, String caFile) {
        return open(new RedisProperties(url, "arketic", caFile));
    }

    private SharedBuckets open(RedisProperties settings) {
        SharedBuckets buckets = new SharedBuckets(settings, meters);
        opened.add(buckets);
        return buckets;
    }

    private void awaitShared(SharedBuckets buckets) {
        await("Redis answers", () -> buckets.take(subject(), TEN).isPresent());
    }

    /** Returns an answer of Redis; a busy machine may take longer than the budget. */
    private static Admission answered(SharedBuckets buckets, Subject subject, int perMinute) {
        List<Admission> answers = new ArrayList<>();
        await("an answer", () -> {
            buckets.take(subject, perMinute).ifPresent(answers::add);
            return !answers.isEmpty();
        });
        return answers.get(0);
    }

    /** Returns the clients that Redis has, with the one that asks. */
    private long connections() {
        AtomicLong clients = new AtomicLong();
        redis.administer(commands -> clients.set(commands.clientList().lines().count()));
        return clients.get();
    }

    private boolean isShared() {
        return meters.get("arketic.limit.shared").gauge().value() == 1;
    }

    private double counted(String reason) {
        return meters.find("arketic.limit.local").tag("reason", reason).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    private static Subject subject() {
        return new Subject(Activity.SEARCH, "user", UUID.randomUUID().toString());
    }

    private static void await(String what, BooleanSupplier condition) {
        Instant deadline = Instant.now().plus(WITHIN);
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).as(what).isBefore(deadline);
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
