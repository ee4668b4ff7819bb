package io.arketic.benchmarks;

import ai.djl.engine.Engine;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs the int8 bge-small as fast as ONNX Runtime can: each thread has a separate session and the runtime's default
 * memory options, and takes prepared token numbers from one counter, one text per run.
 */
final class RawOnnxLoop implements AutoCloseable {

    private static final String NETWORK = "/bge-small-en-v1.5-q.onnx";
    private static final String VOCABULARY = "/bge-small-en-v1.5-q-tokenizer.json";
    private static final int DIMENSIONS = 384;
    private static final int MAX_TOKENS = 512;

    private final OrtEnvironment environment;
    private final List<OrtSession> sessions = new ArrayList<>();
    private final HuggingFaceTokenizer tokenizer;
    private final ExecutorService threads;

    RawOnnxLoop(int threadCount) throws IOException, OrtException {
        // DJL, which the module uses, wants to be the one that makes the process's environment.
        Engine.getEngine("OnnxRuntime");
        environment = OrtEnvironment.getEnvironment();
        byte[] network = resource(NETWORK).readAllBytes();
        for (int i = 0; i < threadCount; i++) {
            try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
                options.setIntraOpNumThreads(1);
                options.setInterOpNumThreads(1);
                sessions.add(environment.createSession(network, options));
            }
        }
        tokenizer = HuggingFaceTokenizer.newInstance(
                resource(VOCABULARY),
                Map.of("truncation", "true", "padding", "false", "maxLength", String.valueOf(MAX_TOKENS)));
        threads = Executors.newFixedThreadPool(threadCount);
    }

    List<long[]> tokenise(List<String> texts) {
        return texts.stream().map(text -> tokenizer.encode(text).getIds()).toList();
    }

    /** Returns the vectors of the texts, in their order. */
    List<float[]> embed(List<long[]> tokens) throws Exception {
        float[][] vectors = new float[tokens.size()][];
        AtomicInteger next = new AtomicInteger();
        List<Callable<Void>> loops = new ArrayList<>();
        for (OrtSession session : sessions) {
            loops.add(() -> {
                for (int i = next.getAndIncrement(); i < vectors.length; i = next.getAndIncrement()) {
                    vectors[i] = embed(session, tokens.get(i));
                }
                return null;
            });
        }
        for (Future<Void> loop : threads.invokeAll(loops)) {
            loop.get();
        }
        return Arrays.asList(vectors);
    }

    private float[] embed(OrtSession session, long[] tokens) throws OrtException {
        long[] ones = new long[tokens.length];
        Arrays.fill(ones, 1);
        try (OnnxTensor ids = OnnxTensor.createTensor(environment, new long[][] {tokens});
                OnnxTensor mask = OnnxTensor.createTensor(environment, new long[][] {ones});
                OnnxTensor types = OnnxTensor.createTensor(environment, new long[][] {new long[tokens.length]});
                OrtSession.Result result =
                        session.run(Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", types))) {
            float[] vector = new float[DIMENSIONS];
            ((OnnxTensor) result.get(0)).getFloatBuffer().get(vector);
            return vector;
        }
    }

    @Override
    public void close() throws OrtException {
        threads.shutdown();
        for (OrtSession session : sessions) {
            session.close();
        }
        tokenizer.close();
    }

    private static InputStream resource(String name) throws IOException {
        InputStream resource = RawOnnxLoop.class.getResourceAsStream(name);
        if (resource == null) {
            throw new IOException("no " + name + " on the class path");
        }
        return resource;
    }
}
