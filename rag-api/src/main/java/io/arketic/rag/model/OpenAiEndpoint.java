package io.arketic.rag.model;

import io.arketic.rag.attendance.Cancellation;
import io.arketic.rag.model.ChatProperties.ModelEndpoint;
import io.arketic.rag.model.UpstreamFailure.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Calls one endpoint of the OpenAI chat completions protocol, streamed. A call ends with its whole text or with an
 * {@link UpstreamFailure}, and releases its connection then, after its time, and after its cancellation.
 */
public final class OpenAiEndpoint {

    /** Holds a message; {@code role} is that of the protocol. */
    public record Message(String role, String content) {}

    /** @param apiKey of an account of the asker's or the organization's with the provider; null takes the deployment's */
    public record Call(
            String model,
            List<Message> messages,
            double temperature,
            int maxTokens,
            @Nullable String apiKey) {

        /** Shows no key. */
        @Override
        public String toString() {
            return "Call[model=" + model + "]";
        }
    }

    /** Sets the characters that a token never has on average; a longer answer has ignored its limit. */
    private static final int CHARACTERS_A_TOKEN = 16;

    private static final String DATA = "data:";
    private static final JsonMapper JSON = new JsonMapper();
    private static final ScheduledExecutorService WATCHDOG = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "chat-model-watchdog");
        thread.setDaemon(true);
        return thread;
    });

    private final ModelEndpoint settings;
    private final HttpClient http;

    OpenAiEndpoint(ModelEndpoint settings, HttpClient http) {
        this.settings = settings;
        this.http = http;
    }

    /** Returns its name in the settings; users store their own keys for it under that name. */
    public String name() {
        return settings.name();
    }

    /**
     * Returns the usage once all of the text has been passed to {@code pieces}.
     *
     * @param firstToken how long the endpoint may take to say anything
     * @param whole how long the call may take
     */
    Usage stream(Call call, Duration firstToken, Duration whole, Consumer<String> pieces, Cancellation cancellation)
            throws UpstreamFailure {
        if (cancellation.isCancelled()) {
            throw new UpstreamFailure(Kind.CANCELLED, false);
        }
        Exchange exchange = new Exchange(http.sendAsync(request(call), HttpResponse.BodyHandlers.ofInputStream()));
        Runnable stop = () -> exchange.abort(Kind.CANCELLED);
        ScheduledFuture<?> silence = after(firstToken, () -> exchange.abortUnlessBegun(Kind.SILENT));
        ScheduledFuture<?> limit = after(whole, () -> exchange.abort(Kind.SILENT));
        cancellation.onCancel(stop);
        try {
            return exchange.read(call, pieces);
        } finally {
            cancellation.forget(stop);
            silence.cancel(false);
            limit.cancel(false);
        }
    }

    private static ScheduledFuture<?> after(Duration time, Runnable action) {
        return WATCHDOG.schedule(action, time.toMillis(), TimeUnit.MILLISECONDS);
    }

    private HttpRequest request(Call call) {
        ObjectNode body = JSON.createObjectNode()
                .put("model", call.model())
                .put("stream", true)
                .put("temperature", call.temperature())
                .put("max_tokens", call.maxTokens());
        body.putObject("stream_options").put("include_usage", true);
        ArrayNode messages = body.putArray("messages");
        call.messages()
                .forEach(message ->
                        messages.addObject().put("role", message.role()).put("content", message.content()));
        String base = settings.baseUrl().toString().replaceAll("/+$", "");
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + "/chat/completions"))
                .header("Content-Type", "application/json")
                .header("Accept", "text/event-stream")
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)));
        String key = call.apiKey() == null ? settings.apiKey() : call.apiKey();
        if (!key.isEmpty()) {
            request.header("Authorization", "Bearer " + key);
        }
        return request.build();
    }

    /** Represents a sent request, and the one reason for its abortion, if any. */
    private static final class Exchange {

        private final CompletableFuture<HttpResponse<InputStream>> response;
        private final AtomicReference<@Nullable Kind> aborted = new AtomicReference<>();
        private volatile boolean begun;

        Exchange(CompletableFuture<HttpResponse<InputStream>> response) {
            this.response = response;
        }

        void abortUnlessBegun(Kind why) {
            if (!begun) {
                abort(why);
            }
        }

        /** Closes the connection, before or after the head of the response. */
        void abort(Kind why) {
            aborted.compareAndSet(null, why);
            if (!response.cancel(true)) {
                response.whenComplete((answer, failure) -> {
                    if (answer != null) {
                        close(answer.body());
                    }
                });
            }
        }

        Usage read(Call call, Consumer<String> pieces) throws UpstreamFailure {
            HttpResponse<InputStream> answer = head();
            boolean accepted = answer.statusCode() == 200;
            try (BoundedLines lines = new BoundedLines(answer.body())) {
                if (!accepted) {
                    throw new UpstreamFailure(kind(answer.statusCode()), RetryAfter.of(answer.headers()), false, null);
                }
                return events(call, lines, pieces);
            } catch (BoundedLines.TooLong failure) {
                throw failure(Kind.TOO_MUCH, true, failure);
            } catch (JacksonException failure) {
                throw failure(Kind.GARBLED, true, failure);
            } catch (IOException failure) {
                throw failure(Kind.BROKEN_OFF, accepted, failure);
            }
        }

        private HttpResponse<InputStream> head() throws UpstreamFailure {
            try {
                return response.get();
            } catch (ExecutionException | CancellationException failure) {
                throw failure(Kind.UNREACHABLE, false, failure);
            } catch (InterruptedException stopping) {
                abort(Kind.CANCELLED);
                Thread.currentThread().interrupt();
                throw failure(Kind.CANCELLED, false, stopping);
            }
        }

        private Usage events(Call call, BoundedLines lines, Consumer<String> pieces)
                throws IOException, UpstreamFailure {
            StringBuilder all = new StringBuilder();
            Usage counted = null;
            boolean finished = false;
            for (String line = lines.next(); line != null; line = lines.next()) {
                if (!line.startsWith(DATA)) {
                    continue;
                }
                String data = line.substring(DATA.length()).strip();
                if (data.equals("[DONE]")) {
                    finished = true;
                    break;
                }
                JsonNode event = JSON.readTree(data);
                if (!event.isObject()) {
                    throw new UpstreamFailure(Kind.GARBLED, true);
                }
                if (event.hasNonNull("error")) {
                    throw new UpstreamFailure(Kind.FAILED, true);
                }
                begun = true;
                counted = usage(event.path("usage"), counted);
                JsonNode choice = event.path("choices").path(0);
                finished |= choice.hasNonNull("finish_reason");
                JsonNode text = choice.path("delta").path("content");
                if (text.isString() && !text.stringValue().isEmpty()) {
                    all.append(text.stringValue());
                    if (all.length() > (long) call.maxTokens() * CHARACTERS_A_TOKEN) {
                        throw new UpstreamFailure(Kind.TOO_MUCH, true);
                    }
                    pieces.accept(text.stringValue());
                }
            }
            if (!finished) {
                throw failure(Kind.BROKEN_OFF, true, null);
            }
            return counted == null ? estimated(call, all) : counted;
        }

        private UpstreamFailure failure(Kind otherwise, boolean accepted, @Nullable Throwable cause) {
            Kind why = aborted.get();
            return new UpstreamFailure(why == null ? otherwise : why, null, accepted, cause);
        }

        private static void close(InputStream body) {
            try {
                body.close();
            } catch (IOException alreadyGone) {
                // nothing is left to close
            }
        }
    }

    static Usage estimated(Call call, CharSequence text) {
        int prompt = call.messages().stream()
                .mapToInt(message -> Usage.estimate(message.content()))
                .sum();
        return new Usage(prompt, Usage.estimate(text.toString()));
    }

    private static @Nullable Usage usage(JsonNode usage, @Nullable Usage before) {
        int total = usage.path("total_tokens").asInt(0);
        if (total <= 0) {
            return before;
        }
        int completion =
                Math.min(total, Math.max(0, usage.path("completion_tokens").asInt(0)));
        return new Usage(total - completion, completion);
    }

    private static Kind kind(int status) {
        if (status == 429) {
            return Kind.BUSY;
        }
        return status >= 500 || status == 408 ? Kind.FAILED : Kind.REFUSED;
    }
}
