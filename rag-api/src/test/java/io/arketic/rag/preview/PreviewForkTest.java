package io.arketic.rag.preview;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.springframework.util.FileSystemUtils;

class PreviewForkTest {

    @Test
    void directoriesOfAnEarlierProcessWithThisIdAreRemovedAndOwnOnesStay() throws IOException {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        long process = ProcessHandle.current().pid();
        long started =
                ProcessHandle.current().info().startInstant().orElseThrow().toEpochMilli();
        Path former = temporary.resolve("arketic-preview-" + process + "-" + (started - 1) + "-test");
        Path own = temporary.resolve("arketic-preview-" + process + "-" + started + "-test");
        for (Path directory : new Path[] {former, own}) {
            Files.createDirectories(directory.resolve("deep"));
            Files.writeString(directory.resolve("deep").resolve("file"), "x");
        }
        try {
            assertThat(new PreviewFork()).isNotNull();
            assertThat(former).doesNotExist();
            assertThat(own.resolve("deep").resolve("file")).exists();
        } finally {
            FileSystemUtils.deleteRecursively(former);
            FileSystemUtils.deleteRecursively(own);
        }
    }
}
