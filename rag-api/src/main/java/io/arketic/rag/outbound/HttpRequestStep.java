package io.arketic.rag.outbound;

import io.arketic.rag.attendance.Cancellation;
import io.arketic.rag.outbound.GuardedClient.BrokenOff;
import io.arketic.rag.outbound.GuardedClient.HostSecret;
import io.arketic.rag.outbound.GuardedClient.Reply;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.workflow.FailureKind;
import io.arketic.rag.workflow.OutsideStep;
import io.arketic.rag.workflow.StepCall;
import io.arketic.rag.workflow.StepFailure;
import io.arketic.rag.workflow.StepField;
import io.arketic.rag.workflow.StepOutcome;
import io.arketic.rag.workflow.StepSpec;
import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import okhttp3.Dns;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** {@code http_request}. It sends the step's key as {@code Idempotency-Key}, the same in every attempt. */
@Component
class HttpRequestStep implements OutsideStep {

    private static final int LARGEST_BODY = 256 * 1024;
    private static final int LARGEST_OUTPUT = 100_000;
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9-]{1,64}");
    private static final Pattern SECONDS = Pattern.compile("\\d{1,5}");
    private static final Set<String> OURS = Set.of(
            "host",
            "content-length",
            "connection",
            "transfer-encoding",
            "upgrade",
            "te",
            "trailer",
            "expect",
            "idempotency-key",
            "proxy-authorization",
            "proxy-connection",
            "keep-alive");
    private static final Set<String> SAFE = Set.of("GET", "HEAD");
    private static final StepSpec SPEC = StepSpec.of(
            "http_request",
            "Calls an address of the internet. Gives status, content_type and body, which is read as JSON where it is JSON.",
            StepField.required("url", StepField.Kind.TEXT, "http or https"),
            StepField.choice("method", "GET by default", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"),
            StepField.optional("headers", StepField.Kind.OBJECT, "Texts by the name of a header"),
            StepField.optional("body", StepField.Kind.ANY, "A text, or a value that goes out as JSON"),
            StepField.optional("secret", StepField.Kind.TEXT, "The name of a secret, which goes to its hosts alone"),
            StepField.optional("secret_header", StepField.Kind.TEXT, "Authorization by default"),
            StepField.optional("secret_prefix", StepField.Kind.TEXT, "What stands before it; \"Bearer \" by default"),
            StepField.optional(
                    "idempotent",
                    StepField.Kind.FLAG,
                    "Whether the other side does what has the same Idempotency-Key once"),
            StepField.optional("timeout_seconds", StepField.Kind.INTEGER, "30 by default"));

    private final GuardedClient client;
    private final WorkflowSecrets secrets;
    private final OutboundProperties settings;
    private final JsonMapper json;

    HttpRequestStep(OutboundProperties settings, WorkflowSecrets secrets, JsonMapper json) {
        this.client = new GuardedClient(settings.allowedNetworks(), Dns.SYSTEM);
        this.secrets = secrets;
        this.settings = settings;
        this.json = json;
    }

    @Override
    public StepSpec spec() {
        return SPEC;
    }

    @Override
    public boolean reads(StepCall call) {
        return SAFE.contains(method(call));
    }

    @Override
    public boolean repeatable(StepCall call) {
        return SAFE.contains(method(call)) || call.flag("idempotent", false);
    }

    @Override
    public StepOutcome run(StepCall call, Cancellation cancellation) {
        call.require(Permission.WORKFLOW_WRITE);
        HttpUrl url = HttpUrl.parse(call.requireText("url"));
        if (url == null || !url.username().isEmpty() || !url.password().isEmpty()) {
            throw new StepFailure(FailureKind.INVALID, "url is none of http or https, or holds credentials");
        }
        HostSecret secret = secret(call);
        if (secret != null && !url.isHttps()) {
            throw new StepFailure(FailureKind.INVALID, "url must be https where a secret goes along");
        }
        Request request = request(call, url);
        Duration left = Duration.between(Instant.now(), call.deadline());
        Duration timeout = shortest(
                left,
                shortest(settings.timeout(), Duration.ofSeconds(Math.max(1, call.number("timeout_seconds", 30)))));
        if (timeout.isNegative() || timeout.isZero()) {
            return new StepOutcome.Failed(FailureKind.TEMPORARY, "There was no time left for the call");
        }
        try {
            return outcome(client.send(request, secret, timeout, cancellation), secret);
        } catch (BrokenOff failure) {
            return repeatable(call)
                    ? new StepOutcome.Failed(FailureKind.TEMPORARY, "The call broke off: " + failure.getMessage())
                    : new StepOutcome.Unknown("The call broke off: " + failure.getMessage());
        } catch (RefusedAddressException | UnknownHostException refused) {
            return new StepOutcome.Failed(FailureKind.INVALID, String.valueOf(refused.getMessage()));
        } catch (IOException failure) {
            return new StepOutcome.Failed(FailureKind.TEMPORARY, "No connection: " + failure.getMessage());
        }
    }

    private static Duration shortest(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static String method(StepCall call) {
        return call.text("method").orElse("GET").toUpperCase(Locale.ROOT);
    }

    private Request request(StepCall call, HttpUrl url) {
        String method = method(call);
        Request.Builder request = new Request.Builder().url(url);
        MediaType type = null;
        for (Map.Entry<?, ?> header : call.object("headers").entrySet()) {
            String name = String.valueOf(header.getKey());
            String value = String.valueOf(header.getValue());
            if (!HEADER.matcher(name).matches()
                    || OURS.contains(name.toLowerCase(Locale.ROOT))
                    || !isPrintable(value)
                    || value.length() > 4000) {
                throw new StepFailure(FailureKind.INVALID, "headers: " + name + " may not be set so");
            }
            request.header(name, value);
            if (name.equalsIgnoreCase("content-type")) {
                type = MediaType.parse(value);
            }
        }
        request.header("Idempotency-Key", call.effectId().toString());
        request.header("User-Agent", "Arketic-Workflow");
        Object body = call.config().get("body");
        RequestBody bytes = null;
        if (!SAFE.contains(method)) {
            String text = body == null ? "" : body instanceof String given ? given : json.writeValueAsString(body);
            if (text.length() > LARGEST_BODY) {
                throw new StepFailure(FailureKind.INVALID, "body has more than " + LARGEST_BODY + " characters");
            }
            MediaType otherwise = body instanceof String || body == null
                    ? MediaType.get("text/plain; charset=utf-8")
                    : MediaType.get("application/json");
            bytes = RequestBody.create(text, type == null ? otherwise : type);
        } else if (body != null) {
            throw new StepFailure(FailureKind.INVALID, "body does not go with " + method);
        }
        return request.method(method, bytes).build();
    }

    private static boolean isPrintable(String text) {
        return text.chars().allMatch(letter -> letter >= 32 && letter < 127);
    }

    private @Nullable HostSecret secret(StepCall call) {
        String name = call.text("secret").orElse(null);
        if (name == null) {
            return null;
        }
        WorkflowSecrets.Opened opened = secrets.open(call.membership(), name)
                .orElseThrow(() -> new StepFailure(FailureKind.INVALID, "There is no secret '" + name + "'"));
        String header = call.text("secret_header").orElse("Authorization");
        if (!HEADER.matcher(header).matches() || OURS.contains(header.toLowerCase(Locale.ROOT))) {
            throw new StepFailure(FailureKind.INVALID, "secret_header may not be set so");
        }
        String prefix = call.text("secret_prefix").orElse("Bearer ");
        if (!isPrintable(prefix) || prefix.length() > 100) {
            throw new StepFailure(FailureKind.INVALID, "secret_prefix may not be set so");
        }
        return new HostSecret(header, prefix, opened.value(), opened.hosts());
    }

    private StepOutcome outcome(Reply reply, @Nullable HostSecret secret) {
        if (reply.status() == 429 || reply.status() >= 500) {
            String after = reply.retryAfter();
            return new StepOutcome.Failed(
                    FailureKind.TEMPORARY,
                    "The other side answered " + reply.status(),
                    after != null && SECONDS.matcher(after).matches()
                            ? Duration.ofSeconds(Long.parseLong(after))
                            : null);
        }
        if (reply.status() >= 300) {
            return new StepOutcome.Failed(FailureKind.REFUSED, "The other side answered " + reply.status());
        }
        String text = masked(reply.body(), secret);
        Map<String, Object> output = new LinkedHashMap<>();
        output.put("status", reply.status());
        output.put("content_type", String.valueOf(reply.contentType()));
        output.put("body", body(reply, text));
        return new StepOutcome.Completed(output);
    }

    private Object body(Reply reply, String text) {
        String type = reply.contentType();
        if (type != null && type.toLowerCase(Locale.ROOT).contains("json") && text.length() <= LARGEST_OUTPUT) {
            try {
                Object read = json.readValue(text, Object.class);
                return read == null ? "" : read;
            } catch (JacksonException none) {
                // Given as the text that it is.
            }
        }
        String plain = text.replace("\0", "");
        return plain.length() <= LARGEST_OUTPUT ? plain : plain.substring(0, LARGEST_OUTPUT);
    }

    /** The other side may say again what it was sent. */
    private static String masked(String text, @Nullable HostSecret secret) {
        if (secret == null) {
            return text;
        }
        return text.replace(secret.value().strip(), "***");
    }
}
