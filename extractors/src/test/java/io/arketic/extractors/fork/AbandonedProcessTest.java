package io.arketic.extractors.fork;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.extractors.ExtractorSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the cleaning after killed processes. */
class AbandonedProcessTest {

    private static final long PATIENCE = 120;

    @TempDir
    Path directory;

    @Test
    void aParserEndsWithItsParentAndTheNextStartRemovesWhatBothLeft() throws Exception {
        Path temporary = Files.createDirectory(directory.resolve("tmp"));
        Path mark = directory.resolve("reached");
        Process parent = extracting(temporary, "hang.misbehave", "MISBEHAVE touchandhang " + mark);
        try {
            await(mark, parent);
            List<ProcessHandle> parsers = parent.descendants().toList();
            assertThat(parsers).isNotEmpty();
            parent.destroyForcibly();
            for (ProcessHandle parser : parsers) {
                parser.onExit().get(PATIENCE, TimeUnit.SECONDS);
            }
        } finally {
            parent.descendants().forEach(ProcessHandle::destroyForcibly);
            parent.destroyForcibly();
        }
        assertThat(list(temporary)).hasSize(1);

        Process next = extracting(temporary, "good.txt", "A good file.");
        assertThat(next.waitFor(PATIENCE, TimeUnit.SECONDS)).isTrue();
        assertThat(next.exitValue()).isZero();
        assertThat(list(temporary)).isEmpty();
    }

    @Test
    void aDirectoryInUseIsLeftAlone() throws Exception {
        Path temporary = Files.createDirectory(directory.resolve("tmp"));
        Path mark = directory.resolve("reached");
        Process living = extracting(temporary, "hang.misbehave", "MISBEHAVE touchandhang " + mark);
        try {
            await(mark, living);
            List<Path> inUse = list(temporary);
            assertThat(inUse).hasSize(1);

            Process other = extracting(temporary, "good.txt", "A good file.");
            assertThat(other.waitFor(PATIENCE, TimeUnit.SECONDS)).isTrue();
            assertThat(other.exitValue()).isZero();

            assertThat(list(temporary)).isEqualTo(inUse);
            assertThat(living.isAlive()).isTrue();
        } finally {
            living.descendants().forEach(ProcessHandle::destroyForcibly);
            living.destroyForcibly();
        }
    }

    /**
     * Checks a job that ends at once and takes its class loader with it: a thread that continues would find no more
     * classes.
     */
    @Test
    void whatIsClosedWhileItStartsLeavesNeitherThreadNorDirectory() throws IOException {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        List<Path> before = list(temporary);
        for (int i = 0; i < 5; i++) {
            ForkedExtractor.start(ExtractorSettings.of(System.getProperty("java.class.path")))
                    .close();
            assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .doesNotContain("parser-start", "parser-pipe");
        }
        assertThat(list(temporary))
                .filteredOn(path -> path.getFileName().toString().startsWith("arketic"))
                .isSubsetOf(before);
    }

    @Test
    void aDirectoryOfThisProcessIsLeftAlone() throws IOException {
        try (ScratchDirectory own = ScratchDirectory.create()) {
            ScratchDirectory.removeAbandoned();
            assertThat(own.path()).isDirectory();
        }
    }

    private Process extracting(Path temporary, String name, String content) throws IOException {
        Path file = Files.writeString(directory.resolve(name), content, StandardCharsets.UTF_8);
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        ExtractingProcess.class.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(name + ".log").toFile())
                .start();
    }

    /** Waits until the parser works. */
    private static void await(Path mark, Process process) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE);
        while (Files.notExists(mark)) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            assertThat(process.waitFor(50, TimeUnit.MILLISECONDS)).isFalse();
        }
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        }
    }
}
