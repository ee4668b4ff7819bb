package io.arketic.benchmarks;

import io.arketic.extractors.ExtractedDocument;
import io.arketic.extractors.ExtractionException;
import io.arketic.extractors.Extractor;
import io.arketic.extractors.ExtractorSettings;
import io.arketic.extractors.fork.ForkedExtractor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.parser.AutoDetectParser;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.sax.BodyContentHandler;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures the reading of files against Tika as it is, in one process. */
@Command(
        name = "extract",
        mixinStandardHelpOptions = true,
        description = {
            "Pages per second through a parser process ÷ through Tika in this process, over the files that both read: at"
                    + " least 0.8. Each file is read by both in turn, after one unmeasured round over small files.",
            "Where the directory holds manifest.tsv, truth/ and asserts.jsonl beside files/: word recall, word precision"
                    + " and the asserted strings that were found, with the bounds 0.965, 0.93 and 0.99."
        })
final class ExtractBenchmark implements Callable<Integer> {

    private static final double SPEED = 0.8;
    private static final double RECALL = 0.965;
    private static final double PRECISION = 0.93;
    private static final double STRINGS = 0.99;
    private static final int WARM_UP_BYTES = 100_000;
    private static final int WARM_UP_FILES = 60;

    @Mixin
    private final Checkout checkout = new Checkout();

    @Parameters(description = "directory of files, or one with files/ and what is known of them")
    private Path directory = Path.of(".");

    @Option(names = "--seconds", defaultValue = "60", description = "of one file in Tika; ${DEFAULT-VALUE}")
    private int seconds;

    private final ExecutorService inProcess = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "tika");
        thread.setDaemon(true);
        return thread;
    });

    /** Holds what one reader gave for a file. */
    private record Reading(@Nullable String text, int pages, long nanoseconds) {}

    @Override
    public Integer call() throws Exception {
        Path inner = directory.resolve("files");
        Path root = Files.isDirectory(inner) ? inner : directory;
        List<Path> files;
        try (Stream<Path> all = Files.walk(root)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        Map<String, String> texts = new HashMap<>();
        List<Reading> forked = new ArrayList<>();
        List<Reading> direct = new ArrayList<>();
        try (Extractor extractor = ForkedExtractor.start(
                ExtractorSettings.of(checkout.root().resolve("infra/dist/parsers/target/lib") + "/*"))) {
            AutoDetectParser tika = new AutoDetectParser();
            warmUp(files, extractor, tika);
            for (Path file : files) {
                Reading ours = ours(extractor, file);
                Reading theirs = theirs(tika, file);
                if (ours.text() != null) {
                    texts.put(root.relativize(file).toString(), ours.text());
                }
                if (ours.text() != null && theirs.text() != null) {
                    forked.add(ours);
                    direct.add(theirs);
                }
            }
        }
        return verdict(
                files.size(), forked, direct, ExtractionTruth.read(directory).score(texts::get));
    }

    private static int verdict(int files, List<Reading> forked, List<Reading> direct, ExtractionTruth.Score score) {
        int pages = forked.stream().mapToInt(Reading::pages).sum();
        double ours = pages / seconds(forked);
        double theirs = pages / seconds(direct);
        boolean known = score.files() > 0;
        double strings = score.strings() == 0 ? 1 : (double) score.found() / score.strings();
        boolean right = !known || score.recall() >= RECALL && score.precision() >= PRECISION && strings >= STRINGS;
        return Verdict.of(
                ours / theirs >= SPEED && right,
                "extract: %d files, %d pages of %d that both read; %.1f pages/s forked, %.1f in process, ratio %.2f (at least"
                        + " %.2f); %d whole texts: recall %.3f (%.3f), precision %.3f (%.3f); strings %d of %d = %.3f (%.2f)",
                files,
                pages,
                forked.size(),
                ours,
                theirs,
                ours / theirs,
                SPEED,
                score.files(),
                score.recall(),
                RECALL,
                score.precision(),
                PRECISION,
                score.found(),
                score.strings(),
                strings,
                STRINGS);
    }

    private static double seconds(List<Reading> readings) {
        return readings.stream().mapToLong(Reading::nanoseconds).sum() / 1e9;
    }

    /** Loads the parsers of both, which takes seconds. */
    private void warmUp(List<Path> files, Extractor extractor, AutoDetectParser tika) throws Exception {
        int read = 0;
        for (Path file : files) {
            if (read < WARM_UP_FILES && Files.size(file) < WARM_UP_BYTES) {
                ours(extractor, file);
                theirs(tika, file);
                read++;
            }
        }
    }

    private static Reading ours(Extractor extractor, Path file) throws InterruptedException {
        long start = System.nanoTime();
        try {
            ExtractedDocument document =
                    extractor.extract(file, file.getFileName().toString());
            return new Reading(document.text(), Math.max(1, document.pages().size()), System.nanoTime() - start);
        } catch (ExtractionException refused) {
            return new Reading(null, 0, System.nanoTime() - start);
        }
    }

    private Reading theirs(AutoDetectParser tika, Path file) throws InterruptedException {
        long start = System.nanoTime();
        Future<String> parsed = inProcess.submit(() -> parsed(tika, file));
        try {
            return new Reading(parsed.get(seconds, TimeUnit.SECONDS), 1, System.nanoTime() - start);
        } catch (ExecutionException | TimeoutException failed) {
            parsed.cancel(true);
            return new Reading(null, 0, System.nanoTime() - start);
        }
    }

    private static String parsed(AutoDetectParser tika, Path file) throws Exception {
        Metadata metadata = new Metadata();
        metadata.set(TikaCoreProperties.RESOURCE_NAME_KEY, file.getFileName().toString());
        BodyContentHandler text = new BodyContentHandler(-1);
        try (var stream = Files.newInputStream(file)) {
            tika.parse(stream, text, metadata, new ParseContext());
        } catch (StackOverflowError | OutOfMemoryError tooMuch) {
            throw new IOException(tooMuch);
        }
        return text.toString();
    }
}
