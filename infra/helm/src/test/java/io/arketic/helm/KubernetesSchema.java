package io.arketic.helm;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.JSON;
import java.lang.reflect.InvocationTargetException;
import java.util.Map;

/**
 * Checks objects against Kubernetes' schemas: the classes that are generated of these refuse missing and unknown fields. What they
 * read is written and compared, because Gson would also read a number as a text.
 */
final class KubernetesSchema {

    private static final String MODELS = "io.kubernetes.client.openapi.models.";

    private static final Map<String, String> VERSIONS = Map.of(
            "apps/v1", "V1",
            "autoscaling/v2", "V2",
            "batch/v1", "V1",
            "networking.k8s.io/v1", "V1",
            "policy/v1", "V1",
            "rbac.authorization.k8s.io/v1", "V1",
            "v1", "V1");

    private KubernetesSchema() {}

    /** Throws an {@link IllegalArgumentException} with the reason where Kubernetes would refuse the object. */
    static void check(JsonObject object) {
        Class<?> type = type(object);
        try {
            type.getMethod("validateJsonElement", JsonElement.class).invoke(null, object);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
        JsonElement read = JSON.getGson().toJsonTree((Object) JSON.deserialize(object.toString(), type), type);
        if (!withoutEmpty(read).equals(withoutEmpty(object))) {
            throw new IllegalArgumentException(
                    "reads " + withoutEmpty(read) + " where the chart has " + withoutEmpty(object));
        }
    }

    /** Returns the element without the empty lists and maps that the classes begin with. */
    private static JsonElement withoutEmpty(JsonElement element) {
        if (element.isJsonArray()) {
            JsonArray kept = new JsonArray();
            element.getAsJsonArray().forEach(item -> kept.add(withoutEmpty(item)));
            return kept;
        }
        if (!element.isJsonObject()) {
            return element;
        }
        JsonObject kept = new JsonObject();
        element.getAsJsonObject().entrySet().forEach(entry -> {
            JsonElement value = withoutEmpty(entry.getValue());
            boolean empty = value.isJsonObject() && value.getAsJsonObject().isEmpty()
                    || value.isJsonArray() && value.getAsJsonArray().isEmpty();
            if (!empty) {
                kept.add(entry.getKey(), value);
            }
        });
        return kept;
    }

    private static Class<?> type(JsonObject object) {
        String version = VERSIONS.get(object.get("apiVersion").getAsString());
        try {
            return Class.forName(MODELS + version + Chart.kind(object));
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException(
                    "Kubernetes has no " + object.get("apiVersion") + " " + Chart.kind(object), e);
        }
    }
}
