package io.arketic.cli.drive;

import io.arketic.cli.api.ApiException;
import io.arketic.cli.terminal.Terminal;
import java.io.IOException;
import java.io.InputStream;
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
import org.jspecify.annotations.Nullable;

/**
 * Brings the files of a directory or a bucket up to a folder of the drive, one way. A file whose bytes are there is not sent. A file that is gone here
 * goes into the trash there only if a sync created it there, and it is still in its place with its name and bytes.
 */
final class FolderSync {

    private static final int GONE = 404;

    /** Counts the changes of a sync. */
    record Outcome(int uploaded, int unchanged, int removed, int kept) {}

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

    /** @param folder a path of the drive; what is missing of it is made */
    Outcome run(SyncSource source, String folder, boolean delete) throws IOException, InterruptedException {
        List<SyncSource.Item> files = source.items();
        Set<String> here = new HashSet<>();
        int uploaded = 0;
        for (int i = 0; i < files.size(); i++) {
            SyncSource.Item file = files.get(i);
            here.add(file.path());
            terminal.progress("  " + i + "/" + files.size() + "  " + file.path());
            uploaded += bring(source, folder, file) ? 1 : 0;
        }
        int removed = 0;
        int kept = 0;
        if (delete) {
            for (var made : record.made().entrySet()) {
                if (!here.contains(made.getKey())) {
                    boolean gone = remove(made.getKey(), made.getValue());
                    removed += gone ? 1 : 0;
                    kept += gone ? 0 : 1;
                }
            }
        }
        record.compact();
        return new Outcome(uploaded, files.size() - uploaded, removed, kept);
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
        if (there != null && !there.isFolder() && there.hash().equals(hash)) {
            return false;
        }
        DriveEntry entry = drive.upload(folders.get(where), name, file, hash);
        entries(where).put(plain(name), entry);
        SyncRecord.Made before = record.made().get(path);
        boolean created = there == null && entry.version() <= 1;
        if (created || (before != null && before.id().equals(entry.id()))) {
            record.made(path, entry, Drive.parent(folder + "/" + path), item.version());
        }
        return true;
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
