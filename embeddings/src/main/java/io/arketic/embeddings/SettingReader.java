package io.arketic.embeddings;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads settings below a prefix, each in the forms of {@link SettingValue}; a blank one counts as not set. Refusals are
 * {@link IllegalArgumentException}s that name the setting.
 *
 * @param prefix for example {@code arketic.embedding.}
 * @param property value of a whole name such as {@code arketic.embedding.sessions}
 */
public record SettingReader(String prefix, Function<String, @Nullable String> property) {

    /**
     * Reads all settings of a process from its environment: {@code arketic.store.bucket} is {@code
     * ARKETIC_STORE_BUCKET}.
     */
    public static SettingReader of(Map<String, String> environment) {
        Map<String, String> own = Map.copyOf(environment);
        return new SettingReader("arketic.", property -> own.get(SettingValue.variable(property)));
    }

    public SettingReader below(String further) {
        return new SettingReader(prefix + further, property);
    }

    public @Nullable String value(String name) {
        String value = property.apply(prefix + name);
        return value == null || value.isBlank() ? null : value.strip();
    }

    public String text(String name, String otherwise) {
        String value = value(name);
        return value == null ? otherwise : value;
    }

    public String text(String name) {
        String value = value(name);
        if (value == null) {
            throw SettingValue.refused(prefix + name, null, "set");
        }
        return value;
    }

    /** Returns the value with its blanks, empty if there is none. */
    public String verbatim(String name) {
        String value = property.apply(prefix + name);
        return value == null ? "" : value;
    }

    /** Reads a whole number of at least 1. */
    public int number(String name, int otherwise) {
        return value(name) == null ? otherwise : number(name);
    }

    /** Reads a whole number of at least 1. */
    public int number(String name) {
        String setting = prefix + name;
        return SettingValue.atLeast(setting, SettingValue.wholeNumber(setting, text(name)), 1);
    }

    public double fraction(String name, double otherwise) {
        String value = value(name);
        try {
            return value == null ? otherwise : Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw SettingValue.refused(prefix + name, value, "a number");
        }
    }

    public Duration duration(String name, Duration otherwise) {
        String value = value(name);
        return value == null ? otherwise : SettingValue.duration(prefix + name, value);
    }

    public long bytes(String name, long otherwise) {
        String value = value(name);
        return value == null ? otherwise : SettingValue.bytes(prefix + name, value);
    }

    public URI httpAddress(String name) {
        return SettingValue.httpAddress(prefix + name, text(name));
    }

    public URI httpAddress(String name, String otherwise) {
        return SettingValue.httpAddress(prefix + name, text(name, otherwise));
    }

    public String databaseAddress(String name, String otherwise) {
        return SettingValue.databaseAddress(prefix + name, text(name, otherwise));
    }

    public String brokers(String name, String otherwise) {
        return SettingValue.brokers(prefix + name, text(name, otherwise));
    }

    public String bucket(String name, String otherwise) {
        return SettingValue.bucket(prefix + name, text(name, otherwise));
    }
}
