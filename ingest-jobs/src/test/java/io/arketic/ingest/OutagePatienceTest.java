package io.arketic.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OutagePatienceTest {

    private final OutagePatience patience = new OutagePatience(Duration.ofMillis(1));

    @AfterEach
    void close() {
        patience.close();
    }

    @Test
    void workGoesOnWhenItsServicesAnswerAgain() throws Exception {
        Queue<Throwable> failures = new ArrayDeque<>(List.of(
                new SQLException("no connection", "08001"),
                new SQLException("a lock is not released", "55P03"),
                new UncheckedIOException(new IOException("no space left on device"))));

        CompletableFuture<String> done = patience.run(() -> failures.isEmpty()
                ? CompletableFuture.completedFuture("done")
                : CompletableFuture.failedFuture(failures.remove()));

        assertThat(done.get(30, TimeUnit.SECONDS)).isEqualTo("done");
        for (Outage outage : Outage.values()) {
            assertThat(patience.waiting(outage)).as("%s", outage).isZero();
        }
    }

    @Test
    void whatWaitsIsCountedByItsService() throws Exception {
        try (OutagePatience slow = new OutagePatience(Duration.ofHours(1))) {
            slow.run(() -> CompletableFuture.failedFuture(new SQLException("no connection", "08001")));
            assertThat(slow.waiting(Outage.DATABASE)).isEqualTo(1);
            assertThat(slow.waiting(Outage.STORE)).isZero();
        }
    }

    @Test
    void aFaultOfTheJobIsReportedAtOnce() {
        for (Throwable fault : List.of(
                new IllegalStateException("broken"),
                new NoClassDefFoundError("Gone"),
                new SQLException("a value that does not fit", "22001"))) {
            assertThatThrownBy(() -> patience.run(() -> CompletableFuture.failedFuture(fault))
                            .get(30, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCause(fault);
        }
    }

    @Test
    void aFaultOfTheWorkItselfIsReportedToo() {
        assertThatThrownBy(() -> patience.run(() -> {
                            throw new NoClassDefFoundError("Gone");
                        })
                        .get(30, TimeUnit.SECONDS))
                .hasCauseInstanceOf(NoClassDefFoundError.class);
    }
}
