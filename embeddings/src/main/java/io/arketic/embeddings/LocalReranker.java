package io.arketic.embeddings;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslateException;
import ai.djl.translate.TranslatorContext;
import io.arketic.embeddings.EmbeddingException.Reason;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Runs a cross-encoder in this process, one passage after the other on the caller's thread. A network with one output
 * gives the score itself, one with two the lead of the second class; both become a number from 0 to 1.
 */
final class LocalReranker implements Reranker {

    /** Limits the tokens to the length that BERT and similar models were trained with. */
    private static final int MAX_TOKENS = 512;

    /** Limits the tokens of a question; a longer one leaves too little room for the passage. */
    private static final int MAX_QUESTION = 128;

    private record Pair(long[] ids, long[] types) {}

    private final Model model;
    private final Tokenizer tokenizer;
    private final Set<String> inputs;
    private final ReadWriteLock use = new ReentrantReadWriteLock();
    private boolean closed;

    private LocalReranker(Model model, Tokenizer tokenizer) {
        this.model = model;
        this.tokenizer = tokenizer;
        this.inputs = Set.copyOf(model.getBlock().describeInput().keys());
    }

    static LocalReranker load(Path file) {
        try {
            return NativeLoading.withOwnClasses(() -> {
                Path vocabulary = vocabulary(file);
                Model model = OnnxEncoder.open(file);
                try {
                    return new LocalReranker(model, Tokenizer.load(vocabulary));
                } catch (IOException | RuntimeException e) {
                    model.close();
                    throw e;
                }
            });
        } catch (IOException | RuntimeException | LinkageError e) {
            throw SettingValue.refused(
                    "arketic.rerank.model", file, "an ONNX cross-encoder with tokenizer.json beside it: " + e);
        }
    }

    private static Path vocabulary(Path file) throws IOException {
        for (String place : List.of("tokenizer.json", "../tokenizer.json")) {
            Path vocabulary = file.toAbsolutePath().resolveSibling(place).normalize();
            if (Files.exists(vocabulary)) {
                return vocabulary;
            }
        }
        throw new IOException("there is no tokenizer.json");
    }

    @Override
    public double[] score(String question, List<String> passages) throws EmbeddingException {
        use.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("the reranker is closed");
            }
            String asked = tokenizer.cut(question, MAX_QUESTION);
            double[] scores = new double[passages.size()];
            try (Predictor<Pair, Double> predictor = model.newPredictor(new OnePair())) {
                for (int i = 0; i < scores.length; i++) {
                    if (Thread.currentThread().isInterrupted()) {
                        throw new EmbeddingException(Reason.INTERRUPTED, "interrupted while reranking");
                    }
                    scores[i] = predictor.predict(pair(asked, passages.get(i)));
                    if (!Double.isFinite(scores[i])) {
                        throw new EmbeddingException(Reason.BAD_ANSWER, "the reranker answered no number");
                    }
                }
            } catch (TranslateException e) {
                throw new EmbeddingException(Reason.UNAVAILABLE, "the reranker failed: " + e.getMessage(), e);
            }
            return scores;
        } finally {
            use.readLock().unlock();
        }
    }

    private Pair pair(String question, String passage) {
        Tokenizer.Pair whole = tokenizer.encode(question, passage);
        if (whole.ids().length <= MAX_TOKENS) {
            return new Pair(whole.ids(), whole.types());
        }
        long[] ids = Arrays.copyOf(whole.ids(), MAX_TOKENS);
        ids[MAX_TOKENS - 1] = whole.ids()[whole.ids().length - 1];
        return new Pair(ids, Arrays.copyOf(whole.types(), MAX_TOKENS));
    }

    /** Waits for the passages that are being read. */
    @Override
    public void close() {
        use.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                model.close();
                tokenizer.close();
            }
        } finally {
            use.writeLock().unlock();
        }
    }

    private final class OnePair implements NoBatchifyTranslator<Pair, Double> {

        @Override
        public NDList processInput(TranslatorContext context, Pair pair) {
            long[] all = new long[pair.ids().length];
            Arrays.fill(all, 1);
            NDList list = new NDList();
            add(list, context, "input_ids", pair.ids());
            add(list, context, "attention_mask", all);
            add(list, context, "token_type_ids", pair.types());
            return list;
        }

        /** Networks of the RoBERTa family take no types. */
        private void add(NDList list, TranslatorContext context, String name, long[] values) {
            if (inputs.contains(name)) {
                NDArray array = context.getNDManager().create(values, new Shape(1, values.length));
                array.setName(name);
                list.add(array);
            }
        }

        @Override
        public Double processOutput(TranslatorContext context, NDList outputs) throws TranslateException {
            FloatBuffer logits = outputs.head().toByteBuffer().asFloatBuffer();
            double lead = switch (logits.remaining()) {
                case 1 -> logits.get(0);
                case 2 -> logits.get(1) - logits.get(0);
                default ->
                    throw new TranslateException(
                            "its network is no cross-encoder: it has " + logits.remaining() + " outputs");
            };
            return 1 / (1 + Math.exp(-lead));
        }
    }
}
