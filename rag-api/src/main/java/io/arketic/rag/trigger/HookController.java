package io.arketic.rag.trigger;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.workflow.Workflows;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletRequest;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** {@code /hooks/{token}}, and how such an address is made. */
@RestController
@RequestMapping("/api/v1")
class HookController {

    private static final int LARGEST = 30_000;
    private static final Pattern DELIVERY = Pattern.compile("[A-Za-z0-9_-]{1,100}");

    /** @param executionId of the run that the delivery started */
    record HookDelivery(UUID executionId) {}

    private final Workflows workflows;
    private final Hooks hooks;

    HookController(Workflows workflows, Hooks hooks) {
        this.workflows = workflows;
        this.hooks = hooks;
    }

    @Operation(
            summary = "Make a webhook's address and secret",
            description = "Both are shown once, and take the place of those before.")
    @Requires(Permission.WORKFLOW_WRITE)
    @PostMapping("/workflows/{workflow}/webhook")
    @ResponseStatus(HttpStatus.CREATED)
    Hooks.Made make(Caller caller, @PathVariable UUID workflow) {
        return hooks.make(workflows.require(caller, workflow));
    }

    @Operation(
            summary = "Start a workflow by its webhook",
            description =
                    "`X-Arketic-Signature` is `t=SECONDS,v1=HMAC`, with the HMAC-SHA-256 of `SECONDS.DELIVERY.BODY` by the "
                            + "webhook's secret in hexadecimal, not older than five minutes. A delivery that is repeated under its "
                            + "`X-Arketic-Delivery` starts no further run.")
    @Requires(Permission.HOOK_DELIVER)
    @PostMapping("/hooks/{token}")
    @ResponseStatus(HttpStatus.ACCEPTED)
    HookDelivery deliver(
            @PathVariable String token,
            @RequestHeader(value = "X-Arketic-Signature", required = false) @Nullable String signature,
            @RequestHeader(value = "X-Arketic-Delivery", required = false) @Nullable String delivery,
            HttpServletRequest request,
            @RequestBody byte[] body)
            throws HttpMediaTypeNotSupportedException {
        requireJson(request.getContentType());
        if (delivery == null || !DELIVERY.matcher(delivery).matches()) {
            throw new ProblemException(
                    ProblemReason.MALFORMED_REQUEST,
                    "X-Arketic-Delivery must name the delivery, with 1 to 100 letters, digits, - or _.");
        }
        if (body.length > LARGEST) {
            throw new ProblemException(ProblemReason.TOO_LARGE, "The body has more than " + LARGEST + " bytes.");
        }
        return new HookDelivery(hooks.deliver(token, signature, delivery, body));
    }

    /** Refuses a body that is not JSON, after the parameters were checked as for other requests. */
    private static void requireJson(@Nullable String type) throws HttpMediaTypeNotSupportedException {
        try {
            if (type != null && MediaType.APPLICATION_JSON.includes(MediaType.parseMediaType(type))) {
                return;
            }
        } catch (InvalidMediaTypeException none) {
            throw new HttpMediaTypeNotSupportedException(String.valueOf(none.getMessage()));
        }
        throw new HttpMediaTypeNotSupportedException("Content-Type '" + type + "' is not supported");
    }
}
