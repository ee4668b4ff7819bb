package io.arketic.rag.limit;

import io.arketic.rag.caller.Identity;
import io.arketic.rag.caller.Identity.Credential.ApiKey;
import io.arketic.rag.connection.Network;
import io.arketic.rag.connection.TurnedAway;
import io.arketic.rag.connection.TurnedAway.Again;
import io.arketic.rag.limit.RateLimits.Admission;
import io.arketic.rag.limit.RateLimits.Subject;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.problem.ProblemException;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/** Counts requests, and adds to every response how many are left. */
@Component
public class RequestLimits {

    private final LimitProperties settings;
    private final RateLimits limits;
    private final TurnedAway turnedAway;

    RequestLimits(LimitProperties settings, RateLimits limits, TurnedAway turnedAway) {
        this.settings = settings;
        this.limits = limits;
        this.turnedAway = turnedAway;
    }

    /**
     * Counts the current request under the limit of {@code permission}.
     *
     * @throws ProblemException 429 when it is one too many
     */
    public void admit(Permission permission) {
        Activity.of(permission).ifPresent(activity -> {
            if (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes request
                    && request.getResponse() != null) {
                admit(activity, Network.of(request.getRequest().getRemoteAddr()), request.getResponse());
            }
        });
    }

    private void admit(Activity activity, String address, HttpServletResponse response) {
        int perMinute = switch (activity) {
            case LOGIN -> settings.login();
            case SIGN_OUT_REPORT -> settings.signOutReports();
            case PUBLIC_LINK -> settings.publicLinks();
            case SEARCH -> settings.search();
            case CHAT -> settings.chat();
        };
        if (perMinute == 0) {
            return;
        }
        if (activity == Activity.LOGIN || activity == Activity.SIGN_OUT_REPORT || activity == Activity.PUBLIC_LINK) {
            spend(new Subject(activity, "address", address), perMinute, response);
            return;
        }
        int ofAddress = (int) Math.min(Integer.MAX_VALUE, (long) perMinute * settings.addressFactor());
        spend(new Subject(activity, "address", address), ofAddress, response);
        caller(activity).ifPresent(caller -> spend(caller, perMinute, response));
    }

    private static Optional<Subject> caller(Activity activity) {
        var authentication = SecurityContextHolder.getContext().getAuthentication();
        if (authentication == null || !(authentication.getPrincipal() instanceof Identity identity)) {
            return Optional.empty();
        }
        return Optional.of(
                identity.credential() instanceof ApiKey key
                        ? new Subject(activity, "key", key.id().toString())
                        : new Subject(activity, "user", identity.userId().toString()));
    }

    private void spend(Subject subject, int perMinute, HttpServletResponse response) {
        Admission admission = limits.admit(subject, perMinute);
        response.setHeader("RateLimit-Limit", Integer.toString(admission.limit()));
        response.setHeader("RateLimit-Remaining", Long.toString(admission.remaining()));
        response.setHeader("RateLimit-Reset", Long.toString(seconds(admission.reset())));
        if (!admission.admitted()) {
            long admitted = System.nanoTime() + admission.retryAfter().toNanos();
            turnedAway.remember(
                    admission.retryAfter(),
                    () -> new Again(refusal(subject, Duration.ofNanos(admitted - System.nanoTime())), Map.of()));
            throw refusal(subject, admission.retryAfter());
        }
    }

    private static ProblemException refusal(Subject subject, Duration wait) {
        return ProblemException.tooManyRequests(
                "This " + subject.kind() + " sends too many requests.", Duration.ofSeconds(seconds(wait)));
    }

    private static long seconds(Duration duration) {
        return duration.plusMillis(999).toSeconds();
    }
}
