package io.arketic.rag.preview;

import io.arketic.rag.avatar.JpegOrientation;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/**
 * Draws a file in a Java process of its own, which has no environment, a small heap, a directory for temporary files and
 * limited time. Whatever the file does to it, this process reads two images of limited size, or an exit status.
 *
 * <p>Decoders allocate memory beside the heap, as many bytes as the file asks for. So a limit holds for all the data of the
 * process, and the kernel without memory ends it before this one.
 */
@Component
public class PreviewFork {

    /** Names the kinds of files that are drawn. */
    public enum Kind {
        PDF,
        PICTURE
    }

    private static final Logger log = LoggerFactory.getLogger(PreviewFork.class);

    /** Names the worker as a string: this process never loads its class. */
    private static final String WORKER = "io.arketic.preview.PreviewWorker";

    /** Starts a class from the jar in which Spring Boot packs the API with its libraries. */
    private static final String BOOT_LAUNCHER = "org.springframework.boot.loader.launch.PropertiesLauncher";

    private static final String PREFIX = "arketic-preview-";

    /** Names this process as no earlier one: the first process of a container always has the same id. */
    private static final String OWN_PREFIX = PREFIX + thisProcess() + "-";

    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final Duration DEATH_LIMIT = Duration.ofSeconds(10);
    private static final Path SHELL = Path.of("/bin/sh");

    /** Limits the memory that the process writes: heap, metaspace, code and what the decoders allocate. */
    private static final long DATA_KIB = 512L << 10;

    /** Goes on where a limit cannot be set, for example because a lower one holds. */
    private static final String WITHIN_LIMITS =
            "ulimit -d \"$1\"; echo 1000 > /proc/self/oom_score_adj; shift; exec \"$@\"";

    private static final int EXIF_WITHIN = 128 << 10;
    private static final long LARGEST_IMAGE = 16L << 20;
    private static final int DRAWN = 0;
    private static final int UNREADABLE = 10;
    private static final int TOO_LARGE = 11;

    /** Is the status of a Java that could not start, or had no memory from the machine. */
    private static final int NO_JAVA = 1;

    /** Lists the statuses by which a shell says that it could not start a program. */
    private static final Set<Integer> NO_PROGRAM = Set.of(126, 127);

    /** Begins the statuses of processes that a signal ended. */
    private static final int SIGNALS = 128;

    PreviewFork() {
        removeAbandoned();
    }

    /**
     * Draws a file.
     *
     * @throws IOException when the file cannot be read, no process can be started, or its end may be due to the machine
     */
    public Drawing draw(Kind kind, InputStream bytes) throws IOException, InterruptedException {
        Path scratch = Files.createTempDirectory(OWN_PREFIX);
        try {
            Path file = scratch.resolve("file");
            Files.copy(bytes, file);
            return run(kind, file, scratch);
        } finally {
            delete(scratch);
        }
    }

    private static Drawing run(Kind kind, Path file, Path scratch) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(limited(command(kind, file, scratch)));
        builder.environment().clear();
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.directory(scratch.toFile());
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        Process process = builder.start();
        try {
            if (!process.waitFor(LONGEST.toMillis(), TimeUnit.MILLISECONDS)) {
                return new Drawing.Undrawable(Drawing.Reason.TIME_LIMIT);
            }
            int status = process.exitValue();
            if (status == NO_JAVA || NO_PROGRAM.contains(status) || status >= SIGNALS) {
                throw new IOException("the process that draws a preview ended with status " + status);
            }
            return switch (status) {
                case DRAWN ->
                    new Drawing.Drawn(image(scratch.resolve("page.png")), image(scratch.resolve("thumbnail.png")));
                case UNREADABLE -> new Drawing.Undrawable(Drawing.Reason.UNREADABLE);
                case TOO_LARGE -> new Drawing.Undrawable(Drawing.Reason.TOO_LARGE);
                default -> new Drawing.Undrawable(Drawing.Reason.CRASHED);
            };
        } finally {
            end(process);
        }
    }

    /** Waits for its end also when this thread is interrupted: until then it may write into its directory. */
    private static void end(Process process) {
        process.destroyForcibly();
        process.onExit()
                .completeOnTimeout(process, DEATH_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    private static List<String> limited(List<String> command) {
        if (!Files.isExecutable(SHELL)) {
            return command;
        }
        List<String> limited =
                new ArrayList<>(List.of(SHELL.toString(), "-c", WITHIN_LIMITS, "sh", Long.toString(DATA_KIB)));
        limited.addAll(command);
        return limited;
    }

    private static byte[] image(Path file) throws IOException {
        try (InputStream bytes = Files.newInputStream(file)) {
            byte[] image = bytes.readNBytes(Math.toIntExact(LARGEST_IMAGE));
            if (image.length == LARGEST_IMAGE) {
                throw new IOException("a preview has more than " + LARGEST_IMAGE + " bytes");
            }
            return image;
        }
    }

    private static List<String> command(Kind kind, Path file, Path scratch) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-Xss1m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:MaxMetaspaceSize=64m",
                "-XX:MaxDirectMemorySize=32m",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:-UsePerfData",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + scratch.resolve("hs_err.log"),
                "-Djava.io.tmpdir=" + scratch,
                "-Duser.home=" + scratch,
                "-Djava.awt.headless=true",
                "-Dfile.encoding=UTF-8",
                "-Duser.language=en",
                "-Duser.country=US",
                "-cp",
                absolute(System.getProperty("java.class.path"))));
        if (isPacked()) {
            command.add("-Dloader.main=" + WORKER);
            command.add(BOOT_LAUNCHER);
        } else {
            command.add(WORKER);
        }
        command.addAll(
                List.of(kind.name().toLowerCase(Locale.ROOT), file.toString(), String.valueOf(orientation(file))));
        return command;
    }

    /** Returns whether this process runs from one jar that contains the libraries. */
    private static boolean isPacked() {
        return String.valueOf(PreviewFork.class.getResource("PreviewFork.class"))
                .contains("BOOT-INF");
    }

    private static int orientation(Path file) throws IOException {
        try (InputStream bytes = Files.newInputStream(file)) {
            return JpegOrientation.of(bytes.readNBytes(EXIF_WITHIN));
        }
    }

    /** Makes the class path absolute, because the process has its own working directory. */
    private static String absolute(String classPath) {
        return Stream.of(classPath.split(File.pathSeparator))
                .map(entry -> new File(entry).getAbsolutePath())
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String thisProcess() {
        ProcessHandle self = ProcessHandle.current();
        long started = self.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        return self.pid() + "-" + started;
    }

    /** Removes the directories of processes that were killed, also of one that had the id of this one. */
    private static void removeAbandoned() {
        Path parent = Path.of(System.getProperty("java.io.tmpdir"));
        try (DirectoryStream<Path> found = Files.newDirectoryStream(parent, PREFIX + "*")) {
            for (Path directory : found) {
                String name = String.valueOf(directory.getFileName());
                String owner = name.substring(PREFIX.length());
                long process = Long.parseLong(owner.substring(0, owner.indexOf('-')));
                boolean isFormer = process == ProcessHandle.current().pid() && !name.startsWith(OWN_PREFIX);
                if (isFormer || ProcessHandle.of(process).isEmpty()) {
                    delete(directory);
                }
            }
        } catch (IOException | RuntimeException left) {
            log.warn("Temporary files of previews were left behind: {}", left.getMessage());
        }
    }

    private static void delete(Path directory) {
        try {
            FileSystemUtils.deleteRecursively(directory);
        } catch (IOException left) {
            log.warn("Temporary files of a preview were left behind: {}", left.getMessage());
        }
    }
}
