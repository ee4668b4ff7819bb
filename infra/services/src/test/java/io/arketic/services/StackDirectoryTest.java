package io.arketic.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackDirectoryTest {

    private static final LocalStack.Progress SILENT = new LocalStack.Progress() {
        @Override
        public void starting(String component) {}

        @Override
        public void serving(String component, Duration took) {}

        @Override
        public void stopped(String component) {}

        @Override
        public void broken(String part, String reason) {}
    };

    private static final LocalStack.Steps UNREACHED = new LocalStack.Steps() {
        @Override
        public void prepareDatabase(StackSettings settings) {
            throw new AssertionError("nothing was to start");
        }

        @Override
        public void prepareStorage(StackSettings settings) {
            throw new AssertionError("nothing was to start");
        }

        @Override
        public void startJobs(StackSettings settings) {
            throw new AssertionError("nothing was to start");
        }
    };

    @TempDir
    Path home;

    @Test
    void isMadeAndMarked() {
        var directory = new StackDirectory(home.resolve("new/stack"));
        directory.claim();
        directory.claim();
        assertThat(directory.path().resolve(StackDirectory.MARKER)).isEmptyFile();
    }

    @Test
    void anEmptyOneIsTaken() throws Exception {
        var directory = new StackDirectory(Files.createDirectory(home.resolve("stack")));
        directory.claim();
        Files.writeString(directory.path().resolve("data"), "ours");
        directory.claim();
        directory.delete();
        assertThat(directory.path()).doesNotExist();
    }

    @Test
    void isDeletedWithAllLinksAndNothingBehindThem() throws Exception {
        Path precious = Files.writeString(home.resolve("precious"), "kept");
        var directory = new StackDirectory(home.resolve("stack"));
        directory.claim();
        Files.createDirectories(directory.path().resolve("kafka/data"));
        Files.createSymbolicLink(directory.path().resolve("link"), precious);
        Files.createSymbolicLink(directory.path().resolve("dangling"), home.resolve("absent"));
        directory.delete();
        assertThat(directory.path()).doesNotExist();
        assertThat(precious).hasContent("kept");
    }

    @Test
    void upAndWipeDoNotChangeAForeignDirectory() throws Exception {
        Path file =
                Files.writeString(Files.createDirectory(home.resolve("stack")).resolve("theirs"), "kept");
        LocalStack stack = stack();
        String refusal = "stack holds files and no .arketic-stack";
        assertThatThrownBy(() -> stack.wipe(SILENT))
                .isInstanceOf(ServiceException.class)
                .hasMessageContaining(refusal);
        assertThatThrownBy(() -> stack.up(UNREACHED, SILENT))
                .isInstanceOf(ServiceException.class)
                .hasMessageContaining(refusal);
        assertThat(file.getParent()).isDirectoryContaining(file::equals);
        assertThat(file.resolveSibling(StackDirectory.MARKER)).doesNotExist();
    }

    @Test
    void whereNothingEverRanDownAndWipeMakeNothing() throws Exception {
        LocalStack stack = stack();
        stack.down(SILENT);
        stack.wipe(SILENT);
        assertThat(home.resolve("stack")).doesNotExist();
    }

    private LocalStack stack() {
        return new LocalStack(StackSettings.of(home, Map.of("ARKETIC_HOME", home.toString())));
    }
}
