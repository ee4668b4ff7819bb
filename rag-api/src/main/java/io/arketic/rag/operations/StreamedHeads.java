package io.arketic.rag.operations;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Collection;
import java.util.List;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.ResolvableType;
import org.springframework.http.MediaType;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/**
 * Refuses HEAD for exports and event streams. The head of an export would cost as much as the export, and that of an event stream
 * would hold its connection for as long as the stream.
 */
@Configuration(proxyBeanMethods = false)
class StreamedHeads implements WebMvcConfigurer, HandlerInterceptor {

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this);
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
            throws HttpRequestMethodNotSupportedException {
        if (request.getMethod().equals("HEAD")
                && handler instanceof HandlerMethod method
                && (isExport(method) || isEventStream(request))) {
            throw new HttpRequestMethodNotSupportedException("HEAD", List.of("GET"));
        }
        return true;
    }

    private static boolean isExport(HandlerMethod method) {
        ResolvableType type = ResolvableType.forMethodReturnType(method.getMethod());
        return type.resolve() == StreamingResponseBody.class
                || type.getGeneric(0).resolve() == StreamingResponseBody.class;
    }

    private static boolean isEventStream(HttpServletRequest request) {
        return request.getAttribute(HandlerMapping.PRODUCIBLE_MEDIA_TYPES_ATTRIBUTE) instanceof Collection<?> types
                && types.contains(MediaType.TEXT_EVENT_STREAM);
    }
}
