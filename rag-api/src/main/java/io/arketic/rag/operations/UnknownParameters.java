package io.arketic.rag.operations;

import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemException.FieldError;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Refuses query parameters that the endpoint does not have: a misspelt filter would otherwise list everything. */
@Configuration(proxyBeanMethods = false)
class UnknownParameters implements WebMvcConfigurer, HandlerInterceptor {

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this);
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        String query = request.getQueryString();
        if (query == null
                || request.getDispatcherType() != DispatcherType.REQUEST
                || !(handler instanceof HandlerMethod method)
                || method.getMethodAnnotation(Requires.class) == null) {
            return true;
        }
        Set<String> known = Arrays.stream(method.getMethodParameters())
                .filter(parameter -> parameter.hasParameterAnnotation(RequestParam.class))
                .map(UnknownParameters::name)
                .collect(Collectors.toSet());
        if (Arrays.stream(method.getMethodParameters()).anyMatch(UnknownParameters::takesAll)) {
            return true;
        }
        List<FieldError> unknown = Arrays.stream(query.split("&"))
                .filter(pair -> !pair.isEmpty() && !pair.startsWith("="))
                .map(pair -> decoded(pair.replaceAll("=.*", "")))
                .filter(name -> !known.contains(name))
                .distinct()
                .map(name -> new FieldError(name, "is not a parameter of this request"))
                .toList();
        if (!unknown.isEmpty()) {
            throw ProblemException.ofFields(unknown);
        }
        return true;
    }

    /** Returns whether the endpoint takes what another server adds to an address, as an identity provider does. */
    private static boolean takesAll(MethodParameter parameter) {
        return parameter.hasParameterAnnotation(RequestParam.class) && Map.class.equals(parameter.getParameterType());
    }

    private static String name(MethodParameter parameter) {
        String named = Objects.requireNonNull(parameter.getParameterAnnotation(RequestParam.class))
                .name();
        return named.isEmpty() ? String.valueOf(parameter.getParameter().getName()) : named;
    }

    private static String decoded(String name) {
        try {
            return URLDecoder.decode(name, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException unreadable) {
            return name;
        }
    }
}
