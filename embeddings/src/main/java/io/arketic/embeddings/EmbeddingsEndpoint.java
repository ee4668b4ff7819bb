package io.arketic.embeddings;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.arketic.embeddings.EmbeddingException.Reason;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Calls {@code POST /v1/embeddings} of the OpenAI protocol.
 *
 * <p>What may pass by itself (no connection, 408, 425, 429, 5xx) is tried again, at most {@value #ATTEMPTS} times in all,
 * after pauses that double and differ by chance, or as long as the endpoint asks for. A call that timed out is not
 * repeated: it would add to the load. Only 400, 413 and 422 speak of the texts for certain. Every other 4xx may be due to
 * the key or the path, too, and fails at once.
 */
final class EmbeddingsEndpoint {

    private static final int ATTEMPTS = 4;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    /**
     * Limits the pause that an endpoint may request; with a longer one it counts as unavailable, because the caller can
     * wait better.
     */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final RemoteEmbeddingSettings settings;
    private final HttpClient client;

    EmbeddingsEndpoint(RemoteEmbeddingSettings settings) {
        this.settings = settings;
        client = HttpClient.newBuilder()
                .connectTimeout(settings.timeout())
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /** Returns the endpoint's vectors in the order of the texts. */
    float[][] embed(List<String> texts) throws EmbeddingException {
        HttpRequest request = request(texts);
        for (int attempt = 1; ; attempt++) {
            Failure failure;
            try {
                HttpResponse<byte[]> answer =
                        BoundedAnswer.of(client, request, settings.timeout(), longest(texts.size()));
                if (answer.statusCode() == 200) {
                    return vectors(answer.body(), texts.size());
                }
                failure = refusal(answer);
            } catch (HttpTimeoutException late) {
                throw failed(Reason.UNAVAILABLE, "did not answer in time: " + late.getMessage(), late);
            } catch (IOException e) {
                failure = new Failure(Reason.UNAVAILABLE, "cannot be reached: " + e, null, e);
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
            if (attempt == ATTEMPTS) {
                throw failed(failure.reason, failure.detail + ", " + ATTEMPTS + " times", failure.cause);
            }
            pause(attempt, failure);
        }
    }

    /** A number takes some twenty characters, and an indented answer has a line for each. */
    private long longest(int texts) {
        return (1L << 20) + 64L * texts * settings.dimensions();
    }

    private record Failure(
            Reason reason,
            String detail,
            @Nullable Duration askedPause,
            @Nullable IOException cause) {}

    private HttpRequest request(List<String> texts) {
        ObjectNode body = JSON.createObjectNode();
        body.put("model", settings.model());
        body.put("encoding_format", "float");
        texts.forEach(body.putArray("input")::add);
        HttpRequest.Builder request = HttpRequest.newBuilder(settings.embeddings())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()));
        if (settings.apiKey() != null) {
            request.header("Authorization", "Bearer " + settings.apiKey());
        }
        return request.build();
    }

    private Failure refusal(HttpResponse<byte[]> answer) throws EmbeddingException {
        int status = answer.statusCode();
        String detail = "answered " + status;
        if (status == 400 || status == 413 || status == 422) {
            throw failed(Reason.REFUSED, detail, null);
        }
        boolean mayPass = status == 408 || status == 425 || status == 429 || status >= 500;
        if (!mayPass) {
            throw failed(status >= 400 ? Reason.DENIED : Reason.UNAVAILABLE, detail, null);
        }
        Reason reason = switch (status) {
            case 429, 503 -> Reason.LIMITED;
            case 500 -> Reason.SERVER_ERROR;
            default -> Reason.UNAVAILABLE;
        };
        return new Failure(reason, detail, retryAfter(answer), null);
    }

    private static @Nullable Duration retryAfter(HttpResponse<byte[]> answer) {
        try {
            return answer.headers()
                    .firstValue("Retry-After")
                    .map(seconds -> Duration.ofSeconds(Math.max(0, Long.parseLong(seconds.strip()))))
                    .orElse(null);
        } catch (NumberFormatException e) {
            // The other form is a date, for which we use our own pauses.
            return null;
        }
    }

    private void pause(int attempt, Failure failure) throws EmbeddingException {
        Duration asked = failure.askedPause;
        if (asked != null && asked.compareTo(LONGEST_PAUSE) > 0) {
            throw failed(failure.reason, failure.detail + ", to be asked again in " + asked, failure.cause);
        }
        long own = FIRST_PAUSE.toMillis() << (attempt - 1);
        long millis = asked != null
                ? asked.toMillis()
                : own + ThreadLocalRandom.current().nextLong(own);
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private float[][] vectors(byte[] body, int count) throws EmbeddingException {
        JsonNode rows = json(body).path("data");
        if (!rows.isArray() || rows.size() != count) {
            throw failed(Reason.BAD_ANSWER, "answered " + rows.size() + " vectors for " + count + " texts", null);
        }
        float[][] vectors = new float[count][];
        for (int row = 0; row < count; row++) {
            int index = rows.get(row).path("index").asInt(row);
            if (index < 0 || index >= count || vectors[index] != null) {
                throw failed(Reason.BAD_ANSWER, "answered index " + index + " for " + count + " texts", null);
            }
            vectors[index] = vector(rows.get(row).path("embedding"));
        }
        return vectors;
    }

    /** Parses the answer; an answer that is no JSON comes from a server in front of the endpoint. */
    private JsonNode json(byte[] body) throws EmbeddingException {
        JsonNode answer;
        try {
            answer = JSON.readTree(body);
        } catch (JacksonException e) {
            throw failed(Reason.UNAVAILABLE, "answered no JSON", e);
        } catch (IOException e) {
            throw new AssertionError("bytes in memory", e);
        }
        if (answer.isMissingNode()) {
            throw failed(Reason.UNAVAILABLE, "answered no JSON", null);
        }
        return answer;
    }

    private float[] vector(JsonNode numbers) throws EmbeddingException {
        if (!numbers.isArray() || numbers.size() != settings.dimensions()) {
            throw failed(
                    Reason.BAD_ANSWER,
                    "answered " + numbers.size() + " dimensions instead of " + settings.dimensions(),
                    null);
        }
        float[] vector = new float[numbers.size()];
        for (int i = 0; i < vector.length; i++) {
            if (!numbers.get(i).isNumber()) {
                throw failed(Reason.BAD_ANSWER, "answered a vector with '" + numbers.get(i) + "' in it", null);
            }
            vector[i] = numbers.get(i).floatValue();
        }
        return UnitVector.of(vector);
    }

    private EmbeddingException failed(Reason reason, String detail, @Nullable Exception cause) {
        return new EmbeddingException(reason, settings.id() + " at " + settings.url() + " " + detail, cause);
    }

    private static EmbeddingException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new EmbeddingException(Reason.INTERRUPTED, "interrupted while embedding", e);
    }
}
