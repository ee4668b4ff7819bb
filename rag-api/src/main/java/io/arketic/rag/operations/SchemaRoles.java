package io.arketic.rag.operations;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * Completes each schema for its role: an answer contains every field, and a request only fields of its schema. A type
 * with both roles has a schema for each.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class SchemaRoles implements GlobalOpenApiCustomizer {

    private static final String TAKEN = "Request";
    private static final String JSON = "application/json";
    private static final String MERGE_PATCH = "application/merge-patch+json";

    private final RecordModels records;

    SchemaRoles(RecordModels records) {
        this.records = records;
    }

    @Override
    public void customise(OpenAPI document) {
        Map<String, Schema> schemas = document.getComponents().getSchemas();
        if (schemas == null) {
            return;
        }
        List<Operation> operations = document.getPaths().values().stream()
                .flatMap(item -> item.readOperations().stream())
                .toList();
        Set<String> sent = new TreeSet<>();
        Set<String> taken = new TreeSet<>();
        operations.forEach(operation -> operation
                .getResponses()
                .values()
                .forEach(response -> content(response.getContent(), type -> collect(type.getSchema(), schemas, sent))));
        operations.stream()
                .filter(operation -> operation.getRequestBody() != null)
                .forEach(operation -> content(operation.getRequestBody().getContent(), type -> {
                    String name = type.getSchema() == null ? null : RecordModels.name(type.getSchema());
                    if (name != null && sent.contains(name)) {
                        schemas.computeIfAbsent(
                                name + TAKEN, missing -> copy(Objects.requireNonNull(schemas.get(name))));
                        type.schema(new JsonSchema().$ref(RecordModels.REFERENCE + name + TAKEN));
                    }
                    collect(type.getSchema(), schemas, taken);
                }));
        sent.forEach(name -> {
            Schema<?> schema = Objects.requireNonNull(schemas.get(name));
            List<String> always =
                    schema.getProperties() == null ? null : records.alwaysSent(name, schema.getProperties());
            if (always != null) {
                schema.setRequired(always.isEmpty() ? null : new ArrayList<>(always));
            }
        });
        taken.stream()
                .filter(name -> !sent.contains(name))
                .map(schemas::get)
                .filter(schema -> schema.getProperties() != null)
                .forEach(schema -> schema.setAdditionalProperties(false));
        document.getPaths().values().stream()
                .map(PathItem::getPatch)
                .filter(patch -> patch != null && patch.getRequestBody() != null)
                .forEach(patch -> mergePatch(patch.getRequestBody().getContent(), schemas));
        schemas.keySet().removeIf(name -> !sent.contains(name) && !taken.contains(name));
    }

    /** Documents a change as a JSON Merge Patch under both media types; null appears where it clears a value. */
    private void mergePatch(Content content, Map<String, Schema> schemas) {
        MediaType json = content.get(JSON);
        if (json != null) {
            content.addMediaType(MERGE_PATCH, json);
            String name = json.getSchema() == null ? null : RecordModels.name(json.getSchema());
            if (name != null) {
                records.keepNullsThatClear(name, Objects.requireNonNull(schemas.get(name)));
            }
        }
    }

    private static Schema<?> copy(Schema<?> schema) {
        Schema<?> copy = new JsonSchema();
        copy.setTypes(schema.getTypes());
        copy.setDescription(schema.getDescription());
        copy.setProperties(schema.getProperties());
        copy.setRequired(schema.getRequired());
        if (schema.getExample() != null) {
            copy.setExample(schema.getExample());
        }
        return copy;
    }

    private static void content(@Nullable Content content, Consumer<MediaType> each) {
        if (content != null) {
            content.values().forEach(each);
        }
    }

    /** Collects the names that a schema reaches. */
    private static void collect(@Nullable Schema<?> schema, Map<String, Schema> schemas, Set<String> names) {
        if (schema == null) {
            return;
        }
        String name = RecordModels.name(schema);
        if (name != null) {
            if (schemas.containsKey(name) && names.add(name)) {
                collect(schemas.get(name), schemas, names);
            }
            return;
        }
        if (schema.getProperties() != null) {
            schema.getProperties().values().forEach(property -> collect(property, schemas, names));
        }
        collect(schema.getItems(), schemas, names);
        if (schema.getAdditionalProperties() instanceof Schema<?> values) {
            collect(values, schemas, names);
        }
        Stream.of(schema.getOneOf(), schema.getAnyOf(), schema.getAllOf())
                .filter(Objects::nonNull)
                .flatMap(List::stream)
                .forEach(choice -> collect(choice, schemas, names));
    }
}
