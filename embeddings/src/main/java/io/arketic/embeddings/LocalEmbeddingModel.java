package io.arketic.embeddings;

import io.arketic.embeddings.EmbeddingException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Runs a model in this process and loads it at its first use.
 *
 * <p>Each text is a run of its own. The int8 models are quantised per tensor while they run, so that a batch would make a
 * text's vector depend on its neighbours; and padding makes batches slower on a CPU anyway.
 */
final class LocalEmbeddingModel implements EmbeddingModel {

    private record Loaded(Tokenizer tokenizer, OnnxEncoder encoder) {}

    private final LocalModel model;
    private final ModelFiles files;
    private final PassageWorkers workers;
    /** Limits the questions that run at once, on their callers' threads beside the passages. */
    private final Semaphore questions;

    /** Is read-locked while the native libraries are in use, and write-locked to release them. */
    private final ReadWriteLock use = new ReentrantReadWriteLock();

    private volatile @Nullable Loaded loaded;
    private volatile boolean closed;

    LocalEmbeddingModel(LocalModel model, ModelFiles files, PassageWorkers workers) {
        this.model = model;
        this.files = files;
        this.workers = workers;
        questions = new Semaphore(workers.slots(), true);
    }

    @Override
    public EmbeddingSpec spec() {
        return model.spec();
    }

    @Override
    public List<float[]> embedPassages(List<String> texts) throws EmbeddingException {
        List<String> passages = List.copyOf(texts);
        passages.forEach(LocalEmbeddingModel::refuseBlank);
        load();
        // The longest first, so that at the end no thread works on while the others have nothing left to do.
        int[] order = IntStream.range(0, passages.size())
                .boxed()
                .sorted(Comparator.comparingInt(index -> -passages.get(index).length()))
                .mapToInt(Integer::intValue)
                .toArray();
        float[][] vectors = new float[passages.size()][];
        try {
            workers.forEach(order.length, step -> vectors[order[step]] = embed(passages.get(order[step])));
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        return Arrays.asList(vectors);
    }

    @Override
    public float[] embedQuery(String text) throws EmbeddingException {
        refuseBlank(text);
        if (text.length() > LONGEST_QUESTION) {
            return embedPassages(List.of(spec().queryPrefix() + text)).get(0);
        }
        load();
        try {
            questions.acquire();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        try {
            return embed(spec().queryPrefix() + text);
        } finally {
            questions.release();
        }
    }

    @Override
    public int countTokens(String text) {
        try {
            load();
        } catch (EmbeddingException e) {
            throw new UncheckedIOException(new IOException(e.getMessage(), e));
        }
        use.readLock().lock();
        try {
            return ready().tokenizer.count(text);
        } finally {
            use.readLock().unlock();
        }
    }

    /** Waits for the texts that are being embedded; calls with texts left fail. */
    @Override
    public void close() {
        closed = true;
        use.writeLock().lock();
        try {
            Loaded natives = loaded;
            loaded = null;
            if (natives != null) {
                natives.encoder.close();
                natives.tokenizer.close();
            }
        } finally {
            use.writeLock().unlock();
        }
    }

    private float[] embed(String text) throws EmbeddingException {
        use.readLock().lock();
        try {
            Loaded natives = ready();
            return natives.encoder.encode(natives.tokenizer.encode(text, spec().maxTokens()));
        } finally {
            use.readLock().unlock();
        }
    }

    private Loaded ready() {
        Loaded natives = loaded;
        if (closed || natives == null) {
            throw new IllegalStateException("the embedding model " + spec().id() + " is closed");
        }
        return natives;
    }

    private void load() throws EmbeddingException {
        if (closed) {
            throw new IllegalStateException("the embedding model " + spec().id() + " is closed");
        }
        if (loaded != null) {
            return;
        }
        use.writeLock().lock();
        try {
            if (loaded == null && !closed) {
                loaded = open();
            }
        } catch (IOException | RuntimeException | LinkageError e) {
            throw new EmbeddingException(Reason.UNAVAILABLE, "cannot load the model " + spec().id() + ": " + e, e);
        } finally {
            use.writeLock().unlock();
        }
    }

    private Loaded open() throws IOException {
        return NativeLoading.withOwnClasses(() -> {
            OnnxEncoder encoder = OnnxEncoder.load(files.unpack(model.network()), spec().dimensions(), model.pooling());
            try {
                return new Loaded(Tokenizer.load(files.unpack(model.vocabulary())), encoder);
            } catch (IOException | RuntimeException e) {
                encoder.close();
                throw e;
            }
        });
    }

    private static void refuseBlank(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("a text to embed is blank");
        }
    }

    private static EmbeddingException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new EmbeddingException(Reason.INTERRUPTED, "interrupted while embedding", e);
    }
}
