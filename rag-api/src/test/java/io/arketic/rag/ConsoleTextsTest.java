package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.knowledge.FailureAdvice;
import io.arketic.rag.problem.ProblemReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests that the console says everything in each of its languages. */
class ConsoleTextsTest {

    private static final Path SOURCES = Path.of("console/src/main/console");
    private static final Pattern VALUE = Pattern.compile("\\{(\\w+)}");
    private static final Map<String, String> ENGLISH = texts("en");

    @ParameterizedTest
    @ValueSource(strings = {"de", "tr"})
    void aLanguageHasEveryTextWithTheSameValuesAndNumbers(String language) {
        Map<String, String> texts = texts(language);
        assertThat(texts.keySet()).isEqualTo(ENGLISH.keySet());
        ENGLISH.forEach((key, english) -> {
            String text = texts.get(key);
            assertThat(text).as(key).isNotBlank();
            assertThat(values(text)).as(language + " " + key).isEqualTo(values(english));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "de", "tr"})
    void aTextForOneAndForManyHasBothAndCounts(String language) {
        texts(language).forEach((key, text) -> {
            if (text.contains("|")) {
                assertThat(text.split("\\|", -1)).as(key).hasSize(2).allMatch(part -> !part.isBlank());
                assertThat(ENGLISH.get(key)).as(key + " counts").matches("(?s).*(\\||\\{count}).*");
            }
        });
    }

    /** A reader of another language would see a code. */
    @Test
    void everyProblemReasonAndAdviceOfTheServerHasAText() {
        List<String> missing = new ArrayList<>();
        Arrays.stream(ProblemReason.values())
                .map(reason ->
                        "problem." + reason.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .filter(key -> !ENGLISH.containsKey(key))
                .forEach(missing::add);
        for (String reason : FailureAdvice.reasons().split(", ")) {
            for (String key : List.of("reason." + reason, "advice." + reason)) {
                if (!ENGLISH.containsKey(key)) {
                    missing.add(key);
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void everyTextIsUsed() throws IOException {
        StringBuilder sources = new StringBuilder();
        try (var files = Files.walk(SOURCES)) {
            for (Path file :
                    files.filter(one -> one.toString().matches(".*\\.tsx?")).toList()) {
                sources.append(Files.readString(file));
            }
        }
        String all = sources.toString();
        Set<String> unused = new TreeSet<>();
        for (String key : ENGLISH.keySet()) {
            String prefix = key.substring(0, key.lastIndexOf('.'));
            boolean named = all.contains("\"" + key + "\"") || all.contains("\"" + prefix + "\"");
            if (!named) {
                unused.add(key);
            }
        }
        assertThat(unused).isEmpty();
    }

    private static Set<String> values(String text) {
        Set<String> values = new TreeSet<>();
        VALUE.matcher(text).results().forEach(found -> values.add(found.group(1)));
        return values;
    }

    private static Map<String, String> texts(String language) {
        try {
            JsonNode read =
                    JsonMapper.shared().readTree(Files.readString(SOURCES.resolve("text/" + language + ".json")));
            Map<String, String> texts = new LinkedHashMap<>();
            read.properties()
                    .forEach(one -> texts.put(one.getKey(), one.getValue().asString()));
            return texts;
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }
}
