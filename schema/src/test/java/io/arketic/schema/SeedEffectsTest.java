package io.arketic.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * Checks {@code seed-effects.tsv}: what writes each column of the seed, what reads it, and the test that fails when its
 * effect is taken away. Every column has all three: a source must contain its name, and a test must exist.
 */
@TestInstance(Lifecycle.PER_CLASS)
class SeedEffectsTest {

    private static final Path PROJECT = Path.of("..");
    private static final Path RESOURCES = Path.of("src/test/resources/io/arketic/schema");

    private final Map<String, String> sources = new HashMap<>();
    private final Map<String, String> tests = new HashMap<>();

    /** Is a line of the table. */
    private record Effect(String column, String writer, String reader, String test) {

        static Effect of(String line) {
            String[] fields = line.split("\t", -1);
            assertThat(fields).as(line).hasSize(4).doesNotContain("");
            return new Effect(fields[0], fields[1], fields[2], fields[3]);
        }

        /** Matches the column's name, or that of the Java component for it. */
        Pattern name() {
            String name = column.substring(column.indexOf('.') + 1);
            StringBuilder component = new StringBuilder();
            for (String part : name.split("_")) {
                component
                        .append(
                                component.isEmpty()
                                        ? part.substring(0, 1)
                                        : part.substring(0, 1).toUpperCase())
                        .append(part.substring(1));
            }
            return Pattern.compile("\\b(" + name + "|" + component + ")\\b");
        }
    }

    @BeforeAll
    void readTheSources() throws IOException {
        for (String module : List.of("schema", "ingest-jobs", "extractors", "embeddings", "rag-api")) {
            read(module + "/src/main", sources);
            read(module + "/src/test/java", tests);
        }
        read("infra/e2e/src/test/java", tests);
    }

    @Test
    void everyColumnOfTheSeedHasALine() throws IOException {
        List<String> columns = lines("seed-columns.tsv").stream()
                .map(line -> line.split("\t", -1))
                .map(fields -> fields[0] + "." + fields[1])
                .toList();
        assertThat(effects()).extracting(Effect::column).containsExactlyElementsOf(columns);
    }

    @Test
    void whatWritesAndReadsAColumnNamesIt() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Effect effect : effects()) {
            for (String source : Set.copyOf(List.of(effect.writer(), effect.reader()))) {
                if (!effect.name().matcher(sources.getOrDefault(source, "")).find()) {
                    wrong.add(effect.column() + ": " + source);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void everyTestExists() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Effect effect : effects()) {
            int mark = effect.test().indexOf('#');
            if (mark < 0
                    || !tests.getOrDefault(effect.test().substring(0, mark), "")
                            .contains(" void " + effect.test().substring(mark + 1) + "(")) {
                wrong.add(effect.column() + ": " + effect.test());
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static List<Effect> effects() throws IOException {
        List<Effect> effects =
                lines("seed-effects.tsv").stream().map(Effect::of).toList();
        assertThat(new HashSet<>(effects)).hasSameSizeAs(effects);
        return effects;
    }

    private static List<String> lines(String name) throws IOException {
        return Files.readAllLines(RESOURCES.resolve(name)).stream()
                .filter(line -> !line.startsWith("#"))
                .toList();
    }

    /** Reads Java and SQL by the file's name without its ending; files of the same name are read as one. */
    private static void read(String folder, Map<String, String> into) throws IOException {
        try (Stream<Path> files = Files.walk(PROJECT.resolve(folder))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".java") || name.endsWith(".sql")) {
                    into.merge(name.substring(0, name.lastIndexOf('.')), Files.readString(file), String::concat);
                }
            }
        }
    }
}
