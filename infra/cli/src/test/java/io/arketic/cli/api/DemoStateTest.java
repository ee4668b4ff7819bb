package io.arketic.cli.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.arketic.cli.terminal.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoStateTest {

    @TempDir
    private Path directory;

    @Test
    void isReadAsItWasSaved() throws IOException {
        Path file = directory.resolve("new/demo.properties");
        DemoState state = DemoState.generate()
                .withOrganization(UUID.randomUUID(), "harbour-wheels")
                .withKnowledgeBase(UUID.randomUUID());
        state.save(file);
        assertThat(DemoState.load(file)).contains(state);
    }

    @Test
    void isReadAsItWasSavedBeforeTheApiMadeAnything() throws IOException {
        Path file = directory.resolve("demo.properties");
        DemoState state = DemoState.generate();
        state.save(file);
        state.save(file);
        assertThat(DemoState.load(file)).contains(state);
    }

    @Test
    void onlyItsOwnerCanReadIt() throws IOException {
        Path file = directory.resolve("demo.properties");
        DemoState.generate().save(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(directory).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void noFileIsNoState() throws IOException {
        assertThat(DemoState.load(directory.resolve("absent"))).isEmpty();
    }

    @Test
    void halfAFileIsRefusedByName() throws IOException {
        Path file = Files.writeString(directory.resolve("demo.properties"), "email=someone@arketic.example\n");
        assertThatExceptionOfType(CommandException.class)
                .isThrownBy(() -> DemoState.load(file))
                .withMessageContaining("demo.properties");
    }

    @Test
    void everyGeneratedUserIsAnother() {
        DemoState one = DemoState.generate();
        DemoState other = DemoState.generate();
        assertThat(one.email()).isNotEqualTo(other.email());
        assertThat(one.password()).isNotEqualTo(other.password()).hasSize(24);
    }

    @Test
    void showsNoPassword() {
        DemoState state = DemoState.generate();
        assertThat(state.toString()).doesNotContain(state.password());
    }
}
