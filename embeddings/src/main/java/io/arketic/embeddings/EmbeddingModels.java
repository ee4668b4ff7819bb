package io.arketic.embeddings;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Holds the models of a deployment. A process has one: the models share its processors, and each is loaded at its first
 * use.
 *
 * <p>Safe for use by several threads.
 */
public final class EmbeddingModels implements AutoCloseable {

    private final String defaultModel;
    private final PassageWorkers workers;
    private final Map<String, EmbeddingModel> models = new LinkedHashMap<>();

    /**
     * Creates the models without loading any.
     *
     * @throws UnknownEmbeddingModelException when the default model is none of the local ones and not the remote one
     */
    public EmbeddingModels(EmbeddingSettings settings) {
        defaultModel = settings.defaultModel();
        workers = new PassageWorkers(settings.sessions());
        ModelFiles files = new ModelFiles(Path.of(settings.modelDirectory()));
        for (LocalModel model : LocalModel.values()) {
            models.put(model.spec().id(), new LocalEmbeddingModel(model, files, workers));
        }
        RemoteEmbeddingSettings remote = settings.remote();
        if (remote != null) {
            models.put(remote.id(), new RemoteEmbeddingModel(remote));
        }
        get(defaultModel);
    }

    /**
     * Returns the model with this id, the same one at each call. It belongs to this registry: closing it closes it for
     * all callers.
     *
     * @throws UnknownEmbeddingModelException naming the known ids
     */
    public EmbeddingModel get(String id) {
        EmbeddingModel model = models.get(id);
        if (model == null) {
            throw new UnknownEmbeddingModelException(id, List.copyOf(models.keySet()));
        }
        return model;
    }

    /** Returns the model for callers that name none. */
    public EmbeddingModel defaultModel() {
        return get(defaultModel);
    }

    /** Returns whether the model runs in this process; false for the remote one. */
    public boolean isLocal(String id) {
        return get(id) instanceof LocalEmbeddingModel;
    }

    /** Returns the number of texts that the local models embed at the same time. */
    public int sessions() {
        return workers.slots();
    }

    /** Lists the available models in a stable order. */
    public List<EmbeddingSpec> specs() {
        return models.values().stream().map(EmbeddingModel::spec).toList();
    }

    /** Waits for the texts that are being embedded; calls with texts left fail. */
    @Override
    public void close() {
        workers.close();
        models.values().forEach(EmbeddingModel::close);
    }
}
