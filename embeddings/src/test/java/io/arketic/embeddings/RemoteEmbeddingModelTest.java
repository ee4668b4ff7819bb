package io.arketic.embeddings;

import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemoteEmbeddingModelTest extends EmbeddingModelContract {

    private static StubEndpoint endpoint;
    private static EmbeddingModel model;

    @BeforeAll
    static void open() {
        endpoint = new StubEndpoint();
        model = new RemoteEmbeddingModel(endpoint.settings());
    }

    @AfterAll
    static void close() {
        model.close();
        endpoint.close();
    }

    @Override
    EmbeddingModel model() {
        return model;
    }

    @Override
    EmbeddingModel another() {
        return new RemoteEmbeddingModel(endpoint.settings());
    }

    @Test
    void sendsManyTextsInSeveralRequests() throws Exception {
        endpoint.server.resetRequests();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 70; i++) {
            texts.add("text " + i);
        }
        assertThat(model.embedPassages(texts)).hasSize(70);
        endpoint.server.verify(3, postRequestedFor(urlEqualTo("/v1/embeddings")));
        assertThat(model.embedPassages(List.of("text 69")).get(0))
                .containsExactly(model.embedPassages(texts).get(69));
    }

    @Test
    void sendsKeyModelAndQueryPrefix() throws Exception {
        model.embedQuery("where?");
        endpoint.server.verify(postRequestedFor(urlEqualTo("/v1/embeddings"))
                .withHeader("Authorization", equalTo("Bearer secret"))
                .withRequestBody(matchingJsonPath("$.model", equalTo("stub-model")))
                .withRequestBody(matchingJsonPath("$.input[0]", equalTo("query: where?"))));
    }

    @Test
    void countsAndCutsByTheTokenizerWhereOneIsGiven(@TempDir Path directory) throws Exception {
        Path tokenizer = new ModelFiles(directory).unpack(LocalModel.BGE_SMALL.vocabulary());
        RemoteEmbeddingSettings plain = endpoint.settings();
        RemoteEmbeddingSettings exact = new RemoteEmbeddingSettings(
                plain.id(),
                plain.url(),
                null,
                plain.model(),
                plain.dimensions(),
                32,
                "",
                0,
                tokenizer.toString(),
                plain.timeout());
        try (EmbeddingModel counted = new RemoteEmbeddingModel(exact)) {
            assertThat(counted.countTokens("three short words")).isEqualTo(5);
            String fits = "wörd 🗼 ".repeat(7).strip();
            endpoint.server.resetRequests();
            counted.embedPassages(List.of("one two three ".repeat(20), fits));
            endpoint.server.verify(postRequestedFor(urlEqualTo("/v1/embeddings"))
                    .withRequestBody(matchingJsonPath(
                            "$.input[0]", equalTo("one two three ".repeat(10).strip())))
                    .withRequestBody(matchingJsonPath("$.input[1]", equalTo(fits))));
        }
    }
}
