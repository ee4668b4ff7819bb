package io.arketic.embeddings;

import io.arketic.embeddings.EmbeddingException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Embeds with a model behind an endpoint of the OpenAI protocol.
 *
 * <p>Whether the vector of a text depends on its neighbours is up to the endpoint; those of fp32 and fp16 models do not,
 * beyond rounding.
 */
final class RemoteEmbeddingModel implements EmbeddingModel {

    /**
     * Limits the texts of one request to what common endpoints accept (text-embeddings-inference 32 to 64, OpenAI
     * 2,048).
     */
    private static final int BATCH = 32;

    /** Counts the special tokens around a text. */
    private static final int SPECIAL = 2;

    private final EmbeddingSpec spec;
    private final EmbeddingsEndpoint endpoint;
    private final @Nullable String tokenizerFile;
    private @Nullable Tokenizer tokenizer;
    private volatile boolean closed;

    RemoteEmbeddingModel(RemoteEmbeddingSettings settings) {
        spec = new EmbeddingSpec(
                settings.id(),
                settings.dimensions(),
                settings.maxTokens(),
                settings.queryPrefix(),
                settings.similarityThreshold(),
                Set.of());
        endpoint = new EmbeddingsEndpoint(settings);
        tokenizerFile = settings.tokenizer();
    }

    @Override
    public EmbeddingSpec spec() {
        return spec;
    }

    @Override
    public List<float[]> embedPassages(List<String> texts) throws EmbeddingException {
        refuseClosed();
        List<String> inputs = new ArrayList<>(texts.size());
        for (String text : texts) {
            inputs.add(input(text, ""));
        }
        List<float[]> vectors = new ArrayList<>(inputs.size());
        for (int from = 0; from < inputs.size(); from += BATCH) {
            refuseClosed();
            if (Thread.currentThread().isInterrupted()) {
                throw new EmbeddingException(Reason.INTERRUPTED, "interrupted while embedding");
            }
            List<String> batch = inputs.subList(from, Math.min(from + BATCH, inputs.size()));
            vectors.addAll(List.of(endpoint.embed(batch)));
        }
        return vectors;
    }

    @Override
    public float[] embedQuery(String text) throws EmbeddingException {
        refuseClosed();
        return endpoint.embed(List.of(input(text, spec.queryPrefix())))[0];
    }

    @Override
    public int countTokens(String text) {
        refuseClosed();
        Tokenizer exact = tokenizer();
        return exact != null ? exact.count(text) : text.getBytes(StandardCharsets.UTF_8).length + SPECIAL;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (tokenizer != null) {
            tokenizer.close();
            tokenizer = null;
        }
    }

    /** Cuts an input that endpoints would refuse as too long. */
    private String input(String text, String prefix) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("a text to embed is blank");
        }
        String whole = prefix + text;
        Tokenizer exact = tokenizer();
        return exact != null ? exact.cut(whole, spec.maxTokens()) : cut(whole, spec.maxTokens() - SPECIAL);
    }

    private static String cut(String text, int bytes) {
        int used = 0;
        for (int end = 0; end < text.length(); ) {
            int point = text.codePointAt(end);
            used += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
            if (used > bytes) {
                return text.substring(0, end);
            }
            end += Character.charCount(point);
        }
        return text;
    }

    private synchronized @Nullable Tokenizer tokenizer() {
        if (tokenizer == null && tokenizerFile != null) {
            refuseClosed();
            try {
                tokenizer = Tokenizer.load(Path.of(tokenizerFile));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read arketic.embedding.remote.tokenizer", e);
            }
        }
        return tokenizer;
    }

    private void refuseClosed() {
        if (closed) {
            throw new IllegalStateException("the embedding model " + spec.id() + " is closed");
        }
    }
}
