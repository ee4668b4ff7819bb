package io.arketic.embeddings;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import io.arketic.embeddings.EmbeddingException.Reason;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests calls of an endpoint that answers wrongly. */
class RemoteFailureTest {

    private static final List<String> TEXTS = List.of("one", "two");

    private StubEndpoint endpoint;
    private EmbeddingModel model;

    @BeforeEach
    void open() {
        endpoint = new StubEndpoint();
        model = new RemoteEmbeddingModel(endpoint.settings());
    }

    @AfterEach
    void close() {
        model.close();
        endpoint.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 413, 422})
    void textsThatAreNotTakenAreRefusedAtOnce(int status) {
        answer(aResponse().withStatus(status));
        assertFails(Reason.REFUSED, String.valueOf(status));
        assertRequests(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 402, 403, 404, 405, 410})
    void aRefusalForAKeyOrAPathOrATextFailsAtOnce(int status) {
        answer(aResponse().withStatus(status));
        assertFails(Reason.DENIED, String.valueOf(status));
        assertRequests(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 425})
    void aCallThatCameTooSoonOrTooSlowlyIsRepeated(int status) {
        answer(aResponse().withStatus(status).withHeader("Retry-After", "0"));
        assertFails(Reason.UNAVAILABLE, String.valueOf(status));
        assertRequests(4);
    }

    @Test
    void redirectIsNotFollowedAndTheKeyStaysHere() {
        answer(aResponse().withStatus(307).withHeader("Location", endpoint.server.baseUrl() + "/elsewhere"));
        assertFails(Reason.UNAVAILABLE, "307");
        assertRequests(1);
    }

    @Test
    void tooManyRequestsAreAskedAgainAfterThePauseThatTheEndpointWants() throws Exception {
        answerOnceThenVectors(aResponse().withStatus(429).withHeader("Retry-After", "1"));
        long start = System.nanoTime();
        assertThat(model.embedPassages(TEXTS)).hasSize(2);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        assertRequests(2);
    }

    @Test
    void longPauseIsLeftToTheCaller() {
        answer(aResponse().withStatus(429).withHeader("Retry-After", "3600"));
        assertFails(Reason.LIMITED, "429");
        assertRequests(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void anEndpointThatAsksForFewerCallsIsLimited(int status) {
        answer(aResponse().withStatus(status).withHeader("Retry-After", "0"));
        assertFails(Reason.LIMITED, String.valueOf(status));
        assertRequests(4);
    }

    @Test
    void serverErrorThatPassesIsNotSeen() throws Exception {
        answerOnceThenVectors(aResponse().withStatus(503));
        assertThat(model.embedPassages(TEXTS)).hasSize(2);
    }

    @Test
    void brokenConnectionThatPassesIsNotSeen() throws Exception {
        answerOnceThenVectors(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));
        assertThat(model.embedPassages(TEXTS)).hasSize(2);
    }

    @Test
    void serverErrorThatStaysMayBeDueToTheTexts() {
        answer(aResponse().withStatus(500));
        assertFails(Reason.SERVER_ERROR, "500");
        assertRequests(4);
    }

    @ParameterizedTest
    @ValueSource(ints = {502, 504})
    void aProxyWithoutAServerIsUnavailable(int status) {
        answer(aResponse().withStatus(status).withHeader("Retry-After", "0"));
        assertFails(Reason.UNAVAILABLE, String.valueOf(status));
        assertRequests(4);
    }

    @Test
    void silenceIsUnavailableAndNotAskedAgain() {
        answer(aResponse().withFixedDelay(5_000));
        model = new RemoteEmbeddingModel(endpoint.settings(Duration.ofSeconds(1)));
        assertFails(Reason.UNAVAILABLE, "did not answer in time");
        assertRequests(1);
    }

    @Test
    void anEndpointWithoutAListenerIsUnavailable() {
        endpoint.server.stop();
        assertFails(Reason.UNAVAILABLE, "cannot be reached");
    }

    @Test
    void whatIsNoJsonIsUnavailable() {
        answer(aResponse().withBody("<html>Welcome</html>"));
        assertFails(Reason.UNAVAILABLE, "no JSON");
        answer(aResponse().withBody(""));
        assertFails(Reason.UNAVAILABLE, "no JSON");
    }

    @Test
    void jsonWithoutVectorsIsABadAnswer() {
        answer(okJson("{\"data\": 17}"));
        assertFails(Reason.BAD_ANSWER, "0 vectors");
    }

    @Test
    void otherDimensionsAreABadAnswer() {
        answer(okJson("{\"data\": [{\"embedding\": [1, 0]}, {\"embedding\": [0, 1]}]}"));
        assertFails(Reason.BAD_ANSWER, "2 dimensions instead of " + StubEndpoint.DIMENSIONS);
    }

    @Test
    void tooFewVectorsAreABadAnswer() {
        answer(okJson("{\"data\": [{\"index\": 0, \"embedding\": " + vector("1") + "}]}"));
        assertFails(Reason.BAD_ANSWER, "1 vectors for 2 texts");
    }

    @Test
    void twoVectorsForOneTextAreABadAnswer() {
        String row = "{\"index\": 1, \"embedding\": " + vector("1") + "}";
        answer(okJson("{\"data\": [" + row + ", " + row + "]}"));
        assertFails(Reason.BAD_ANSWER, "index 1");
    }

    @Test
    void vectorsThatAreNoDirectionAreABadAnswer() {
        for (String component : List.of("0", "null", "\"1\"")) {
            String row = "{\"embedding\": " + vector(component) + "}";
            answer(okJson("{\"data\": [" + row + ", " + row + "]}"));
            assertFails(Reason.BAD_ANSWER, "vector");
        }
    }

    private static String vector(String component) {
        return "[" + (component + ",").repeat(StubEndpoint.DIMENSIONS - 1) + component + "]";
    }

    private void answer(ResponseDefinitionBuilder response) {
        endpoint.server.stubFor(post(urlEqualTo("/v1/embeddings")).willReturn(response));
    }

    private void answerOnceThenVectors(ResponseDefinitionBuilder response) {
        endpoint.server.stubFor(post(urlEqualTo("/v1/embeddings"))
                .inScenario("once")
                .whenScenarioStateIs(Scenario.STARTED)
                .willSetStateTo("well again")
                .willReturn(response));
    }

    private void assertFails(Reason reason, String detail) {
        EmbeddingException failure = catchThrowableOfType(EmbeddingException.class, () -> model.embedPassages(TEXTS));
        assertThat(failure).isNotNull().hasMessageContaining(detail).hasMessageNotContaining("secret");
        assertThat(failure.reason()).isEqualTo(reason);
    }

    private void assertRequests(int count) {
        endpoint.server.verify(count, postRequestedFor(urlEqualTo("/v1/embeddings")));
    }
}
