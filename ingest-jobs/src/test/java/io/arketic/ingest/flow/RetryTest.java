package io.arketic.ingest.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.arketic.embeddings.EmbeddingException;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryTest {

    private final Retry retry = new Retry(3, Duration.ofMillis(1));
    private final AtomicInteger calls = new AtomicInteger();

    @Test
    void asksAgainUntilThereIsAnAnswer() throws Exception {
        String answer = retry.call("ask", () -> {
            if (calls.incrementAndGet() < 3) {
                throw new IOException("away");
            }
            return "here";
        });

        assertThat(answer).isEqualTo("here");
    }

    @Test
    void givesUpWithTheLastFailure() {
        assertThatThrownBy(() -> retry.run("ask", () -> {
                    throw new IOException("away " + calls.incrementAndGet());
                }))
                .hasMessage("away 3");
    }

    @Test
    void whatWouldFailAgainIsNotAskedAgain() {
        assertThatThrownBy(() -> retry.run("ask", () -> {
                    calls.incrementAndGet();
                    throw new EmbeddingException(EmbeddingException.Reason.REFUSED, "no");
                }))
                .isInstanceOf(EmbeddingException.class);
        assertThat(calls).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"08006", "57P01", "53300", "40001", "42P01", "58030"})
    void aDatabaseThatFailsSaysNothingOfTheDocument(String state) {
        assertThat(Retry.contentRefused(new SQLException("", state))).isFalse();
        assertThat(Retry.transientFailure(new SQLException("", state))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"22021", "23514", "54000"})
    void aDatabaseThatRefusesTheContentDoes(String state) {
        assertThat(Retry.contentRefused(new SQLException("", state))).isTrue();
        assertThat(Retry.transientFailure(new SQLException("", state))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"42501", "P0001", "0A000", "44000"})
    void aStatementThatIsRefusedIsNeitherAnOutageNorTheContent(String state) {
        assertThat(DatabaseFailure.of(new SQLException("", state))).isEqualTo(DatabaseFailure.REFUSAL);
        assertThat(Retry.transientFailure(new SQLException("", state))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"53100", "28P01", "3D000", "25006", "25P03", "55P03", "40P01", "57014", "XX000"})
    void aDatabaseWithoutRoomOrAccessIsOut(String state) {
        assertThat(DatabaseFailure.of(new SQLException("", state))).isEqualTo(DatabaseFailure.OUTAGE);
    }

    @Test
    void aLostConnectionWithoutAStateIsTransient() {
        assertThat(Retry.transientFailure(new SQLException("pool closed"))).isTrue();
    }
}
