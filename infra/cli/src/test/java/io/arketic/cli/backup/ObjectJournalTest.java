package io.arketic.cli.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObjectJournalTest {

    @TempDir
    Path directory;

    @Test
    void aPageComesAfterTheLastOneAlsoWhereTheClockWasSetBack() throws Exception {
        var journal = new ObjectJournal(directory, new EncryptedFiles("key"));
        Instant now = Instant.parse("2026-11-22T18:00:00Z");
        var first = new ObjectEntry("knowledge", "a", "1", 1, now, "hash");
        journal.write(now, false, List.of(first));
        journal.write(now, false, List.of(new ObjectEntry("knowledge", "b", "1", 1, now, "hash")));
        journal.write(now.minusSeconds(3600), false, List.of(ObjectEntry.gone(first)));

        assertThat(journal.pages()).hasSize(3);
        assertThat(journal.at(Instant.MAX)).containsOnlyKeys("knowledge/b");
    }
}
