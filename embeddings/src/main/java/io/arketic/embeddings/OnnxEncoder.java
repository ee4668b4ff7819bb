package io.arketic.embeddings;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslateException;
import ai.djl.translate.TranslatorContext;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Runs a network on the calling thread: the token numbers of one text in, its vector out.
 *
 * <p>Safe for use by several threads, which share the weights. Not to be closed while a text is being encoded.
 */
final class OnnxEncoder implements AutoCloseable {

    /**
     * Uses one thread for a text: several threads for one text spin, and halve the rate of several texts at once.
     * Without the arena and its patterns for each input length, memory is released after each text, at the same rate.
     */
    private static final Map<String, String> SESSION = Map.of(
            "intraOpNumThreads", "1",
            "interOpNumThreads", "1",
            "cpuArenaAllocator", "false",
            "memoryPatternOptimization", "false");

    private final Model model;
    private final int dimensions;
    private final Pooling pooling;
    private final Queue<Predictor<long[], float[]>> idle = new ConcurrentLinkedQueue<>();

    private OnnxEncoder(Model model, int dimensions, Pooling pooling) {
        this.model = model;
        this.dimensions = dimensions;
        this.pooling = pooling;
    }

    static OnnxEncoder load(Path file, int dimensions, Pooling pooling) throws IOException {
        return new OnnxEncoder(open(file), dimensions, pooling);
    }

    /** Loads a network; each run takes one thread. */
    static Model open(Path file) throws IOException {
        Model model = Model.newInstance(file.getFileName().toString(), "OnnxRuntime");
        try {
            model.load(file, null, SESSION);
            return model;
        } catch (MalformedModelException e) {
            model.close();
            throw new IOException("the runtime cannot load " + file, e);
        } catch (IOException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /** @param tokens with the special tokens, at most as many as the model takes */
    float[] encode(long[] tokens) throws EmbeddingException {
        Predictor<long[], float[]> predictor = idle.poll();
        if (predictor == null) {
            predictor = model.newPredictor(new OneText());
        }
        float[] vector;
        try {
            vector = predictor.predict(tokens);
        } catch (TranslateException e) {
            predictor.close();
            throw new EmbeddingException(
                    EmbeddingException.Reason.UNAVAILABLE, "the runtime failed at a text: " + e.getMessage(), e);
        }
        idle.add(predictor);
        return UnitVector.of(vector);
    }

    @Override
    public void close() {
        idle.forEach(Predictor::close);
        idle.clear();
        model.close();
    }

    private final class OneText implements NoBatchifyTranslator<long[], float[]> {

        @Override
        public NDList processInput(TranslatorContext context, long[] tokens) {
            Shape shape = new Shape(1, tokens.length);
            long[] all = new long[tokens.length];
            Arrays.fill(all, 1);
            return new NDList(
                    named("input_ids", context, tokens, shape),
                    named("attention_mask", context, all, shape),
                    named("token_type_ids", context, new long[tokens.length], shape));
        }

        private static NDArray named(String name, TranslatorContext context, long[] values, Shape shape) {
            NDArray array = context.getNDManager().create(values, shape);
            array.setName(name);
            return array;
        }

        @Override
        public float[] processOutput(TranslatorContext context, NDList outputs) {
            FloatBuffer states = outputs.head().toByteBuffer().asFloatBuffer();
            return pooling.pool(states, dimensions);
        }
    }
}
