package io.arketic.embeddings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFilesTest {

    private static final LocalModel.Resource VOCABULARY = LocalModel.MINI_LM.vocabulary();

    @TempDir
    private Path directory;

    @Test
    void unpacksOnce() throws Exception {
        ModelFiles files = new ModelFiles(directory.resolve("not/yet/there"));
        Path file = files.unpack(VOCABULARY);
        assertThat(file).hasSize(VOCABULARY.bytes());
        FileTime longAgo = FileTime.from(Instant.EPOCH);
        Files.setLastModifiedTime(file, longAgo);
        assertThat(files.unpack(VOCABULARY)).isEqualTo(file);
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(longAgo);
    }

    @Test
    void unpacksAgainWhatWasCutShort() throws Exception {
        Path file = new ModelFiles(directory).unpack(VOCABULARY);
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, new byte[] {1, 2, 3});
        assertThat(new ModelFiles(directory).unpack(VOCABULARY)).hasBinaryContent(whole);
    }

    @Test
    void unpacksAgainWhatWasChanged() throws Exception {
        Path file = new ModelFiles(directory).unpack(VOCABULARY);
        byte[] whole = Files.readAllBytes(file);
        byte[] changed = whole.clone();
        changed[changed.length / 2] ^= 1;
        Files.write(file, changed);
        assertThat(new ModelFiles(directory).unpack(VOCABULARY)).hasBinaryContent(whole);
    }

    @Test
    void severalAtOnceLeaveOneWholeFileAndNothingElse() throws Exception {
        ExecutorService processes = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Path>> calls = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                calls.add(() -> new ModelFiles(directory).unpack(VOCABULARY));
            }
            for (Future<Path> file : processes.invokeAll(calls)) {
                assertThat(file.get()).hasSize(VOCABULARY.bytes());
            }
        } finally {
            processes.shutdownNow();
        }
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).hasSize(1);
        }
    }

    @Test
    void refusesAResourceThatIsNotThePinnedOne() {
        LocalModel.Resource other = new LocalModel.Resource(VOCABULARY.name(), VOCABULARY.bytes(), "0".repeat(64));
        assertThatIOException()
                .isThrownBy(() -> new ModelFiles(directory).unpack(other))
                .withMessageContaining(VOCABULARY.name());
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void saysWhichJarIsMissing() {
        assertThatIOException()
                .isThrownBy(() -> new ModelFiles(directory).unpack(new LocalModel.Resource("gone.onnx", 1, "")))
                .withMessageContaining("gone.onnx");
    }
}
