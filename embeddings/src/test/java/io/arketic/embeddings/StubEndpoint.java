package io.arketic.embeddings;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.extension.ResponseDefinitionTransformerV2;
import com.github.tomakehurst.wiremock.http.ResponseDefinition;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;

/**
 * Plays an endpoint that answers with random vectors derived from the text, not of length 1, and with the last one
 * first as the protocol allows. It refuses a text beyond its limit, like real endpoints.
 */
final class StubEndpoint implements AutoCloseable {

    static final int DIMENSIONS = 48;
    static final int MAX_TOKENS = 400;

    private static final ObjectMapper JSON = new ObjectMapper();

    final WireMockServer server =
            new WireMockServer(options().dynamicPort().bindAddress("127.0.0.1").extensions(new Vectors()));

    StubEndpoint() {
        server.start();
        answerVectors();
    }

    void answerVectors() {
        server.stubFor(post(urlEqualTo("/v1/embeddings")).willReturn(aResponse().withTransformers(Vectors.NAME)));
    }

    RemoteEmbeddingSettings settings() {
        return settings(Duration.ofSeconds(20));
    }

    RemoteEmbeddingSettings settings(Duration timeout) {
        return new RemoteEmbeddingSettings(
                "stub",
                URI.create(server.baseUrl() + "/v1/"),
                "secret",
                "stub-model",
                DIMENSIONS,
                MAX_TOKENS,
                "query: ",
                0.1,
                null,
                timeout);
    }

    @Override
    public void close() {
        server.stop();
    }

    private static final class Vectors implements ResponseDefinitionTransformerV2 {

        static final String NAME = "vectors";

        @Override
        public ResponseDefinition transform(ServeEvent event) {
            try {
                JsonNode input = JSON.readTree(event.getRequest().getBody()).path("input");
                ObjectNode answer = JSON.createObjectNode();
                ArrayNode rows = answer.putArray("data");
                for (int index = input.size() - 1; index >= 0; index--) {
                    String text = input.get(index).asText();
                    if (text.getBytes(StandardCharsets.UTF_8).length + 2 > MAX_TOKENS) {
                        return ResponseDefinitionBuilder.responseDefinition()
                                .withStatus(400)
                                .build();
                    }
                    ArrayNode vector = rows.addObject().put("index", index).putArray("embedding");
                    Random random = new Random(text.hashCode());
                    for (int i = 0; i < DIMENSIONS; i++) {
                        vector.add(random.nextGaussian());
                    }
                }
                return ResponseDefinitionBuilder.responseDefinition()
                        .withStatus(200)
                        .withHeader("Content-Type", "application/json")
                        .withBody(answer.toString())
                        .build();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public String getName() {
            return NAME;
        }

        @Override
        public boolean applyGlobally() {
            return false;
        }
    }
}
