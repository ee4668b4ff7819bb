package io.arketic.rag.workflow;

import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.time.temporal.TemporalAccessor;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** A workflow as YAML: name, description and definition. It makes plain values only, and follows no alias in circles. */
final class WorkflowYaml {

    record Imported(String name, @Nullable String description, Map<String, Object> definition) {}

    private static final int LONGEST = 100_000;

    private WorkflowYaml() {}

    static String write(Workflow workflow, Map<String, Object> definition, String version) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setSplitLines(false);
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("name", workflow.name());
        if (workflow.description() != null) {
            whole.put("description", workflow.description());
        }
        whole.put("version", version);
        whole.put("definition", definition);
        return new Yaml(options).dump(whole);
    }

    /** @throws ProblemException where it is no YAML of a workflow */
    static Imported read(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setMaxAliasesForCollections(0);
        options.setAllowDuplicateKeys(false);
        options.setNestingDepthLimit(30);
        options.setCodePointLimit(LONGEST);
        Object loaded;
        try {
            loaded = new Yaml(new SafeConstructor(options)).load(text);
        } catch (YAMLException invalid) {
            throw refusal(String.valueOf(invalid.getMessage()));
        }
        if (!(loaded instanceof Map<?, ?> whole)
                || !(whole.get("name") instanceof String name)
                || !(whole.get("definition") instanceof Map<?, ?> definition)
                || name.isBlank()
                || name.length() > 200) {
            throw refusal("must hold a name and a definition");
        }
        for (Object field : whole.keySet()) {
            if (!List.of("name", "description", "version", "definition").contains(String.valueOf(field))) {
                throw refusal("'" + field + "' is no field of a workflow");
            }
        }
        Object description = whole.get("description");
        return new Imported(name, description == null ? null : description.toString(), object(definition));
    }

    private static Map<String, Object> object(Map<?, ?> map) {
        Map<String, Object> object = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            Object plain = plain(value);
            if (plain != null) {
                object.put(String.valueOf(key), plain);
            }
        });
        return object;
    }

    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return object(map);
        }
        if (value instanceof List<?> list) {
            return list.stream().map(WorkflowYaml::plain).toList();
        }
        if (value == null || value instanceof String || value instanceof Number || value instanceof Boolean) {
            return value;
        }
        if (value instanceof Date date) {
            return date.toInstant().toString();
        }
        if (value instanceof TemporalAccessor) {
            return value.toString();
        }
        throw refusal("holds a value that JSON cannot hold");
    }

    private static ProblemException refusal(String message) {
        return ProblemException.ofField(ProblemReason.INVALID_INPUT, "yaml", message);
    }
}
