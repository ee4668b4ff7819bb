package io.arketic.benchmarks.extraction;

import io.arketic.benchmarks.Checkout;
import io.arketic.benchmarks.Texts;
import io.arketic.benchmarks.Verdict;
import io.arketic.extractors.ExtractedDocument;
import io.arketic.extractors.ExtractionException;
import io.arketic.extractors.Extractor;
import io.arketic.extractors.ExtractorSettings;
import io.arketic.extractors.OcrSettings;
import io.arketic.extractors.fork.ForkedExtractor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
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
            "Pages per second through a parser process ÷ through Tika in this process, over the files that both read, both"
                    + " without recognising pictures: at least 0.8. Each file is read by both in turn, after one"
                    + " unmeasured round over small files.",
            "Where the directory holds manifest.tsv, truth/ and asserts.jsonl beside files/: word recall, word precision"
                    + " and the asserted strings that were found, with the bounds 0.965, 0.93 and 0.99.",
            "Scanned pages per minute through one parser process, and the growth of its memory while it reads the small"
                    + " files again and again: at most 64 MiB, and it ends before none of them."
        })
public final class ExtractBenchmark implements Callable<Integer> {

    private static final double SPEED = 0.8;
    private static final double RECALL = 0.965;
    private static final double PRECISION = 0.93;
    private static final double STRINGS = 0.99;
    private static final long GROWTH = 64;
    private static final int SMALL_BYTES = 100_000;
    private static final int WARM_UP_FILES = 60;
    private static final int SHOWN = 8;

    /** Keeps files of a second out of the many reads. */
    private static final Duration QUICK = Duration.ofMillis(200);

    @Mixin
    private final Checkout checkout = new Checkout();

    @Parameters(description = "directory of files, or one with files/ and what is known of them")
    private Path directory = Path.of(".");

    @Option(names = "--seconds", defaultValue = "60", description = "of one file in Tika; ${DEFAULT-VALUE}")
    private int seconds;

    @Option(names = "--scans", defaultValue = "20", description = "scanned pages; ${DEFAULT-VALUE}")
    private int scans;

    @Option(names = "--reads", defaultValue = "10000", description = "of small files; ${DEFAULT-VALUE}")
    private int reads;

    /** Holds a file and the nanoseconds that the parser process took longer than Tika. */
    private record Slower(Path file, long nanoseconds) {}

    /** Holds what one reader took for the files that both read. */
    private static final class Speed {
        private int files;
        private int pages;
        private long forked;
        private long direct;
        private final List<Slower> slower = new ArrayList<>();

        double ratio() {
            return (double) direct / forked;
        }

        double pagesASecond(long nanoseconds) {
            return pages * 1e9 / nanoseconds;
        }
    }

    @Override
    public Integer call() throws Exception {
        Path inner = directory.resolve("files");
        Path root = Files.isDirectory(inner) ? inner : directory;
        List<Path> files;
        try (Stream<Path> all = Files.walk(root)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        List<Path> quick = new ArrayList<>();
        Speed speed = speed(files, quick);
        Verdict.say(
                "%d of %d files read by both, %d pages: %.1f pages/s forked, %.1f in process, ratio %.2f",
                speed.files,
                files.size(),
                speed.pages,
                speed.pagesASecond(speed.forked),
                speed.pagesASecond(speed.direct),
                speed.ratio());
        speed.slower.stream()
                .sorted(Comparator.comparingLong(Slower::nanoseconds).reversed())
                .limit(SHOWN)
                .forEach(file ->
                        Verdict.say("  %.1f s more: %s", file.nanoseconds() / 1e9, root.relativize(file.file())));
        ParserMemory.Growth memory;
        try (Extractor extractor = ForkedExtractor.start(withoutRecognition().withFilesPerFork(Integer.MAX_VALUE))) {
            memory = ParserMemory.of(extractor, quick, reads);
        }
        ExtractionTruth.Score score;
        double scanned;
        try (Extractor extractor = ForkedExtractor.start(settings())) {
            scanned = pagesAMinute(extractor);
            Verdict.say("%.0f scanned pages a minute", scanned);
            score = ExtractionTruth.read(directory).score(texts(extractor, root, files)::get);
        }
        return verdict(files.size(), speed, memory, scanned, score);
    }

    private ExtractorSettings settings() {
        return ExtractorSettings.of(checkout.root().resolve("infra/dist/parsers/target/lib") + "/*");
    }

    private ExtractorSettings withoutRecognition() {
        return settings().withOcr(new OcrSettings("no-tesseract", List.of("eng"), 0, Duration.ofSeconds(1)));
    }

    /** @param quick filled with small files that are read in little time */
    private Speed speed(List<Path> files, List<Path> quick) throws IOException, InterruptedException {
        Speed speed = new Speed();
        TikaInProcess tika = new TikaInProcess(Duration.ofSeconds(seconds));
        try (Extractor extractor = ForkedExtractor.start(withoutRecognition())) {
            int read = 0;
            for (Path file : files) {
                // Both load their parsers, which takes seconds.
                if (read < WARM_UP_FILES && Files.size(file) < SMALL_BYTES) {
                    extracted(extractor, file);
                    tika.reads(file);
                    read++;
                }
            }
            for (Path file : files) {
                long start = System.nanoTime();
                ExtractedDocument ours = extracted(extractor, file);
                long forked = System.nanoTime() - start;
                boolean theirs = tika.reads(file);
                long direct = System.nanoTime() - start - forked;
                if (ours != null && theirs) {
                    speed.files++;
                    speed.pages += Math.max(1, ours.pages().size());
                    speed.forked += forked;
                    speed.direct += direct;
                    speed.slower.add(new Slower(file, forked - direct));
                }
                if (Files.size(file) < SMALL_BYTES && forked < QUICK.toNanos()) {
                    quick.add(file);
                }
            }
        }
        return speed;
    }

    private double pagesAMinute(Extractor extractor) throws IOException, InterruptedException {
        Path file = Files.createTempFile("scans", ".pdf");
        try {
            ScannedPages.write(file, 1, Texts.likeTheSamples(checkout.root(), 3));
            extracted(extractor, file);
            ScannedPages.write(file, scans, Texts.likeTheSamples(checkout.root(), 7));
            long start = System.nanoTime();
            ExtractedDocument read = extracted(extractor, file);
            long took = System.nanoTime() - start;
            long recognized = read == null
                    ? 0
                    : read.pages().stream()
                            .filter(page -> page.confidence() != null)
                            .count();
            return recognized * 60e9 / took;
        } finally {
            Files.delete(file);
        }
    }

    private static Map<String, String> texts(Extractor extractor, Path root, List<Path> files)
            throws InterruptedException {
        Map<String, String> texts = new HashMap<>();
        for (Path file : files) {
            ExtractedDocument document = extracted(extractor, file);
            texts.put(root.relativize(file).toString(), document == null ? "" : document.text());
        }
        return texts;
    }

    private static @Nullable ExtractedDocument extracted(Extractor extractor, Path file) throws InterruptedException {
        try {
            return extractor.extract(file, file.getFileName().toString());
        } catch (ExtractionException refused) {
            return null;
        }
    }

    private static int verdict(
            int files, Speed speed, ParserMemory.Growth memory, double scanned, ExtractionTruth.Score score) {
        boolean right = score.recall() >= RECALL && score.precision() >= PRECISION && score.share() >= STRINGS;
        return Verdict.of(
                speed.ratio() >= SPEED
                        && memory.mebibytes() <= GROWTH
                        && memory.deaths() == 0
                        && (right || score.files() == 0),
                "extract: %d files; pages/s forked ÷ in process %.2f (at least %.2f); %d whole texts: recall %.3f (%.3f),"
                        + " precision %.3f (%.3f); strings %d of %d = %.3f (%.2f); %.0f scanned pages a minute; parser"
                        + " %d MiB, %d MiB after %d files, %d deaths (grows by at most %d MiB)",
                files,
                speed.ratio(),
                SPEED,
                score.files(),
                score.recall(),
                RECALL,
                score.precision(),
                PRECISION,
                score.found(),
                score.strings(),
                score.share(),
                STRINGS,
                scanned,
                memory.early(),
                memory.late(),
                memory.files(),
                memory.deaths(),
                GROWTH);
    }
}
