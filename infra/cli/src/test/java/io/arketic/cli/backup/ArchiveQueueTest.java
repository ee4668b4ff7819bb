package io.arketic.cli.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.services.StackSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveQueueTest {

    @TempDir
    Path home;

    private ArchiveQueue archive;

    @BeforeEach
    void begin() {
        archive = archive("backup");
    }

    private ArchiveQueue archive(String options) {
        return new ArchiveQueue(StackSettings.of(
                home,
                Map.of(
                        "ARKETIC_HOME", home.resolve("home").toString(),
                        "ARKETIC_STACK_OPTIONS", options,
                        "ARKETIC_BACKUP_DIRECTORY", home.resolve("repository").toString())));
    }

    @Test
    void aSegmentThatIsMissingBetweenTwoLooksIsAGap() throws IOException {
        store("0000000100000000000000FE", "0000000100000000000000FF", "000000010000000100000000");
        store("000000010000000100000002");

        assertThat(archive.isWhole("0000000100000000000000FE", "000000010000000100000000"))
                .isTrue();
        assertThat(archive.isWhole("0000000100000000000000FE", "000000010000000100000002"))
                .isFalse();
    }

    @Test
    void anotherTimelineAndExpiredSegmentsAreNone() throws IOException {
        store("000000010000000000000003", "000000020000000000000008");

        assertThat(archive.isWhole("000000010000000000000003", "000000020000000000000008"))
                .isTrue();
        assertThat(archive.isWhole("000000020000000000000002", "000000020000000000000008"))
                .isTrue();
        assertThat(archive.isWhole("", "000000020000000000000008")).isTrue();
    }

    @Test
    void aFailoverIsAGap() throws IOException {
        store("000000010000000000000003", "000000020000000000000008");

        ArchiveQueue ofPair = archive("backup,replica");
        assertThat(ofPair.isWhole("000000010000000000000003", "000000020000000000000008"))
                .isFalse();
        assertThat(ofPair.isWhole("000000010000000000000003", "000000010000000000000003"))
                .isTrue();
        assertThat(ofPair.isWhole("", "000000020000000000000008")).isTrue();
    }

    private void store(String... segments) throws IOException {
        for (String segment : segments) {
            Path directory = Files.createDirectories(
                    home.resolve("repository/postgresql/archive/arketic/15-1").resolve(segment.substring(0, 16)));
            Files.createFile(directory.resolve(segment + "-0123456789abcdef.zst"));
        }
    }
}
