package io.arketic.rag.limit;

import io.arketic.rag.connection.Network;
import io.arketic.rag.identity.Identity;
import io.arketic.rag.identity.Identity.Credential.ApiKey;
import io.arketic.rag.limit.RateLimits.Admission;
import io.arketic.rag.limit.RateLimits.Subject;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Optional;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Counts requests before their endpoint is called, and says in every answer how many are left. */
@Configuration(proxyBeanMethods = false)
class RateLimitInterceptor implements WebMvcConfigurer, HandlerInterceptor {

    private final LimitProperties settings;
    private final RateLimits limits;

    RateLimitInterceptor(LimitProperties settings, RateLimits limits) {
        this.settings = settings;
        this.limits = limits;
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this);
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (request.getDispatcherType() == DispatcherType.REQUEST && handler instanceof HandlerMethod method) {
            Optional.ofNullable(method.getMethodAnnotation(Requires.class))
                    .flatMap(requires -> Activity.of(requires.value()))
                    .ifPresent(activity -> admit(activity, Network.of(request.getRemoteAddr()), response));
        }
        return true;
    }

    private void admit(Activity activity, String address, HttpServletResponse response) {
        int perMinute = switch (activity) {
            case LOGIN -> settings.login();
            case SEARCH -> settings.search();
            case CHAT -> settings.chat();
        };
        if (perMinute == 0) {
            return;
        }
        if (activity == Activity.LOGIN) {
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
            throw ProblemException.tooManyRequests(
                    "This " + subject.kind() + " sends too many requests.",
                    Duration.ofSeconds(seconds(admission.retryAfter())));
        }
    }

    private static long seconds(Duration duration) {
        return duration.plusMillis(999).toSeconds();
    }
}
