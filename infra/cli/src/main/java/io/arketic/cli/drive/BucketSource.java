package io.arketic.cli.drive;

import io.arketic.cli.terminal.CommandException;
import io.arketic.cli.terminal.Terminal;
import io.arketic.store.Listing;
import io.arketic.store.S3Store;
import io.arketic.store.StoreException;
import io.arketic.store.StoredContent;
import io.arketic.store.StoredObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lists the objects of a bucket under a prefix. An object is downloaded only if its ETag is not that of the last sync. */
final class BucketSource implements SyncSource {

    static final String SCHEME = "s3://";

    /** Takes the prefix as it stands: a key may have any character. */
    private static final Pattern ADDRESS = Pattern.compile(SCHEME + "([A-Za-z0-9._-]+)(?:/+|$)(.*)");

    private final S3Store store;
    private final String bucket;
    private final String prefix;
    private final Terminal terminal;

    /** @param address for example {@code s3://reports/2026/} */
    BucketSource(S3Store store, String address, Terminal terminal) {
        Matcher parts = ADDRESS.matcher(address);
        if (!parts.matches()) {
            throw CommandException.unusable(address + " names no bucket: s3://BUCKET/PREFIX");
        }
        this.store = store;
        this.bucket = parts.group(1);
        String path = parts.group(2);
        this.prefix = path.isEmpty() || path.endsWith("/") ? path : path + "/";
        this.terminal = terminal;
    }

    @Override
    public List<Item> items() {
        List<Item> items = new ArrayList<>();
        try {
            if (!store.hasBucket(bucket)) {
                throw CommandException.unusable("the store has no bucket " + bucket);
            }
            Listing listing = store.list(bucket, prefix);
            for (Optional<StoredObject> next = listing.next(); next.isPresent(); next = listing.next()) {
                StoredObject object = next.get();
                String path = object.key().substring(prefix.length());
                if (isPath(path)) {
                    items.add(new Item(path, object.etag().isEmpty() ? null : object.etag()));
                } else {
                    terminal.line("skipped " + object.key() + ": it is no path of a file");
                }
            }
        } catch (StoreException failure) {
            throw CommandException.failed(String.valueOf(failure.getMessage()));
        }
        return items;
    }

    /** Returns whether each part of a key may name a folder or a file. */
    private static boolean isPath(String path) {
        return Arrays.stream(path.split("/", -1))
                .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals("..") || part.contains("\\"));
    }

    @Override
    public <T> T with(Item item, Work<T> work) throws IOException, InterruptedException {
        Path file = Files.createTempFile("arketic-", ".sync");
        try {
            try (StoredContent content = store.get(bucket, prefix + item.path());
                    InputStream bytes = content.bytes()) {
                Files.copy(bytes, file, StandardCopyOption.REPLACE_EXISTING);
            } catch (StoreException failure) {
                if (failure.reason() == StoreException.Reason.UNAVAILABLE) {
                    throw CommandException.failed(String.valueOf(failure.getMessage()));
                }
                throw new IOException(String.valueOf(failure.getMessage()), failure);
            }
            return work.on(file);
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
