package io.arketic.embeddings;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads settings below a prefix; errors name the setting. */
record SettingReader(String prefix, Function<String, @Nullable String> property) {

    SettingReader below(String further) {
        return new SettingReader(prefix + further, property);
    }

    @Nullable
    String value(String name) {
        String value = property.apply(prefix + name);
        return value == null || value.isBlank() ? null : value.strip();
    }

    String text(String name, String otherwise) {
        String value = value(name);
        return value == null ? otherwise : value;
    }

    String text(String name) {
        String value = value(name);
        if (value == null) {
            throw new IllegalArgumentException(prefix + name + " has no value");
        }
        return value;
    }

    /** With its blanks, empty where there is none. */
    String verbatim(String name) {
        String value = property.apply(prefix + name);
        return value == null ? "" : value;
    }

    int number(String name, int otherwise) {
        return value(name) == null ? otherwise : number(name);
    }

    int number(String name) {
        String value = text(name);
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(prefix + name + " is '" + value + "', not a whole number", e);
        }
    }

    double fraction(String name, double otherwise) {
        String value = value(name);
        try {
            return value == null ? otherwise : Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(prefix + name + " is '" + value + "', not a number", e);
        }
    }

    /** ISO-8601 as in PT30S. */
    Duration duration(String name, Duration otherwise) {
        String value = value(name);
        try {
            return value == null ? otherwise : Duration.parse(value);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(prefix + name + " is '" + value + "', not a duration such as PT30S", e);
        }
    }
}
