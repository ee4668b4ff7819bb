package io.arketic.rag.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.embeddings.SettingValue;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AnnotationTypeFilter;

/** Compares the page of settings with the settings that the API reads. */
class SettingsPageTest {

    private static final Path PAGE = Path.of("../infra/docs/settings.md");

    @Test
    void thePageNamesEachSettingOfTheApiWithItsDefault() throws IOException {
        List<String> page = Files.readAllLines(PAGE);
        Map<String, String> settings = settings();

        assertThat(settings).hasSizeGreaterThan(60);
        assertThat(settings).allSatisfy((variable, standard) -> {
            List<String> rows = page.stream()
                    .filter(line -> line.contains("`" + variable + "`"))
                    .toList();
            assertThat(rows).as(variable + " has a row in " + PAGE).isNotEmpty();
            if (!standard.isEmpty()) {
                assertThat(rows).as(variable).anyMatch(row -> row.contains("`" + standard + "`"));
            }
        });
    }

    private static Map<String, String> settings() {
        ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
        Map<String, String> settings = new LinkedHashMap<>();
        scanner.findCandidateComponents("io.arketic.rag").forEach(found -> {
            Class<?> type = loaded(found.getBeanClassName());
            String prefix = type.getAnnotation(ConfigurationProperties.class).value();
            add(prefix, type, settings);
        });
        return settings;
    }

    private static void add(String prefix, Class<?> type, Map<String, String> settings) {
        for (RecordComponent component : type.getRecordComponents()) {
            String name = prefix + "." + dashed(component.getName());
            Class<?> element = element(component.getGenericType());
            if (element.isRecord()) {
                add(component.getType() == List.class ? name + "[0]" : name, element, settings);
            } else {
                settings.put(SettingValue.variable(name), standard(type, component));
            }
        }
    }

    private static Class<?> element(Type type) {
        return type instanceof ParameterizedType generic
                ? (Class<?>) generic.getActualTypeArguments()[0]
                : (Class<?>) type;
    }

    private static String standard(Class<?> type, RecordComponent component) {
        int at = Stream.of(type.getRecordComponents())
                .map(RecordComponent::getName)
                .toList()
                .indexOf(component.getName());
        DefaultValue standard = type.getDeclaredConstructors()[0].getParameters()[at].getAnnotation(DefaultValue.class);
        return standard == null ? "" : String.join(",", standard.value());
    }

    private static String dashed(String name) {
        return ConfigurationPropertyName.of(name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT))
                .toString();
    }

    private static Class<?> loaded(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
