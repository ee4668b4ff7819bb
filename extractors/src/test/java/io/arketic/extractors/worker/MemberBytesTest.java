package io.arketic.extractors.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.extractors.ExtractLimits;
import io.arketic.extractors.ExtractionException.Reason;
import io.arketic.extractors.fork.SampleFiles;
import io.arketic.extractors.protocol.WorkerProtocol.Answer;
import io.arketic.extractors.protocol.WorkerProtocol.Failed;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that the output of archives within archives is limited before it fills the disk. */
class MemberBytesTest {

    /** Makes 7z, which is read by seeking: the member goes to disk first. */
    private static final byte[] SEVEN_ZIP_HEADER = {'7', 'z', (byte) 0xbc, (byte) 0xaf, 0x27, 0x1c};

    private static final ExtractLimits ONE_MEBIBYTE =
            new ExtractLimits(Duration.ofSeconds(60), 96L << 20, 1 << 20, 200_000, 3, 20);

    @TempDir
    Path directory;

    @Test
    void aMemberThatGrowsAThousandfoldIsMalicious() throws Exception {
        Path bomb = bomb("inner.7z", 160);
        assertThat(Files.size(bomb)).isLessThan(400_000);
        assertFails(Reason.MALICIOUS, new DocumentReader(ExtractLimits.DEFAULT, List.of()).read(bomb, "bomb.zip"));
    }

    @Test
    void membersAreLimitedAsTheFileIs() throws Exception {
        Path large = bomb("inner.7z", 3);
        assertFails(Reason.FILE_LIMIT, new DocumentReader(ONE_MEBIBYTE, List.of()).read(large, "large.zip"));
    }

    @Test
    void theLimitIsForAllMembersOnAllLevelsTogether() throws Exception {
        byte[] words = "word ".repeat(30_000).getBytes(StandardCharsets.UTF_8);
        DocumentReader reader = new DocumentReader(
                new ExtractLimits(Duration.ofSeconds(60), 96L << 20, 400_000, 2_000_000, 3, 20), List.of());
        Path two = Files.write(directory.resolve("two.zip"), SampleFiles.zip(Map.of("a.txt", words, "b.txt", words)));
        assertThat(reader.read(two, "two.zip").documentOrThrow().text()).hasSizeGreaterThan(290_000);
        Path nested = Files.write(
                directory.resolve("nested.zip"),
                SampleFiles.zip(Map.of("a.txt", words, "b.txt", words, "c.zip", SampleFiles.zip("d.txt", words))));
        assertFails(Reason.FILE_LIMIT, reader.read(nested, "nested.zip"));
    }

    private static void assertFails(Reason reason, Answer answer) {
        assertThat(answer)
                .isInstanceOfSatisfying(
                        Failed.class,
                        failed ->
                                assertThat(failed.reason()).as(failed.detail()).isEqualTo(reason));
    }

    private Path bomb(String member, int mebibytes) throws IOException {
        Path file = directory.resolve("bomb.zip");
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry(member));
            zip.write(SEVEN_ZIP_HEADER);
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < mebibytes; i++) {
                zip.write(zeros);
            }
            zip.closeEntry();
        }
        return file;
    }
}
