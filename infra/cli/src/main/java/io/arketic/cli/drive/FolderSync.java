package io.arketic.cli.drive;

import io.arketic.cli.api.ApiException;
import io.arketic.cli.terminal.CommandException;
import io.arketic.cli.terminal.Failures;
import io.arketic.cli.terminal.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * Brings the files of a directory or a bucket up to a folder of the drive, one way. A file whose bytes are there is not sent. A file that is gone here
 * goes into the trash there only if a sync created it there, and it is still in its place with its name and bytes.
 */
final class FolderSync {

    private static final int GONE = 404;

    /** Lists the refusals that hold for each file: no valid session, and an API that cannot work. */
    private static final Set<Integer> OF_ALL = Set.of(401, 503);

    /**
     * Counts the changes of a sync.
     *
     * @param failed files that the API refused, that could not be read, or whose connection broke
     */
    record Outcome(int uploaded, int unchanged, int removed, int kept, int failed) {}

    private final Drive drive;
    private final SyncRecord record;
    private final Terminal terminal;
    private final Map<String, Map<String, DriveEntry>> listed = new HashMap<>();
    private final Map<String, @Nullable String> folders = new HashMap<>();

    FolderSync(Drive drive, SyncRecord record, Terminal terminal) {
        this.drive = drive;
        this.record = record;
        this.terminal = terminal;
    }

    /**
     * Removes only where no file failed.
     *
     * @param folder a path of the drive; what is missing of it is made
     */
    Outcome run(SyncSource source, String folder, boolean delete) throws IOException, InterruptedException {
        List<SyncSource.Item> files = source.items();
        Set<String> here = new HashSet<>();
        int uploaded = 0;
        int failed = 0;
        for (int i = 0; i < files.size(); i++) {
            SyncSource.Item file = files.get(i);
            here.add(file.path());
            terminal.progress("  " + i + "/" + files.size() + "  " + file.path());
            try {
                uploaded += bring(source, folder, file) ? 1 : 0;
            } catch (ApiException refused) {
                if (OF_ALL.contains(refused.status())) {
                    throw refused;
                }
                terminal.line("failed " + file.path() + ": " + refused.getMessage());
                failed++;
            } catch (ConnectException | HttpConnectTimeoutException | SSLHandshakeException noConnection) {
                // It would fail for each file.
                throw noConnection;
            } catch (IOException broken) {
                terminal.line("failed " + file.path() + ": " + Failures.describe(broken));
                failed++;
            }
        }
        int removed = 0;
        int kept = 0;
        if (delete && failed == 0) {
            for (var made : record.made().entrySet()) {
                if (made.getValue().created() && !here.contains(made.getKey())) {
                    boolean gone = remove(made.getKey(), made.getValue());
                    removed += gone ? 1 : 0;
                    kept += gone ? 0 : 1;
                }
            }
        }
        record.compact();
        return new Outcome(uploaded, files.size() - uploaded - failed, removed, kept, failed);
    }

    private boolean bring(SyncSource source, String folder, SyncSource.Item item)
            throws IOException, InterruptedException {
        String path = item.path();
        DriveEntry there = entries(folder + "/" + Drive.parent(path)).get(plain(Drive.name(path)));
        SyncRecord.Made before = record.made().get(path);
        boolean same = item.version() != null
                && before != null
                && before.version().equals(item.version())
                && there != null
                && there.id().equals(before.id())
                && there.hash().equals(before.hash());
        return !same && source.with(item, file -> bring(folder, item, file));
    }

    private boolean bring(String folder, SyncSource.Item item, Path file) throws IOException, InterruptedException {
        String path = item.path();
        String hash = hash(file);
        String where = folder + "/" + Drive.parent(path);
        String name = Drive.name(path);
        DriveEntry there = entries(where).get(plain(name));
        SyncRecord.Made before = record.made().get(path);
        if (there != null && !there.isFolder() && there.hash().equals(hash)) {
            note(folder, item, there, before != null && before.hash().equals(hash) && isOfASync(before, there));
            return false;
        }
        DriveEntry entry = drive.upload(folders.get(where), name, file, hash);
        entries(where).put(plain(name), entry);
        boolean created = there == null && entry.version() <= 1;
        note(folder, item, entry, created || isOfASync(before, entry));
        return true;
    }

    /** Records a document that a sync created, and the version of an object, so that the next sync does not read it. */
    private void note(String folder, SyncSource.Item item, DriveEntry entry, boolean created) {
        if (created || item.version() != null) {
            try {
                record.made(item.path(), entry, Drive.parent(folder + "/" + item.path()), item.version(), created);
            } catch (IOException unwritable) {
                throw CommandException.failed("the record of the sync: " + Failures.describe(unwritable));
            }
        }
    }

    private static boolean isOfASync(SyncRecord.@Nullable Made before, DriveEntry entry) {
        return before != null && before.created() && before.id().equals(entry.id());
    }

    private Map<String, DriveEntry> entries(String where) throws IOException, InterruptedException {
        Map<String, DriveEntry> known = listed.get(where);
        if (known == null) {
            String id = drive.provideFolder(where);
            folders.put(where, id);
            known = new HashMap<>();
            for (DriveEntry entry : drive.list(id)) {
                known.put(plain(entry.name()), entry);
            }
            listed.put(where, known);
        }
        return known;
    }

    /** Returns whether the document is gone, now or before. */
    private boolean remove(String path, SyncRecord.Made made) throws IOException, InterruptedException {
        try {
            var document = drive.get(made.id(), "");
            if (document.path("trashed_at").isNull()) {
                if (!plain(document.path("name").asText()).equals(plain(Drive.name(path)))
                        || !plain(document.path("folder_path").asText()).equals(plain(made.folder()))) {
                    terminal.line("kept " + path + ": it was moved or renamed on the drive");
                    return false;
                }
                if (!document.path("file_hash").asText().equals(made.hash())) {
                    terminal.line("kept " + path + ": it was changed on the drive");
                    return false;
                }
                drive.trash(made.id());
            }
        } catch (ApiException refused) {
            if (refused.status() != GONE) {
                throw refused;
            }
        }
        record.removed(path);
        return true;
    }

    /** The drive compares names so; some file systems store an accent as a character of its own. */
    private static String plain(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFC);
    }

    static String hash(Path file) throws IOException {
        try (InputStream bytes = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            for (int read = bytes.read(buffer); read >= 0; read = bytes.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
