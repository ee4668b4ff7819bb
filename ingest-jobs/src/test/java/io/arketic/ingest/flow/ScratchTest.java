package io.arketic.ingest.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScratchTest {

    @Test
    void roomIsThereOnceAFileCanBeWrittenAndNothingIsLeft() throws Exception {
        try (Scratch scratch = Scratch.open()) {
            scratch.requireRoom();
            try (Stream<Path> left = Files.list(scratch.directory())) {
                assertThat(left).isEmpty();
            }
        }
    }

    @Test
    void aDirectoryThatTakesNoFileHasNoRoom() throws Exception {
        try (Scratch scratch = Scratch.open()) {
            Files.delete(scratch.directory());
            assertThatExceptionOfType(NoRoomException.class)
                    .isThrownBy(scratch::requireRoom)
                    .withMessageContaining(scratch.directory().toString());
            Files.createDirectory(scratch.directory());
            scratch.requireRoom();
        }
    }
}
