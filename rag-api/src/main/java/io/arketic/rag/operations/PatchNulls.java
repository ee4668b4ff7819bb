package io.arketic.rag.operations;

import io.arketic.rag.listing.Clearable;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemException.FieldError;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.servlet.mvc.method.annotation.RequestBodyAdviceAdapter;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Applies null in a JSON Merge Patch: it clears what can be cleared, and is refused elsewhere. */
@ControllerAdvice
class PatchNulls extends RequestBodyAdviceAdapter {

    private final JsonMapper json;

    PatchNulls(JsonMapper json) {
        this.json = json;
    }

    @Override
    public boolean supports(
            MethodParameter parameter, Type target, Class<? extends HttpMessageConverter<?>> converter) {
        return parameter.hasMethodAnnotation(PatchMapping.class) && target instanceof Class<?> type && type.isRecord();
    }

    @Override
    public HttpInputMessage beforeBodyRead(
            HttpInputMessage message,
            MethodParameter parameter,
            Type target,
            Class<? extends HttpMessageConverter<?>> converter)
            throws IOException {
        byte[] body = message.getBody().readAllBytes();
        return new Read(message.getHeaders(), target instanceof Class<?> type ? cleared(body, type) : body);
    }

    private byte[] cleared(byte[] body, Class<?> type) {
        JsonNode patch;
        try {
            patch = json.readTree(body);
        } catch (JacksonException unreadable) {
            // for the converter to say why
            return body;
        }
        if (!(patch instanceof ObjectNode fields)) {
            return body;
        }
        List<FieldError> errors = new ArrayList<>();
        boolean changed = false;
        for (RecordComponent component : type.getRecordComponents()) {
            String name = RecordModels.wireName(component);
            if (!fields.path(name).isNull()) {
                continue;
            }
            if (!component.isAnnotationPresent(Clearable.class)) {
                errors.add(new FieldError(name, "must not be null; leave it out to keep it"));
                continue;
            }
            changed = true;
            if (Collection.class.isAssignableFrom(component.getType())) {
                fields.putArray(name);
            } else if (Map.class.isAssignableFrom(component.getType())) {
                fields.putObject(name);
            } else {
                fields.put(name, "");
            }
        }
        if (!errors.isEmpty()) {
            throw ProblemException.ofFields(errors);
        }
        return changed ? json.writeValueAsBytes(fields) : body;
    }

    private record Read(HttpHeaders headers, byte[] bytes) implements HttpInputMessage {

        @Override
        public HttpHeaders getHeaders() {
            return headers;
        }

        @Override
        public InputStream getBody() {
            return new ByteArrayInputStream(bytes);
        }
    }
}
