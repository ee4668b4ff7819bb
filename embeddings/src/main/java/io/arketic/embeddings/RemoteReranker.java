package io.arketic.embeddings;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.arketic.embeddings.EmbeddingException.Reason;
import io.arketic.embeddings.RerankSettings.Protocol;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;

/** A reranker behind an endpoint. It is asked once: a search does not wait for a second try. */
final class RemoteReranker implements Reranker {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** A hundred scores take some kilobytes; what is longer is none. */
    private static final int LONGEST_ANSWER = 1 << 20;

    private final URI address;
    private final RerankSettings settings;
    private final HttpClient client;

    RemoteReranker(URI url, RerankSettings settings) {
        this.settings = settings;
        String base = url.toString().replaceAll("/+$", "");
        String path = settings.protocol() == Protocol.TEI || base.matches(".*/v\\d+") ? "/rerank" : "/v2/rerank";
        address = URI.create(base + path);
        client = HttpClient.newBuilder()
                .connectTimeout(settings.budget())
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    @Override
    public double[] score(String question, List<String> passages) throws EmbeddingException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        body(question, passages).toString()));
        if (settings.apiKey() != null) {
            request.header("Authorization", "Bearer " + settings.apiKey());
        }
        try {
            HttpResponse<byte[]> answer = BoundedAnswer.of(client, request.build(), settings.budget(), LONGEST_ANSWER);
            int status = answer.statusCode();
            if (status != 200) {
                boolean ofTexts = status == 400 || status == 413 || status == 422;
                throw failed(ofTexts ? Reason.REFUSED : Reason.UNAVAILABLE, "answered " + status);
            }
            return scores(JSON.readTree(answer.body()), passages.size());
        } catch (JacksonException e) {
            throw failed(Reason.BAD_ANSWER, "answered no JSON");
        } catch (IOException e) {
            throw failed(Reason.UNAVAILABLE, "cannot be reached: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(Reason.INTERRUPTED, "was not waited for");
        }
    }

    private ObjectNode body(String question, List<String> passages) {
        ObjectNode body = JSON.createObjectNode().put("query", question);
        if (settings.protocol() == Protocol.TEI) {
            body.put("truncate", true);
            passages.forEach(body.putArray("texts")::add);
        } else {
            body.put("top_n", passages.size());
            passages.forEach(body.putArray("documents")::add);
        }
        if (settings.remoteModel() != null) {
            body.put("model", settings.remoteModel());
        }
        return body;
    }

    /** Reads the scores: each passage exactly once, each with a number. */
    private double[] scores(JsonNode answer, int count) throws EmbeddingException {
        JsonNode rows = settings.protocol() == Protocol.TEI ? answer : answer.path("results");
        String field = settings.protocol() == Protocol.TEI ? "score" : "relevance_score";
        if (!rows.isArray() || rows.size() != count) {
            throw failed(Reason.BAD_ANSWER, "answered " + rows.size() + " scores for " + count + " passages");
        }
        double[] scores = new double[count];
        Arrays.fill(scores, Double.NaN);
        for (JsonNode row : rows) {
            int index = row.path("index").isInt() ? row.path("index").intValue() : -1;
            JsonNode score = row.path(field);
            if (index < 0 || index >= count || !Double.isNaN(scores[index]) || !score.isNumber()) {
                throw failed(Reason.BAD_ANSWER, "answered what is no score of a passage");
            }
            scores[index] = score.doubleValue();
        }
        for (double score : scores) {
            if (!Double.isFinite(score)) {
                throw failed(Reason.BAD_ANSWER, "answered a score that is no number");
            }
        }
        return scores;
    }

    private EmbeddingException failed(Reason reason, String detail) {
        return new EmbeddingException(reason, "the reranker at " + address + " " + detail);
    }

    /** There is nothing to release: the client's threads end with it. */
    @Override
    public void close() {}
}
