package io.arketic.rag.expression;

import dev.cel.common.values.CelByteString;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Measures values as they are when written out, about in characters of JSON. A list that holds another one ten times counts it
 * ten times, although both are one in memory: its JSON, or its comparison, takes as long.
 */
final class ValueWeights {

    /** Limits one value. The output of a step is smaller. */
    static final long MOST = 1_000_000;

    private static final int SCALAR = 4;

    /** @param size of the list or map; a list that a loop builds grows in its place */
    private record Known(int size, long weight) {}

    private final Map<Object, Known> known = new IdentityHashMap<>();

    private long given;
    private long kept;

    void given(@Nullable Object value) {
        given += weight(value);
    }

    /** Returns whether a value that an evaluation made is small enough beside those that it was given. */
    boolean admits(@Nullable Object value) {
        return weight(value) <= MOST + given;
    }

    /** Adds a value to those that are kept together; returns whether they are small enough. */
    boolean keeps(@Nullable Object value) {
        kept += weight(value);
        return kept <= MOST;
    }

    /** Returns the characters of a text or the number of bytes; 0 for another value. */
    static int length(@Nullable Object value) {
        if (value instanceof CharSequence text) {
            return text.length();
        }
        return value instanceof CelByteString bytes ? bytes.size() : 0;
    }

    /** Returns the characters that a value has as a part of a text. */
    static long characters(@Nullable Object value) {
        return value instanceof CharSequence text ? text.length() : new ValueWeights().weight(value);
    }

    private long weight(@Nullable Object value) {
        if (value instanceof Collection<?> items) {
            return weight(value, items.size());
        }
        return value instanceof Map<?, ?> map ? weight(value, map.size()) : SCALAR + length(value);
    }

    private long weight(Object value, int size) {
        Known before = known.get(value);
        if (before != null && before.size() == size) {
            return before.weight();
        }
        long weight = SCALAR;
        if (value instanceof Collection<?> items) {
            for (Object item : items) {
                weight += weight(item);
            }
        } else if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                weight += weight(entry.getKey()) + weight(entry.getValue());
            }
        }
        known.put(value, new Known(size, weight));
        return weight;
    }
}
