package io.arketic.embeddings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EmbeddingSettingsTest {

    private static final Map<String, String> REMOTE = Map.of(
            "arketic.embedding.remote.url", "https://models.example/v1",
            "arketic.embedding.remote.model", "text-embedding-3-small",
            "arketic.embedding.remote.dimensions", "1536");

    @Test
    void defaults() {
        EmbeddingSettings settings = EmbeddingSettings.defaults();
        assertThat(settings.defaultModel()).isEqualTo("bge-small-en-v1.5");
        assertThat(settings.sessions()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(Path.of(settings.modelDirectory())).startsWith(Path.of(System.getProperty("java.io.tmpdir")));
        assertThat(settings.remote()).isNull();
    }

    @Test
    void everyLocalKey() {
        Map<String, String> properties = Map.of(
                "arketic.embedding.default-model", "all-MiniLM-L6-v2",
                "arketic.embedding.sessions", "3",
                "arketic.embedding.model-directory", "models");
        assertThat(EmbeddingSettings.from(properties::get))
                .isEqualTo(new EmbeddingSettings("all-MiniLM-L6-v2", 3, "models", null));
    }

    @Test
    void remoteDefaults() {
        RemoteEmbeddingSettings remote = EmbeddingSettings.from(REMOTE::get).remote();
        assertThat(remote)
                .isEqualTo(new RemoteEmbeddingSettings(
                        "text-embedding-3-small",
                        URI.create("https://models.example/v1"),
                        null,
                        "text-embedding-3-small",
                        1536,
                        8191,
                        "",
                        0,
                        null,
                        Duration.ofSeconds(30)));
    }

    @Test
    void everyRemoteKey() {
        Map<String, String> properties = Map.of(
                "arketic.embedding.remote.id", "house",
                "arketic.embedding.remote.url", "http://127.0.0.1:7000",
                "arketic.embedding.remote.api-key", "secret",
                "arketic.embedding.remote.model", "m",
                "arketic.embedding.remote.dimensions", "8",
                "arketic.embedding.remote.max-tokens", "512",
                "arketic.embedding.remote.query-prefix", "query: ",
                "arketic.embedding.remote.similarity-threshold", "0.25",
                "arketic.embedding.remote.tokenizer", "tokenizer.json",
                "arketic.embedding.remote.timeout", "PT5S");
        RemoteEmbeddingSettings remote = EmbeddingSettings.from(properties::get).remote();
        assertThat(remote)
                .isEqualTo(new RemoteEmbeddingSettings(
                        "house",
                        URI.create("http://127.0.0.1:7000"),
                        "secret",
                        "m",
                        8,
                        512,
                        "query: ",
                        0.25,
                        "tokenizer.json",
                        Duration.ofSeconds(5)));
        assertThat(remote.toString()).contains("house").doesNotContain("secret");
        assertThat(remote.embeddings()).hasToString("http://127.0.0.1:7000/v1/embeddings");
    }

    @Test
    void travels() throws Exception {
        EmbeddingSettings settings = EmbeddingSettings.from(REMOTE::get);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(settings);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(in.readObject()).isEqualTo(settings);
        }
    }

    @Test
    void refusesNamingTheSetting() {
        assertRefused("arketic.embedding.sessions", "two");
        assertRefused("arketic.embedding.sessions", "0");
        assertRefused("arketic.embedding.remote.url", "ftp://models.example");
        assertRefused("arketic.embedding.remote.model", " ");
        assertRefused("arketic.embedding.remote.dimensions", "");
        assertRefused("arketic.embedding.remote.dimensions", "0");
        assertRefused("arketic.embedding.remote.max-tokens", "1");
        assertRefused("arketic.embedding.remote.timeout", "30");
        assertRefused("arketic.embedding.remote.similarity-threshold", "high");
        assertRefused("arketic.embedding.remote.id", "bge-small-en-v1.5");
    }

    private static void assertRefused(String name, String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> EmbeddingSettings.from(property -> property.equals(name) ? value : REMOTE.get(property)))
                .withMessageContaining(name);
    }
}
