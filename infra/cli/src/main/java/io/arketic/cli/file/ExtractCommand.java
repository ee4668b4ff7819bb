package io.arketic.cli.file;

import io.arketic.cli.terminal.Checkout;
import io.arketic.cli.terminal.CommandException;
import io.arketic.cli.terminal.ExitStatus;
import io.arketic.cli.terminal.FileTree;
import io.arketic.cli.terminal.Terminal;
import io.arketic.embeddings.EmbeddingModel;
import io.arketic.embeddings.EmbeddingModels;
import io.arketic.embeddings.EmbeddingSettings;
import io.arketic.embeddings.SettingReader;
import io.arketic.extractors.ExtractLimits;
import io.arketic.extractors.Extractor;
import io.arketic.extractors.ExtractorSettings;
import io.arketic.extractors.OcrSettings;
import io.arketic.extractors.chunk.Chunker;
import io.arketic.extractors.chunk.ChunkingOptions;
import io.arketic.extractors.fork.ForkedExtractor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs the first steps of the pipeline over local files. */
@Command(
        name = "extract",
        mixinStandardHelpOptions = true,
        description = {
            "Shows what the pipeline would see of files, without the stack and without ingesting them.",
            "For each file NAME it writes NAME.txt (the text) and NAME.json (metadata, warnings, pages, blocks and chunks,"
                    + " with offsets in Unicode code points), or NAME.error.json with the reason why there is none.",
            "Ends with 0 when every file got an outcome, refusals included."
        })
public final class ExtractCommand implements Callable<Integer> {

    @Parameters(arity = "1..*", paramLabel = "FILE|DIR", description = "Files, or directories with all their files.")
    private List<Path> arguments = List.of();

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Output directory; created if missing.")
    private Path out = Path.of("");

    @Option(
            names = "--chunk-size",
            defaultValue = "1000",
            paramLabel = "N",
            description = "Longest chunk in characters (default: ${DEFAULT-VALUE}).")
    private int chunkSize;

    @Option(
            names = "--chunk-overlap",
            defaultValue = "200",
            paramLabel = "N",
            description = "Overlap of neighbouring chunks in characters (default: ${DEFAULT-VALUE}).")
    private int chunkOverlap;

    @Option(names = "--password", paramLabel = "WORD", description = "Password for encrypted files; may be repeated.")
    private List<String> passwords = new ArrayList<>();

    @Option(
            names = "--ocr-languages",
            split = ",",
            paramLabel = "LANGUAGE",
            description =
                    "Languages of scans and pictures, in Tesseract's names (default: the first of ARKETIC_OCR_LANGUAGES, or"
                            + " eng).")
    private List<String> ocrLanguages = new ArrayList<>();

    @Option(
            names = "--timeout",
            defaultValue = "60",
            paramLabel = "SECONDS",
            description = "Time limit of one file (default: ${DEFAULT-VALUE}).")
    private int timeoutSeconds;

    @Option(
            names = "--forks",
            paramLabel = "N",
            description = "Files read in parallel (default: one for each processor).")
    private int forks = Runtime.getRuntime().availableProcessors();

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<FileTree.Entry> files = FileTree.of(arguments);
        if (files.isEmpty()) {
            throw CommandException.unusable("no files there");
        }
        ExtractorSettings settings;
        ChunkingOptions chunking;
        EmbeddingModels models = new EmbeddingModels(EmbeddingSettings.from(ExtractCommand::environment));
        EmbeddingModel model = models.defaultModel();
        try {
            chunking = new ChunkingOptions(chunkSize, chunkOverlap, model.spec().maxTokens());
            settings = settings();
        } catch (IllegalArgumentException e) {
            models.close();
            throw CommandException.unusable(String.valueOf(e.getMessage()));
        }
        Files.createDirectories(out);
        Instant began = Instant.now();
        var terminal = Terminal.system();
        var summary = new ExtractionSummary(files.size());
        try (models;
                Extractor extractor = ForkedExtractor.start(settings)) {
            var step =
                    new ExtractionStep(extractor, new Chunker(), model, chunking, new ExtractionWriter(out), summary);
            runAll(files, step, () -> terminal.progress(summary.progress()));
        }
        terminal.finishProgress(summary.progress());
        summary.lines(Duration.between(began, Instant.now())).forEach(terminal::line);
        return summary.complete() ? 0 : ExitStatus.FAILED;
    }

    private void runAll(List<FileTree.Entry> files, ExtractionStep step, Runnable progress)
            throws InterruptedException {
        ExecutorService workers = Executors.newFixedThreadPool(forks);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (FileTree.Entry file : files) {
                running.add(workers.submit(() -> {
                    step.run(file);
                    return null;
                }));
            }
            for (Future<?> file : running) {
                progress.run();
                file.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            workers.shutdownNow();
        }
    }

    private ExtractorSettings settings() {
        Path parsers = Checkout.current().parsers();
        if (!Files.isDirectory(parsers)) {
            throw CommandException.unusable("the parsers are not built; build them with: mvn -DskipTests package");
        }
        ExtractLimits standard = ExtractLimits.DEFAULT;
        return ExtractorSettings.of(parsers + "/*")
                .withForks(forks)
                .withPasswords(passwords)
                .withOcr(ocr())
                .withLimits(new ExtractLimits(
                        Duration.ofSeconds(timeoutSeconds),
                        standard.parserHeap(),
                        standard.maxFileBytes(),
                        standard.maxCharacters(),
                        standard.maxEmbeddedDepth(),
                        standard.maxEmbeddedCount()));
    }

    private OcrSettings ocr() {
        OcrSettings standard = OcrSettings.DEFAULT;
        SettingReader settings = SettingReader.of(System.getenv()).below("ocr.");
        String installed = settings.value("languages");
        List<String> languages = ocrLanguages;
        if (languages.isEmpty()) {
            languages = installed == null
                    ? standard.languages()
                    : List.of(OcrSettings.split(installed).get(0));
        }
        return new OcrSettings(
                settings.text("program", standard.program()),
                languages,
                settings.number("max-pages", standard.maxPages()),
                settings.duration("page-timeout", standard.pageTimeout()));
    }

    private static @Nullable String environment(String property) {
        return System.getenv(property.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_'));
    }
}
