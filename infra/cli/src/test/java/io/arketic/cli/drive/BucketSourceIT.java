package io.arketic.cli.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.arketic.cli.terminal.CommandException;
import io.arketic.cli.terminal.Terminal;
import io.arketic.services.Fixtures;
import io.arketic.store.S3Store;
import io.arketic.store.StoreAccess;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class BucketSourceIT {

    private final Terminal quiet = new Terminal(
            new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8), false, InstantSource.system());

    @Test
    void theObjectsUnderAPrefixAreFilesWithVersions() throws Exception {
        Fixtures.ObjectStore fixture = Fixtures.objectStore();
        String bucket = "sync-" + UUID.randomUUID();
        try (S3Store store =
                S3Store.open(new StoreAccess(fixture.endpoint(), fixture.accessKey(), fixture.secretKey()))) {
            assertThatExceptionOfType(CommandException.class)
                    .isThrownBy(() -> new BucketSource(store, "s3://" + bucket, quiet).items());
            store.makeBucket(bucket);
            for (String key : List.of("reports/2026/a b.txt", "reports/pump.txt", "other.txt", "100%|a/b.txt")) {
                byte[] bytes = ("This is " + key).getBytes(StandardCharsets.UTF_8);
                store.put(bucket, key, new ByteArrayInputStream(bytes), bytes.length, "text/plain");
            }
            for (String prefix : List.of("/reports", "/reports/")) {
                BucketSource source = new BucketSource(store, "s3://" + bucket + prefix, quiet);
                List<SyncSource.Item> items = source.items();
                assertThat(items).extracting(SyncSource.Item::path).containsExactly("2026/a b.txt", "pump.txt");
                assertThat(items).allMatch(item -> item.version() != null);
                Path[] read = new Path[1];
                assertThat(source.<String>with(items.get(0), file -> {
                            read[0] = file;
                            return Files.readString(file);
                        }))
                        .isEqualTo("This is reports/2026/a b.txt");
                assertThat(read[0]).doesNotExist();
            }
            assertThat(new BucketSource(store, "s3://" + bucket, quiet).items()).hasSize(4);
            assertThat(new BucketSource(store, "s3://" + bucket + "/100%|a", quiet).items())
                    .extracting(SyncSource.Item::path)
                    .containsExactly("b.txt");
            for (String address : List.of("s3://", "s3:///reports", "s3://a|b/reports", "s3://a b")) {
                assertThatExceptionOfType(CommandException.class)
                        .as(address)
                        .isThrownBy(() -> new BucketSource(store, address, quiet));
            }
        }
    }
}
