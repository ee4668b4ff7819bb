package io.arketic.rag.operations;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.arketic.rag.listing.Clearable;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.core.jackson.TypeNameResolver;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes schemas of records as clients see them: names in snake case, {@code null} for a {@link Nullable} component, and several
 * types where {@code @Schema(types = …)} names them.
 * Nested types include the name of the type around them, because many contain a Creation.
 */
final class RecordModels extends ModelResolver {

    static final String REFERENCE = "#/components/schemas/";
    private static final String NULL = "null";
    private static final PropertyNamingStrategies.NamingBase WIRE =
            (PropertyNamingStrategies.NamingBase) PropertyNamingStrategies.SNAKE_CASE;

    /**
     * Belongs to the process, like the library's converters: the last application's converter also resolves for the
     * others.
     */
    private static final Map<String, Class<?>> RECORDS = new ConcurrentHashMap<>();

    RecordModels(ObjectMapper mapper) {
        super(mapper, new TypeNameResolver() {
            @Override
            protected String getNameOfClass(Class<?> type) {
                Class<?> outer = type.getEnclosingClass();
                return outer == null
                        ? type.getSimpleName()
                        : outer.getSimpleName().replace("Controller", "") + type.getSimpleName();
            }
        });
    }

    @Override
    public @Nullable Schema<?> resolve(
            AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> next) {
        Schema<?> resolved = super.resolve(type, context, next);
        Class<?> raw = _mapper.constructType(type.getType()).getRawClass();
        if (resolved != null && raw.isRecord()) {
            String name = name(resolved);
            Schema<?> model =
                    name == null ? resolved : context.getDefinedModels().get(name);
            if (model != null && model.getProperties() != null) {
                RECORDS.put(name == null ? String.valueOf(model.getName()) : name, raw);
                model.addType("object");
                components(raw).forEach(component -> markNullable(model, component));
            }
        }
        return resolved;
    }

    /**
     * Returns the properties that an answer of this schema always contains, possibly as {@code null}; null for other
     * types.
     */
    @Nullable
    List<String> alwaysSent(String schema, Map<String, ?> properties) {
        Class<?> type = RECORDS.get(schema);
        if (type == null) {
            return null;
        }
        return components(type).stream()
                .filter(component -> !leftOut(component))
                .map(RecordModels::wireName)
                .filter(properties::containsKey)
                .toList();
    }

    /** Removes null from the properties of a change for which {@link PatchNulls} refuses it. */
    void keepNullsThatClear(String schema, Schema<?> model) {
        Class<?> type = RECORDS.get(schema);
        if (type != null) {
            components(type).stream()
                    .filter(component -> !component.isAnnotationPresent(Clearable.class))
                    .map(component -> (Schema<?>) model.getProperties().get(wireName(component)))
                    .filter(property -> property != null && property.getTypes() != null)
                    .forEach(property -> property.getTypes().remove(NULL));
        }
    }

    /** Returns the name that a schema refers to; null if it is the schema itself. */
    static @Nullable String name(Schema<?> schema) {
        return schema.get$ref() == null ? null : schema.get$ref().replace(REFERENCE, "");
    }

    private static void markNullable(Schema<?> model, RecordComponent component) {
        String name = wireName(component);
        Schema<?> property = (Schema<?>) model.getProperties().get(name);
        if (property == null) {
            return;
        }
        io.swagger.v3.oas.annotations.media.Schema said =
                component.getAccessor().getAnnotation(io.swagger.v3.oas.annotations.media.Schema.class);
        if (said != null && said.types().length > 0) {
            model.getProperties().put(name, new JsonSchema().types(new LinkedHashSet<>(Arrays.asList(said.types()))));
            return;
        }
        if (property.getAdditionalProperties() != null
                && component.getGenericType() instanceof ParameterizedType map
                && map.getActualTypeArguments()[1] == Object.class) {
            property.setAdditionalProperties(true);
        }
        if (!nullable(component) || leftOut(component)) {
            return;
        }
        if (property.get$ref() != null) {
            model.getProperties().put(name, new JsonSchema().oneOf(List.of(property, new JsonSchema().types(nulls()))));
        } else if (property.getTypes() != null && !property.getTypes().contains(NULL)) {
            property.addType(NULL);
            if (property.getEnum() != null && !property.getEnum().contains(null)) {
                property.getEnum().add(null);
            }
        }
    }

    private static Set<String> nulls() {
        return new LinkedHashSet<>(List.of(NULL));
    }

    private static boolean nullable(RecordComponent component) {
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    /** Returns whether the property is missing instead of null. */
    private static boolean leftOut(RecordComponent component) {
        return nullable(component)
                && (component.getDeclaringRecord().isAnnotationPresent(JsonInclude.class)
                        || component.getAccessor().isAnnotationPresent(JsonInclude.class));
    }

    static String wireName(RecordComponent component) {
        JsonProperty named = component.getAccessor().getAnnotation(JsonProperty.class);
        return named == null || named.value().isEmpty() ? WIRE.translate(component.getName()) : named.value();
    }

    private static List<RecordComponent> components(Class<?> type) {
        return Arrays.asList(type.getRecordComponents());
    }
}
