package io.arketic.extractors.fork;

import io.arketic.extractors.OcrSettings;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs the program Tesseract on this machine. It is looked for with each file, so it may be installed while this
 * process runs. Safe for use by several threads.
 *
 * <p>It runs with one thread, an empty environment, and limits of time and memory that hold also when this process dies.
 */
final class Tesseract {

    /** Limits its memory; the largest pictures take 0.3 GiB. */
    private static final long MEMORY_KIB = 2L << 20;

    private static final Duration LIST_WITHIN = Duration.ofSeconds(20);
    private static final String USUAL_PATH = "/usr/local/bin:/usr/bin:/bin";
    private static final String ORIENTATION = "osd";
    private static final String WITHIN_LIMITS = "ulimit -t \"$1\" && ulimit -v \"$2\" && shift 2 && exec \"$@\"";
    private static final String DATA_DIRECTORY = "TESSDATA_PREFIX";

    private final OcrSettings settings;
    private volatile Set<String> installed = Set.of();

    Tesseract(OcrSettings settings) {
        this.settings = settings;
    }

    OcrSettings settings() {
        return settings;
    }

    /** Returns what {@code languages} need and this machine lacks; null if it lacks none. */
    @Nullable
    String lacks(List<String> languages) {
        Optional<Path> program = program();
        if (program.isEmpty()) {
            return settings.program() + " is not installed";
        }
        if (!installed.containsAll(languages)) {
            installed = list(program.get());
        }
        List<String> missing = languages.stream()
                .filter(language -> !installed.contains(language))
                .toList();
        return missing.isEmpty() ? null : settings.program() + " has no data for " + String.join(", ", missing);
    }

    /**
     * Starts the recognition of one picture: a PGM file on standard input gives a table of words on standard output.
     *
     * @throws IOException when it cannot be started
     */
    Process start(List<String> languages) throws IOException {
        Path program = program().orElseThrow(() -> new IOException(settings.program() + " is gone"));
        // Mode 1 detects the rotation of the page; mode 3 needs no data for it.
        String mode = installed.contains(ORIENTATION) ? "1" : "3";
        String seconds = Long.toString(settings.pageTimeout().toSeconds() + 1);
        return start(
                "/bin/sh",
                "-c",
                WITHIN_LIMITS,
                "sh",
                seconds,
                Long.toString(MEMORY_KIB),
                program.toString(),
                "stdin",
                "stdout",
                "-l",
                String.join("+", languages),
                "--psm",
                mode,
                "tsv");
    }

    private static Process start(String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        @Nullable String data = System.getenv(DATA_DIRECTORY);
        builder.environment().clear();
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().put("OMP_THREAD_LIMIT", "1");
        if (data != null) {
            builder.environment().put(DATA_DIRECTORY, data);
        }
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        return builder.start();
    }

    private static Set<String> list(Path program) {
        Set<String> languages = new TreeSet<>();
        try {
            Process process = start(program.toString(), "--list-langs");
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                lines.lines().skip(1).map(String::strip).forEach(languages::add);
            } finally {
                if (!process.waitFor(LIST_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            }
        } catch (IOException | UncheckedIOException e) {
            return Set.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Set.of();
        }
        return languages;
    }

    private Optional<Path> program() {
        Path given = Path.of(settings.program());
        Stream<Path> places = given.getNameCount() > 1
                ? Stream.of(given.toAbsolutePath())
                : Stream.of(path().split(File.pathSeparator))
                        .filter(directory -> !directory.isEmpty())
                        .map(directory -> Path.of(directory).resolve(given));
        return places.filter(Files::isRegularFile).filter(Files::isExecutable).findFirst();
    }

    private static String path() {
        String path = System.getenv("PATH");
        return path == null ? USUAL_PATH : path;
    }
}
