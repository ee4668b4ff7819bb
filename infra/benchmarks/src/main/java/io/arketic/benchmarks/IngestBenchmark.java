package io.arketic.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Compares the whole way of many files with its most expensive step, embedding. */
@Command(
        name = "ingest",
        mixinStandardHelpOptions = true,
        description =
                "chunks/s from the first drop into the bucket to the last commit ÷ chunks/s of a raw ONNX Runtime loop"
                        + " on the same chunks: at least 0.85, with the TaskManager below 3 GiB resident. Needs the stack up.")
final class IngestBenchmark implements Callable<Integer> {

    private static final double BOUND = 0.85;
    private static final long RESIDENT_BOUND = 3 * 1024;
    private static final String TASK_MANAGER = "org.apache.flink.runtime.taskexecutor.TaskManagerRunner";

    @Mixin
    private final Stack stack = new Stack();

    @Option(names = "--files", defaultValue = "60", description = "${DEFAULT-VALUE}")
    private int files;

    @Option(names = "--characters", defaultValue = "16000", description = "of a file; ${DEFAULT-VALUE}")
    private int characters;

    @Option(names = "--threads", defaultValue = "2", description = "of the raw loop; ${DEFAULT-VALUE}")
    private int threads;

    @Option(
            names = "--through",
            defaultValue = "BUCKET",
            description = "${COMPLETION-CANDIDATES}: how files are dropped; ${DEFAULT-VALUE}")
    private Door door = Door.BUCKET;

    @Option(names = "--patience", defaultValue = "PT30M", description = "${DEFAULT-VALUE}")
    private Duration patience = Duration.ZERO;

    enum Door {
        BUCKET,
        API
    }

    @Override
    public Integer call() throws Exception {
        Path root = stack.checkout().root();
        // Another text at each run: the pipeline does not embed again what it knows.
        Texts texts = Texts.likeTheSamples(root, System.nanoTime());
        List<String> contents =
                Stream.generate(() -> texts.text(characters)).limit(files).toList();
        Workspace workspace = stack.workspace("ingest", 1000, 200);
        OptionalLong taskManager = ResidentMemory.find(TASK_MANAGER, root.toString());
        if (taskManager.isEmpty()) {
            throw new IllegalStateException("no TaskManager of " + root + " runs here: infra/arketic up");
        }
        Stack.Bucket bucket = stack.bucket();
        long start = System.nanoTime();
        for (int i = 0; i < files; i++) {
            drop(bucket, workspace, "file-" + i + ".txt", contents.get(i));
        }
        workspace.awaitEnd(files, patience);
        double seconds = (System.nanoTime() - start) / 1e9;
        long resident = ResidentMemory.peak(taskManager.getAsLong());
        List<String> chunks = workspace.chunks();
        double ingestRate = chunks.size() / seconds;
        Verdict.say("ingested %d files, %d chunks in %.1f s; embedding the same raw", files, chunks.size(), seconds);
        double rawRate = rawRate(chunks);
        return Verdict.of(
                ingestRate / rawRate >= BOUND && resident < RESIDENT_BOUND,
                "ingest: ratio %.3f (at least %.2f), end to end %.1f chunks/s, raw %.1f chunks/s, %d files, %d chunks,"
                        + " TaskManager %d MiB at most (below %d)",
                ingestRate / rawRate,
                BOUND,
                ingestRate,
                rawRate,
                files,
                chunks.size(),
                resident,
                RESIDENT_BOUND);
    }

    private void drop(Stack.Bucket bucket, Workspace workspace, String name, String content) throws Exception {
        if (door == Door.API) {
            workspace.client().upload(workspace.path("/documents"), name, content);
        } else {
            bucket.put(workspace.key(name), content);
        }
    }

    private double rawRate(List<String> chunks) throws Exception {
        try (RawOnnxLoop loop = new RawOnnxLoop(threads)) {
            List<long[]> tokens = loop.tokenise(chunks);
            loop.embed(tokens.subList(0, Math.min(16, tokens.size())));
            long start = System.nanoTime();
            loop.embed(tokens);
            return chunks.size() * 1e9 / (System.nanoTime() - start);
        }
    }
}
