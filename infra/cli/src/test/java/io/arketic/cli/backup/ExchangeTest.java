package io.arketic.cli.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExchangeTest {

    @TempDir
    Path stack;

    private Path data;
    private Path waiting;
    private Path restored;
    private Path aside;
    private Exchange exchange;

    @BeforeEach
    void begin() throws IOException {
        data = stack.resolve("postgresql/data");
        waiting = stack.resolve("postgresql/data.restored");
        restored = stack.resolve("scratch/restore/data");
        aside = stack.resolve("before-restore");
        exchange = new Exchange(stack, data);
        fill(data, "present");
        fill(restored, "restored");
        fill(stack.resolve("flink"), "checkpoints");
    }

    @Test
    void restoredDataTakeThePlaceOfThePresentOnesAndOfFlinksState() throws IOException {
        exchange.run(restored, aside);

        assertThat(data.resolve("file")).hasContent("restored");
        assertThat(stack.resolve("flink")).doesNotExist();
        assertThat(aside.resolve("flink/file")).hasContent("checkpoints");
        assertThat(aside.resolve("postgresql-data/file")).hasContent("present");
    }

    @Test
    void anExchangeThatWasKilledAfterItsFirstMoveStopsNoLaterOne() throws IOException {
        fill(waiting, "older");

        exchange.run(restored, aside);

        assertThat(data.resolve("file")).hasContent("restored");
        assertThat(aside.resolve("postgresql-data/file")).hasContent("present");
        assertThat(waiting).doesNotExist();
    }

    @Test
    void anExchangeThatWasKilledBeforeItsLastMoveLosesNothing() throws IOException {
        Files.move(data, waiting);

        exchange.run(restored, aside);

        assertThat(data.resolve("file")).hasContent("restored");
        assertThat(aside.resolve("postgresql-data/file")).hasContent("present");
    }

    @Test
    void theDatabaseIsMovedLastAndAFailureLeavesEverythingWhereItWas() throws IOException {
        fill(aside.resolve("postgresql-data"), "in the way");

        assertThatThrownBy(() -> exchange.run(restored, aside)).isInstanceOf(IOException.class);

        assertThat(exchange.directories()).endsWith(data);
        assertThat(data.resolve("file")).hasContent("present");
        assertThat(stack.resolve("flink/file")).hasContent("checkpoints");
        assertThat(restored.resolve("file")).hasContent("restored");
    }

    private static void fill(Path directory, String content) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("file"), content);
    }
}
