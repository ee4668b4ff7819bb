package io.arketic.embeddings;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lists the models of a deployment and their resources.
 *
 * @param defaultModel id for callers that name none
 * @param sessions texts embedded at the same time, one thread each; all local models together
 * @param modelDirectory where model files are unpacked, shared by processes; a path as text, so that settings can travel
 * @param remote a model behind an endpoint, beside the local ones
 */
public record EmbeddingSettings(
        String defaultModel,
        int sessions,
        String modelDirectory,
        @Nullable RemoteEmbeddingSettings remote) implements Serializable {

    private static final long serialVersionUID = 1L;

    public EmbeddingSettings {
        SettingValue.require(
                !defaultModel.isBlank(), "arketic.embedding.default-model", defaultModel, "the name of a model");
        SettingValue.atLeast("arketic.embedding.sessions", sessions, 1);
    }

    /**
     * Returns the int8 bge-small, one session for each processor, files in the temporary directory, and no remote
     * model.
     */
    public static EmbeddingSettings defaults() {
        return from(property -> null);
    }

    /**
     * Reads the settings whose names begin with {@code arketic.embedding.}; a missing or blank value takes its default.
     *
     * @param property value of a name such as {@code arketic.embedding.sessions}
     * @throws IllegalArgumentException naming the setting that has no valid value
     */
    public static EmbeddingSettings from(Function<String, @Nullable String> property) {
        SettingReader settings = new SettingReader("arketic.embedding.", property);
        RemoteEmbeddingSettings remote =
                settings.value("remote.url") == null ? null : RemoteEmbeddingSettings.from(settings.below("remote."));
        String model =
                settings.text("default-model", LocalModel.BGE_SMALL.spec().id());
        SettingValue.require(
                LocalModel.named(model).isPresent()
                        || (remote != null && remote.id().equals(model)),
                settings.prefix() + "default-model",
                model,
                "one of the local models or the remote one");
        return new EmbeddingSettings(
                model,
                settings.number("sessions", Runtime.getRuntime().availableProcessors()),
                settings.text("model-directory", temporaryDirectory()),
                remote);
    }

    private static String temporaryDirectory() {
        // One for each user: another user could create a shared one that we cannot write.
        return Path.of(System.getProperty("java.io.tmpdir"), "arketic-models-" + System.getProperty("user.name"))
                .toString();
    }
}
