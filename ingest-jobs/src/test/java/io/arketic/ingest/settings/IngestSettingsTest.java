package io.arketic.ingest.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IngestSettingsTest {

    private static final Map<String, String> REQUIRED = Map.of(
            "ARKETIC_DATABASE_PASSWORD", "secret-d",
            "ARKETIC_STORE_ACCESS_KEY", "key",
            "ARKETIC_STORE_SECRET_KEY", "secret-s",
            "ARKETIC_EXTRACT_PARSER_CLASSPATH", "/parsers/*");

    /** Lists variables that only {@code infra/arketic} and the images set. */
    private static final Set<String> SET_BY_THE_STACK =
            Set.of("ARKETIC_EXTRACT_PARSER_CLASSPATH", "ARKETIC_EMBEDDING_MODEL_DIRECTORY");

    @Test
    void missingKeysAreAFailureOfTheMachineThatNamesTheSetting(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("keyset.json");
        assertThatThrownBy(() -> new IngestSettings.Encryption("", file.toString()).toSchema())
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("ARKETIC_ENCRYPTION_KEYSET_FILE");
        Files.writeString(file, "{");
        assertThatThrownBy(() -> new IngestSettings.Encryption("", file.toString()).toSchema())
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("ARKETIC_ENCRYPTION_KEYSET_FILE");
        assertThatThrownBy(() -> new IngestSettings.Encryption("{", file.toString()).toSchema())
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("ARKETIC_ENCRYPTION_KEYSET gives");
    }

    @Test
    void defaults() {
        IngestSettings settings = IngestSettings.from(REQUIRED);

        assertThat(settings.database())
                .isEqualTo(new IngestSettings.Database(
                        "jdbc:postgresql://127.0.0.1:5433/arketic", "arketic_ingest", "secret-d", 8));
        assertThat(settings.store())
                .isEqualTo(new IngestSettings.Store("http://127.0.0.1:9000", "key", "secret-s", "knowledge"));
        assertThat(settings.kafka().bootstrapServers()).isEqualTo("127.0.0.1:9092");
        assertThat(settings.embedding().defaultModel()).isEqualTo("bge-small-en-v1.5");
        assertThat(settings.embedding().sessions())
                .isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(settings.embedding().remote()).isNull();
        assertThat(settings.cache()).isEqualTo(new IngestSettings.Cache(20_000, Duration.ofHours(6)));
        assertThat(settings.extract())
                .isEqualTo(new IngestSettings.Extract("/parsers/*", Duration.ofSeconds(60), 512L << 20, 2, 1L << 30));
        assertThat(settings.ocr()).isEqualTo(new IngestSettings.Ocr("tesseract", "eng", 500, Duration.ofSeconds(30)));
        assertThat(settings.listing()).isEqualTo(new IngestSettings.Listing(Duration.ofSeconds(1)));
        assertThat(settings.parallelism()).isEqualTo(2);
    }

    @Test
    void everyVariableIsRead() {
        Map<String, String> environment = everyVariable();
        IngestSettings settings = IngestSettings.from(environment);

        assertThat(settings.database())
                .isEqualTo(new IngestSettings.Database("jdbc:postgresql://db/x", "u", "secret-i", 3));
        assertThat(settings.store()).isEqualTo(new IngestSettings.Store("https://s3", "key", "secret-s", "bucket-b"));
        assertThat(settings.kafka().bootstrapServers()).isEqualTo("k:1");
        assertThat(settings.embedding().defaultModel()).isEqualTo("all-MiniLM-L6-v2");
        assertThat(settings.embedding().sessions()).isEqualTo(5);
        assertThat(settings.embedding().modelDirectory()).isEqualTo("/models");
        assertThat(settings.embedding().remote().id()).isEqualTo("r");
        assertThat(settings.cache()).isEqualTo(new IngestSettings.Cache(7, Duration.ZERO));
        assertThat(settings.extract())
                .isEqualTo(new IngestSettings.Extract("/parsers/*", Duration.ofSeconds(5), 256L << 20, 4, 2L << 30));
        assertThat(settings.ocr()).isEqualTo(new IngestSettings.Ocr("/opt/tesseract", "deu", 7, Duration.ofSeconds(9)));
        assertThat(settings.listing().interval()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.parallelism()).isEqualTo(6);
    }

    @Test
    void thePageOfSettingsNamesEveryVariable() throws IOException {
        assertThat(Files.readString(Path.of("..", "infra", "docs", "settings.md")))
                .contains(everyVariable().keySet().stream()
                        .filter(name -> !SET_BY_THE_STACK.contains(name))
                        .map(name -> "`" + name + "`")
                        .toList());
    }

    private static Map<String, String> everyVariable() {
        Map<String, String> environment = new HashMap<>(REQUIRED);
        environment.put("ARKETIC_DATABASE_URL", "jdbc:postgresql://db/x");
        environment.put("ARKETIC_DATABASE_INGEST_USER", "u");
        environment.put("ARKETIC_DATABASE_INGEST_PASSWORD", "secret-i");
        environment.put("ARKETIC_DATABASE_POOL_SIZE", "3");
        environment.put("ARKETIC_STORE_ENDPOINT", "https://s3");
        environment.put("ARKETIC_STORE_BUCKET", "bucket-b");
        environment.put("ARKETIC_KAFKA_BOOTSTRAP_SERVERS", "k:1");
        environment.put("ARKETIC_EMBEDDING_DEFAULT_MODEL", "all-MiniLM-L6-v2");
        environment.put("ARKETIC_EMBEDDING_SESSIONS", "5");
        environment.put("ARKETIC_EMBEDDING_MODEL_DIRECTORY", "/models");
        environment.put("ARKETIC_EMBEDDING_REMOTE_ID", "r");
        environment.put("ARKETIC_EMBEDDING_REMOTE_URL", "http://e/v1");
        environment.put("ARKETIC_EMBEDDING_REMOTE_MODEL", "m");
        environment.put("ARKETIC_EMBEDDING_REMOTE_DIMENSIONS", "12");
        environment.put("ARKETIC_EMBEDDING_CACHE_SIZE", "7");
        environment.put("ARKETIC_EMBEDDING_CACHE_LIFETIME", "0s");
        environment.put("ARKETIC_EXTRACT_TIMEOUT", "PT5S");
        environment.put("ARKETIC_EXTRACT_PARSER_HEAP", "256m");
        environment.put("ARKETIC_EXTRACT_FORKS", "4");
        environment.put("ARKETIC_EXTRACT_FILE_LIMIT", "2GB");
        environment.put("ARKETIC_OCR_PROGRAM", "/opt/tesseract");
        environment.put("ARKETIC_OCR_LANGUAGES", "deu, eng");
        environment.put("ARKETIC_OCR_MAX_PAGES", "7");
        environment.put("ARKETIC_OCR_PAGE_TIMEOUT", "9s");
        environment.put("ARKETIC_INGEST_LISTING_INTERVAL", "10s");
        environment.put("ARKETIC_INGEST_PARALLELISM", "6");
        return environment;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ARKETIC_DATABASE_PASSWORD",
                "ARKETIC_STORE_ACCESS_KEY",
                "ARKETIC_STORE_SECRET_KEY",
                "ARKETIC_EXTRACT_PARSER_CLASSPATH"
            })
    void aMissingVariableIsNamed(String name) {
        Map<String, String> environment = new HashMap<>(REQUIRED);
        environment.put(name, " ");

        assertThatThrownBy(() -> IngestSettings.from(environment))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name);
    }

    @ParameterizedTest
    @CsvSource({
        "ARKETIC_INGEST_PARALLELISM,0",
        "ARKETIC_INGEST_PARALLELISM,two",
        "ARKETIC_OCR_LANGUAGES,--help",
        "ARKETIC_OCR_PAGE_TIMEOUT,PT0.001S",
        "ARKETIC_EXTRACT_TIMEOUT,soon",
        "ARKETIC_EMBEDDING_CACHE_SIZE,many",
        "ARKETIC_EXTRACT_TIMEOUT,5 fortnights",
        "ARKETIC_EXTRACT_TIMEOUT,60",
        "ARKETIC_EXTRACT_TIMEOUT,PT0S",
        "ARKETIC_EXTRACT_FILE_LIMIT,0",
        "ARKETIC_INGEST_LISTING_INTERVAL,PT0S",
        "ARKETIC_STORE_ENDPOINT,127.0.0.1:9000",
        "ARKETIC_STORE_BUCKET,A Bucket",
        "ARKETIC_KAFKA_BOOTSTRAP_SERVERS,kafka",
        "ARKETIC_DATABASE_URL,postgresql://db/x",
        "ARKETIC_DATABASE_POOL_SIZE,none",
        "ARKETIC_EMBEDDING_DEFAULT_MODEL,another",
        "ARKETIC_EMBEDDING_SESSIONS,0",
        "ARKETIC_EXTRACT_PARSER_HEAP,much",
        "ARKETIC_EXTRACT_PARSER_HEAP,99999999999GB"
    })
    void whatCannotBeReadIsNamedWithItsValue(String name, String value) {
        Map<String, String> environment = new HashMap<>(REQUIRED);
        environment.put(name, value);

        assertThatThrownBy(() -> IngestSettings.from(environment))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name)
                .hasMessageContaining(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"30s", "PT30S", "30000ms", "30 S"})
    void aDurationHasTheSameFormsEverywhere(String value) {
        Map<String, String> environment = new HashMap<>(REQUIRED);
        environment.put("ARKETIC_EXTRACT_TIMEOUT", value);
        environment.put("ARKETIC_EMBEDDING_CACHE_LIFETIME", value);
        environment.put("ARKETIC_EMBEDDING_REMOTE_URL", "http://e/v1");
        environment.put("ARKETIC_EMBEDDING_REMOTE_MODEL", "m");
        environment.put("ARKETIC_EMBEDDING_REMOTE_DIMENSIONS", "12");
        environment.put("ARKETIC_EMBEDDING_REMOTE_TIMEOUT", value);

        IngestSettings settings = IngestSettings.from(environment);

        assertThat(settings.extract().timeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.cache().lifetime()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.embedding().remote().timeout()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void secretsAreNotShown() {
        assertThat(IngestSettings.from(REQUIRED).toString()).doesNotContain("secret-d", "secret-s");
    }

    @Test
    void settingsTravel() throws Exception {
        IngestSettings settings = IngestSettings.from(REQUIRED);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(settings);
        }

        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(in.readObject()).isEqualTo(settings);
        }
    }

    @Test
    void everyForkAndSessionOfAMachineHasAnObjectAndOneWaiting() {
        Map<String, String> environment = new HashMap<>(REQUIRED);
        environment.put("ARKETIC_EXTRACT_FORKS", "3");
        environment.put("ARKETIC_EMBEDDING_SESSIONS", "5");

        IngestSettings settings = IngestSettings.from(environment);
        assertThat(settings.placesOfReader(1)).isEqualTo(17);
        assertThat(settings.placesOfReader(4)).isEqualTo(5);
        assertThat(settings.placesOfReader(100)).isEqualTo(3);
    }
}
