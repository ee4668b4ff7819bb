package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.unit.DataSize;

/** Tests that every setting of the API with a wrong value is refused by its name, including new settings. */
class SettingsTest {

    /** Lists the settings that binding needs beside the tested one. */
    private static final Map<String, String> GIVEN = Map.of("arketic.security.token-secret", "x".repeat(32));

    private static final Map<String, String> ENDPOINT = Map.of(
            "arketic.chat.endpoints[0].name", "one",
            "arketic.chat.endpoints[0].base-url", "http://127.0.0.1:1/v1",
            "arketic.chat.endpoints[0].models", "m");

    record Wrong(Class<?> type, String prefix, String setting, String value) {

        @Override
        public String toString() {
            return setting + "=" + value;
        }
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void aWrongValueIsRefusedByItsName(Wrong wrong) {
        Map<String, String> settings = new HashMap<>(GIVEN);
        if (wrong.setting().contains("endpoints")) {
            settings.putAll(ENDPOINT);
        }
        if (wrong.setting().contains("prices")) {
            settings.put("arketic.chat.prices[0].model", "m");
        }
        settings.put(wrong.setting(), wrong.value());
        assertThat(refusal(wrong, settings)).contains(wrong.setting());
    }

    @Test
    void whatIsRefusedByUsNamesTheVariable() {
        assertThat(refusal(
                        wrong().filter(wrong -> wrong.setting().equals("arketic.chat.base-url"))
                                .findFirst()
                                .orElseThrow(),
                        Map.of("arketic.chat.base-url", "localhost:11434/v1")))
                .contains("ARKETIC_CHAT_BASE_URL", "localhost:11434/v1", "http://host:8080");
    }

    private static String refusal(Wrong wrong, Map<String, String> settings) {
        try {
            new Binder(new MapConfigurationPropertySource(settings))
                    .bindOrCreate(wrong.prefix(), Bindable.of(wrong.type()));
        } catch (BindException refused) {
            StringBuilder text = new StringBuilder();
            for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
                text.append(cause.getMessage()).append('\n');
            }
            return text.toString();
        }
        throw new AssertionError(wrong + " was taken");
    }

    static Stream<Wrong> wrong() {
        var scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
        List<Wrong> wrong = new ArrayList<>();
        scanner.findCandidateComponents("io.arketic.rag").forEach(found -> {
            try {
                Class<?> type = Class.forName(found.getBeanClassName());
                String prefix =
                        type.getAnnotation(ConfigurationProperties.class).value();
                add(wrong, type, prefix, type, prefix);
            } catch (ClassNotFoundException impossible) {
                throw new IllegalStateException(impossible);
            }
        });
        assertThat(wrong).hasSizeGreaterThan(50);
        return wrong.stream();
    }

    private static void add(List<Wrong> wrong, Class<?> root, String rootPrefix, Class<?> type, String prefix) {
        for (RecordComponent part : type.getRecordComponents()) {
            String setting =
                    prefix + "." + part.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            if (part.getType().isRecord()) {
                add(wrong, root, rootPrefix, part.getType(), setting);
            } else if (part.getGenericType() instanceof ParameterizedType list
                    && list.getActualTypeArguments()[0] instanceof Class<?> element
                    && element.isRecord()) {
                add(wrong, root, rootPrefix, element, setting + "[0]");
            } else {
                values(part).forEach(value -> wrong.add(new Wrong(root, rootPrefix, setting, value)));
            }
        }
    }

    private static List<String> values(RecordComponent part) {
        Class<?> type = part.getType();
        if (type == Duration.class) {
            return List.of("soon", "-1s", "5 fortnights");
        }
        if (type == int.class || type == Integer.class) {
            return List.of("many", "-1", "1.5");
        }
        if (type == DataSize.class) {
            return List.of("much", "-1B");
        }
        if (type == BigDecimal.class) {
            return List.of("cheap", "-1");
        }
        if (type == Boolean.class || type == boolean.class) {
            return List.of("perhaps");
        }
        if (type.isEnum()) {
            return List.of("another");
        }
        if (type == URI.class
                || part.getName().matches("url|.*[eE]ndpoint|linkBase|bootstrapServers|origins|from|bucket")) {
            return List.of("localhost 11434", "//nobody/here there");
        }
        return List.of();
    }
}
