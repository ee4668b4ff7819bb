package io.arketic.helm;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Holds the pods of a rendered chart, by component: api, migrate, ingest-jobmanager and so on. */
record Pods(Map<String, JsonObject> templates) {

    static Pods of(Chart chart) {
        Map<String, JsonObject> templates = new TreeMap<>();
        for (JsonObject object : chart.objects()) {
            if (List.of("Deployment", "Job").contains(Chart.kind(object))) {
                JsonObject template = object.getAsJsonObject("spec").getAsJsonObject("template");
                templates.put(
                        labels(template).get("app.kubernetes.io/component").getAsString(), template);
            }
        }
        return new Pods(templates);
    }

    JsonObject spec(String component) {
        return templates.get(component).getAsJsonObject("spec");
    }

    JsonObject container(String component) {
        return container(templates.get(component));
    }

    static JsonObject container(JsonObject template) {
        JsonArray containers = template.getAsJsonObject("spec").getAsJsonArray("containers");
        if (containers.size() != 1) {
            throw new AssertionError("a pod with " + containers.size() + " containers");
        }
        return containers.get(0).getAsJsonObject();
    }

    static JsonObject labels(JsonObject template) {
        return template.getAsJsonObject("metadata").getAsJsonObject("labels");
    }

    static Stream<JsonObject> each(JsonObject parent, String array) {
        return parent.has(array)
                ? StreamSupport.stream(parent.getAsJsonArray(array).spliterator(), false)
                        .map(JsonElement::getAsJsonObject)
                : Stream.empty();
    }

    static List<String> names(Stream<JsonObject> objects) {
        return objects.map(object -> object.get("name").getAsString()).toList();
    }

    static List<String> texts(JsonObject container, String array) {
        return StreamSupport.stream(container.getAsJsonArray(array).spliterator(), false)
                .map(JsonElement::getAsString)
                .toList();
    }
}
