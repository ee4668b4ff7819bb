package io.arketic.rag.model;

import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.arketic.rag.attendance.Cancellation;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ModelRoutesTest {

    @RegisterExtension
    static final WireMockExtension ENDPOINT = WireMockExtension.newInstance().build();

    private final StringBuilder text = new StringBuilder();

    /**
     * Checks a half-open breaker, which lets two calls through: those that end in a failure of ours must not use them
     * up.
     */
    @Test
    void aFailureOfOursGivesItsPermitBack() throws Exception {
        ENDPOINT.stubFor(post("/v1/chat/completions").willReturn(Models.answer("Every ninety days.")));
        ModelRoutes routes = new ModelRoutes(
                Models.settings(ENDPOINT.baseUrl() + "/v1", Duration.ofSeconds(5), Duration.ofSeconds(20)));
        List<ModelRoutes.Route> way = routes.to("small");
        CircuitBreaker breaker = way.get(0).breaker();
        breaker.transitionToOpenState();
        breaker.transitionToHalfOpenState();
        for (int i = 0; i < 5; i++) {
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> routes.complete(way, route -> new Reading(true), new Cancellation()));
        }
        routes.complete(way, route -> new Reading(false), new Cancellation());
        assertThat(text.toString()).isEqualTo("Every ninety days.");
    }

    @Test
    void aCallIsExpectedToUseItsPromptAndItsAnswerAndAtMostItsWindow() {
        ModelRoutes routes = new ModelRoutes(
                Models.settings(ENDPOINT.baseUrl() + "/v1", Duration.ofSeconds(5), Duration.ofSeconds(20)));
        int window = routes.to("small").get(0).contextWindow();
        assertThat(routes.expected("small", 100, 10, route -> false).total()).isEqualTo(110);
        assertThat(routes.expected("small", 10 * window, 10, route -> false).total())
                .isEqualTo(window);
    }

    private final class Reading implements ModelRoutes.Attempt {

        private final boolean failing;

        Reading(boolean failing) {
            this.failing = failing;
        }

        @Override
        public OpenAiEndpoint.Call call() {
            return new OpenAiEndpoint.Call("small", List.of(new OpenAiEndpoint.Message("user", "?")), 0, 10, null);
        }

        @Override
        public void accept(String piece) {
            if (failing) {
                throw new IllegalStateException("of ours");
            }
            text.append(piece);
        }

        @Override
        public boolean begun() {
            return false;
        }
    }
}
