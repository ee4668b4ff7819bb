package io.arketic.rag.listing;

import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.Objects;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ValueConstants;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Refuses a filter of a list without a value, such as {@code ?from=}. Spring would convert it to null, and a list
 * without its filter contains everything.
 */
@Configuration(proxyBeanMethods = false)
class EmptyFilters implements WebMvcConfigurer, HandlerInterceptor {

    /** Names the cursor, which without a value begins at the newest. */
    private static final String CURSOR = "cursor";

    @Override
    public void addInterceptors(InterceptorRegistry interceptors) {
        interceptors.addInterceptor(this);
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (!request.getMethod().equals("GET") || !(handler instanceof HandlerMethod method)) {
            return true;
        }
        for (MethodParameter parameter : method.getMethodParameters()) {
            RequestParam filter = parameter.getParameterAnnotation(RequestParam.class);
            if (filter == null || !filter.defaultValue().equals(ValueConstants.DEFAULT_NONE)) {
                continue;
            }
            parameter.initParameterNameDiscovery(new DefaultParameterNameDiscoverer());
            String name =
                    filter.name().isEmpty() ? Objects.requireNonNull(parameter.getParameterName()) : filter.name();
            String[] values = request.getParameterValues(name);
            if (!name.equals(CURSOR) && values != null && Arrays.asList(values).contains("")) {
                throw ProblemException.ofField(
                        ProblemReason.INVALID_INPUT, name, "is empty; leave it out for the whole list");
            }
        }
        return true;
    }
}
