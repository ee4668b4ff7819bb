package io.arketic.ingest;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Environment variables with their types; an empty one counts as not set. */
final class Variables {

    private static final Pattern QUANTITY = Pattern.compile("(\\d+)\\s*([a-z]*)");

    private final Map<String, String> environment;

    Variables(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    @Nullable
    String optional(String name) {
        String value = environment.get(name);
        return value == null || value.isBlank() ? null : value.strip();
    }

    /** The value of a setting by its property name: {@code arketic.store.bucket} is {@code ARKETIC_STORE_BUCKET}. */
    @Nullable
    String property(String name) {
        return optional(name.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT));
    }

    String text(String name, String otherwise) {
        String value = optional(name);
        return value == null ? otherwise : value;
    }

    String required(String name) {
        String value = optional(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is not set in the environment of the JobManager");
        }
        return value;
    }

    /** A whole number of at least 1. */
    int number(String name, int otherwise) {
        String value = optional(name);
        if (value == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= 1) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw refused(name, value, "a whole number", e);
        }
        throw refused(name, value, "at least 1", null);
    }

    /** {@code 500ms}, {@code 60s}, {@code 5m}, or ISO 8601. */
    Duration duration(String name, Duration otherwise) {
        String value = optional(name);
        if (value == null) {
            return otherwise;
        }
        Matcher quantity = QUANTITY.matcher(value.toLowerCase(Locale.ROOT));
        try {
            if (!quantity.matches()) {
                return Duration.parse(value);
            }
            long amount = Long.parseLong(quantity.group(1));
            return switch (quantity.group(2)) {
                case "ms" -> Duration.ofMillis(amount);
                case "s", "" -> Duration.ofSeconds(amount);
                case "m" -> Duration.ofMinutes(amount);
                case "h" -> Duration.ofHours(amount);
                default -> throw refused(name, value, "a duration such as 60s", null);
            };
        } catch (DateTimeParseException | NumberFormatException e) {
            throw refused(name, value, "a duration such as 60s", e);
        }
    }

    /** {@code 1073741824}, {@code 512m}, {@code 512MB} or {@code 1GiB}; powers of 1,024 all of them. */
    long bytes(String name, long otherwise) {
        String value = optional(name);
        if (value == null) {
            return otherwise;
        }
        Matcher quantity = QUANTITY.matcher(value.toLowerCase(Locale.ROOT));
        if (!quantity.matches()) {
            throw refused(name, value, "a size such as 512MB", null);
        }
        try {
            long amount = Long.parseLong(quantity.group(1));
            return switch (quantity.group(2)) {
                case "", "b" -> amount;
                case "k", "kb", "kib" -> Math.multiplyExact(amount, 1L << 10);
                case "m", "mb", "mib" -> Math.multiplyExact(amount, 1L << 20);
                case "g", "gb", "gib" -> Math.multiplyExact(amount, 1L << 30);
                default -> throw refused(name, value, "a size such as 512MB", null);
            };
        } catch (ArithmeticException | NumberFormatException e) {
            throw refused(name, value, "a size such as 512MB", e);
        }
    }

    private static IllegalArgumentException refused(
            String name, String value, String wanted, @Nullable Throwable cause) {
        return new IllegalArgumentException(name + " is '" + value + "' but must be " + wanted, cause);
    }
}
