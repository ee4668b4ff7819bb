package io.arketic.rag.idempotency;

import io.arketic.rag.permission.Audience;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.springdoc.core.customizers.GlobalOperationCustomizer;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.core.ResolvableType;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerExecutionChain;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;
import org.springframework.web.util.ServletRequestPathUtils;

/**
 * Decides which operations take an {@code Idempotency-Key}: POSTs of known callers that create a resource. It reads
 * this from the endpoint, so that a new one supports the header automatically.
 */
@Component
class Creations implements GlobalOperationCustomizer {

    static final String HEADER = "Idempotency-Key";
    static final int LONGEST_KEY = 255;

    private static final EnumSet<HttpStatus> MADE = EnumSet.of(HttpStatus.CREATED, HttpStatus.ACCEPTED);
    private final RequestMappingHandlerMapping mapping;

    Creations(@Qualifier("requestMappingHandlerMapping") RequestMappingHandlerMapping mapping) {
        this.mapping = mapping;
    }

    /**
     * Describes the creation that a request starts.
     *
     * @param places in its path, by their names
     */
    record Creation(Permission permission, Map<String, String> places, Form form) {}

    /** Says how an operation answers: whole, as events, or as the body asks. */
    enum Form {
        WHOLE,
        EVENTS,
        EITHER;

        private static Form of(HandlerMethod handler) {
            Class<?> answer = handler.getMethod().getReturnType();
            if (ResponseBodyEmitter.class.isAssignableFrom(answer)) {
                return EVENTS;
            }
            return answer == Object.class ? EITHER : WHOLE;
        }
    }

    /**
     * Returns the creation that the request will reach; empty if it reaches none, or no endpoint, which is refused
     * later.
     */
    Optional<Creation> reachedBy(HttpServletRequest request) {
        ServletRequestPathUtils.parseAndCache(request);
        HandlerExecutionChain found;
        try {
            found = mapping.getHandler(request);
        } catch (Exception refused) {
            return Optional.empty();
        }
        if (found == null || !(found.getHandler() instanceof HandlerMethod handler) || !isCreation(handler)) {
            return Optional.empty();
        }
        Map<String, String> places = new TreeMap<>();
        if (request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE) instanceof Map<?, ?> variables) {
            variables.forEach((name, value) -> places.put(String.valueOf(name), String.valueOf(value)));
        }
        return Optional.ofNullable(handler.getMethodAnnotation(Requires.class))
                .map(requires -> new Creation(requires.value(), places, Form.of(handler)));
    }

    static boolean isCreation(HandlerMethod handler) {
        Requires requires = handler.getMethodAnnotation(Requires.class);
        RequestMapping mapped = handler.getMethodAnnotation(RequestMapping.class);
        if (requires == null
                || requires.value().audience() == Audience.ANYONE
                || requires.value().audience() == Audience.DIRECTORY
                || mapped == null
                || !List.of(mapped.method()).contains(RequestMethod.POST)) {
            return false;
        }
        ResolvableType answer = ResolvableType.forMethodReturnType(handler.getMethod());
        List<? extends Class<?>> types = Stream.concat(Stream.of(answer), Arrays.stream(answer.getGenerics()))
                .map(ResolvableType::toClass)
                .toList();
        ResponseStatus status = handler.getMethodAnnotation(ResponseStatus.class);
        boolean makes = status != null
                ? MADE.contains(status.code())
                : types.contains(ResponseEntity.class)
                        // a question and its answer are kept, too
                        || requires.value() == Permission.CHAT_WRITE && answer.toClass() != void.class;
        return makes && !types.contains(StreamingResponseBody.class);
    }

    @Override
    public Operation customize(Operation operation, HandlerMethod handler) {
        boolean there = operation.getParameters() != null
                && operation.getParameters().stream().anyMatch(parameter -> HEADER.equals(parameter.getName()));
        if (isCreation(handler) && !there) {
            operation.addParametersItem(new HeaderParameter()
                    .name(HEADER)
                    .required(false)
                    .schema(new StringSchema().minLength(1).maxLength(LONGEST_KEY))
                    .description("Any text of your own. The same request under the same key is answered for 24 hours"
                            + " with what it was answered first, and makes nothing again; another request under it is"
                            + " refused (422), as is one while the first is under way (409); a stream joins the first one"
                            + " instead. Failures are not kept."));
        }
        return operation;
    }
}
