package io.arketic.rag.expression;

import com.google.protobuf.NullValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Between values of JSON and those of CEL. */
final class CelValues {

    private CelValues() {}

    static Object cel(@Nullable Object value) {
        if (value == null) {
            return NullValue.NULL_VALUE;
        }
        if (value instanceof Integer number) {
            return number.longValue();
        }
        if (value instanceof Number number && !(value instanceof Long)) {
            return number.doubleValue();
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> converted = new LinkedHashMap<>();
            map.forEach((key, entry) -> converted.put(String.valueOf(key), cel(entry)));
            return converted;
        }
        if (value instanceof Collection<?> list) {
            List<Object> converted = new ArrayList<>();
            list.forEach(entry -> converted.add(cel(entry)));
            return converted;
        }
        return value;
    }

    static @Nullable Object json(@Nullable Object value) {
        if (value == null || value instanceof NullValue || value instanceof dev.cel.common.values.NullValue) {
            return null;
        }
        if (value instanceof Boolean || value instanceof Long || value instanceof String) {
            return value;
        }
        if (value instanceof Double number) {
            return Double.isFinite(number) ? number : number.toString();
        }
        if (value instanceof Number number) {
            return number.longValue();
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> converted = new LinkedHashMap<>();
            map.forEach((key, entry) -> converted.put(String.valueOf(key), json(entry)));
            return converted;
        }
        if (value instanceof Collection<?> list) {
            List<@Nullable Object> converted = new ArrayList<>();
            list.forEach(entry -> converted.add(json(entry)));
            return converted;
        }
        return value.toString();
    }
}
