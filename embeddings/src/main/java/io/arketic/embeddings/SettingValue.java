package io.arketic.embeddings;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Parses the text of a setting in the same way in every module. It refuses an invalid value with an {@link
 * IllegalArgumentException} that names the setting as property and as environment variable, the value, and the valid
 * form.
 */
public final class SettingValue {

    private static final Pattern QUANTITY = Pattern.compile("(\\d+)\\s*([a-z]*)");

    private static final Map<String, Duration> TIMES = Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));

    private static final Map<String, Integer> POWERS =
            Map.of("", 0, "b", 0, "k", 10, "kb", 10, "kib", 10, "m", 20, "mb", 20, "mib", 20, "g", 30, "gb", 30);

    private SettingValue() {}

    /** Returns the environment variable of a property: {@code arketic.store.bucket} is {@code ARKETIC_STORE_BUCKET}. */
    public static String variable(String property) {
        return property.replaceAll("[.\\[-]", "_").replace("]", "").toUpperCase(Locale.ROOT);
    }

    /**
     * Creates a refusal without a cause: Spring Boot prints the innermost exception, which must be the one that names
     * the setting.
     *
     * @param wanted completes the sentence "… must be …"
     */
    public static IllegalArgumentException refused(String property, @Nullable Object value, String wanted) {
        String given = value == null || value.toString().isBlank() ? "is not set" : "is '" + value + "'";
        return new IllegalArgumentException(
                property + " (" + variable(property) + ") " + given + " but must be " + wanted);
    }

    /** Refuses the value unless {@code holds}. */
    public static void require(boolean holds, String property, @Nullable Object value, String wanted) {
        if (!holds) {
            throw refused(property, value, wanted);
        }
    }

    public static int wholeNumber(String property, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw refused(property, value, "a whole number");
        }
    }

    /**
     * Parses {@code 500ms}, {@code 30s}, {@code 5m}, {@code 6h}, {@code 30d}, or ISO 8601 as in {@code PT30S}. A number
     * needs its unit.
     */
    public static Duration duration(String property, String value) {
        Matcher quantity = QUANTITY.matcher(value.strip().toLowerCase(Locale.ROOT));
        try {
            if (!quantity.matches()) {
                return Duration.parse(value.strip());
            }
            Duration unit = TIMES.get(quantity.group(2));
            if (unit != null) {
                return unit.multipliedBy(Long.parseLong(quantity.group(1)));
            }
        } catch (DateTimeParseException | NumberFormatException | ArithmeticException e) {
            throw refused(property, value, "a duration such as 30s or PT30S");
        }
        throw refused(property, value, "a duration such as 30s or PT30S");
    }

    /** Parses {@code 1073741824}, {@code 512m}, {@code 512MB} or {@code 1GiB}; all units are powers of 1,024. */
    public static long bytes(String property, String value) {
        Matcher quantity = QUANTITY.matcher(value.strip().toLowerCase(Locale.ROOT));
        try {
            Integer power = quantity.matches() ? POWERS.get(quantity.group(2).replace("gib", "gb")) : null;
            if (power != null) {
                return Math.multiplyExact(Long.parseLong(quantity.group(1)), 1L << power);
            }
        } catch (NumberFormatException | ArithmeticException e) {
            throw refused(property, value, "a size such as 512MB");
        }
        throw refused(property, value, "a size such as 512MB");
    }

    /** Parses {@code http://host:port/path}, or with {@code https}. */
    public static URI httpAddress(String property, String value) {
        try {
            URI address = new URI(value.strip());
            String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
            if ((scheme.equals("http") || scheme.equals("https")) && address.getHost() != null) {
                return address;
            }
        } catch (URISyntaxException e) {
            throw refused(property, value, "an address such as http://host:8080");
        }
        throw refused(property, value, "an address such as http://host:8080");
    }

    /** Checks {@code jdbc:postgresql://host:port/name}, with or without parameters, which may name files. */
    public static String databaseAddress(String property, String value) {
        require(
                value.matches("jdbc:postgresql://[^/?\\s]+/[^/?\\s]+(\\?\\S*)?"),
                property,
                value,
                "an address such as jdbc:postgresql://127.0.0.1:5433/arketic");
        return value;
    }

    /** Checks {@code host:port}, several separated by commas. */
    public static String brokers(String property, String value) {
        require(
                value.matches("\\s*[^\\s,:/]+:\\d{1,5}\\s*(,\\s*[^\\s,:/]+:\\d{1,5}\\s*)*"),
                property,
                value,
                "host:port, several with commas between");
        return value;
    }

    /** Checks a bucket's name against the rules of S3. */
    public static String bucket(String property, String value) {
        require(
                value.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"),
                property,
                value,
                "the name of a bucket: 3 to 63 lower-case letters, digits, dots and hyphens");
        return value;
    }

    public static int atLeast(String property, int value, int least) {
        require(value >= least, property, value, "at least " + least);
        return value;
    }

    public static Duration positive(String property, Duration value) {
        require(!value.isNegative() && !value.isZero(), property, value, "more than nothing");
        return value;
    }
}
