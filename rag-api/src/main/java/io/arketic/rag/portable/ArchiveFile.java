package io.arketic.rag.portable;

import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Opens an archive on this machine's disk, and compares every byte with its manifest before anything of it is used. No entry
 * becomes a file: a name only finds an entry, and names that no export writes are refused.
 */
final class ArchiveFile implements AutoCloseable {

    private static final Pattern NAME = Pattern.compile("knowledge-base\\.json|citations\\.jsonl|documents/\\d{8}/"
            + "(?:document\\.json|text\\.txt|ledger\\.jsonl|original|chunks-\\d{1,9}\\.jsonl|vectors-\\d{1,9}\\.f32)");

    private static final String DOCUMENTS = "documents/";

    /** The list of entries is read into memory; each takes some 100 bytes of it. */
    private static final long LARGEST_DIRECTORY = 32L << 20;

    /**
     * Limits the growth of an archive beyond {@link #SPARE}, as a multiple of its size: a bomb grows a thousandfold.
     */
    private static final int GROWTH = 200;

    private static final long SPARE = 256L << 20;

    /** Bounds a line of the manifest, whose entries the directory has, too. */
    private static final int MANIFEST_LINE = 250;

    /** Limits the growth of an original beyond {@link #SPARE_OF_ORIGINAL}, which an export does not compress. */
    private static final int GROWTH_OF_ORIGINAL = 50;

    private static final long SPARE_OF_ORIGINAL = 1L << 20;

    private static final int END_SIGNATURE = 0x06054b50;
    private static final int END_64_SIGNATURE = 0x06064b50;
    private static final int LOCATOR_64_SIGNATURE = 0x07064b50;
    private static final int END_OF_DIRECTORY = 22;
    private static final int END_64 = 56;
    private static final int LOCATOR_64 = 20;

    /** Holds an entry's bytes and their number. */
    record Content(InputStream bytes, long size) {}

    private final ZipFile zip;
    private final ArchiveManifest manifest;
    private final Map<String, ArchiveEntry> listed = new HashMap<>();

    /**
     * Reads the archive once.
     *
     * @param merkleRoot that it must have; null asks for none
     * @throws ProblemException when it is cut, changed, or not an archive of a knowledge base
     */
    ArchiveFile(Path file, @Nullable String merkleRoot) {
        try {
            if (!Seal.holds(file)) {
                throw refused("it was cut or changed");
            }
            requireSmallDirectory(file);
            zip = new ZipFile(file.toFile(), StandardCharsets.UTF_8);
        } catch (IOException | IllegalArgumentException unreadable) {
            throw refused("it is cut or not a ZIP", unreadable);
        }
        boolean verified = false;
        try {
            manifest = readManifest();
            verify(file.toFile().length(), merkleRoot);
            verified = true;
        } finally {
            if (!verified) {
                close();
            }
        }
    }

    ArchiveManifest manifest() {
        return manifest;
    }

    InputStream open(String name) {
        return find(name).orElseThrow(() -> refused("it lacks " + name)).bytes();
    }

    /** Returns what the manifest lists under a name. */
    Optional<ArchiveEntry> listed(String name) {
        return Optional.ofNullable(listed.get(name));
    }

    Optional<Content> find(String name) {
        ArchiveEntry known = listed.get(name);
        ZipEntry entry = known == null ? null : zip.getEntry(name);
        if (known == null || entry == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Content(zip.getInputStream(entry), known.size()));
        } catch (IOException unreadable) {
            throw refused(name + " cannot be read", unreadable);
        }
    }

    static ProblemException refused(String detail) {
        return new ProblemException(ProblemReason.ARCHIVE_REFUSED, "The archive is refused: " + detail + ".");
    }

    static ProblemException refused(String detail, Exception cause) {
        return new ProblemException(ProblemReason.ARCHIVE_REFUSED, "The archive is refused: " + detail + ".", cause);
    }

    private ArchiveManifest readManifest() {
        ZipEntry entry = zip.getEntry(ArchiveManifest.NAME);
        if (entry == null) {
            throw refused("it has no " + ArchiveManifest.NAME);
        }
        ArchiveManifest read;
        try (InputStream bytes = bounded(zip.getInputStream(entry), (zip.size() + 10L) * MANIFEST_LINE)) {
            read = ArchiveJson.MAPPER.readValue(bytes, ArchiveManifest.class);
        } catch (IOException | JacksonException | NullPointerException unreadable) {
            throw refused("its manifest cannot be read", unreadable);
        }
        if (!ArchiveManifest.FORMAT.equals(read.format())) {
            throw refused("it is not of the format " + ArchiveManifest.FORMAT);
        }
        if (read.version() < 1 || read.version() > ArchiveManifest.VERSION) {
            throw refused("it has version " + read.version() + " of the format; this server reads versions up to "
                    + ArchiveManifest.VERSION);
        }
        return read;
    }

    private static InputStream bounded(InputStream bytes, long most) {
        return new FilterInputStream(bytes) {
            private long left = most;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                int read = super.read(target, offset, length);
                left -= Math.max(read, 0);
                if (left < 0) {
                    throw new IOException("more than " + most + " bytes");
                }
                return read;
            }
        };
    }

    private void verify(long archiveSize, @Nullable String merkleRoot) {
        List<ArchiveEntry> entries = manifest.entries();
        if (zip.size() != entries.size() + 1) {
            throw refused("its entries are not those that its manifest lists");
        }
        long total = 0;
        int documents = 0;
        for (ArchiveEntry entry : entries) {
            if (!NAME.matcher(entry.name()).matches() || listed.put(entry.name(), entry) != null) {
                throw refused("no export writes an entry " + shown(entry.name()) + ", or not twice");
            }
            if (!entry.sha256().matches("[0-9a-f]{64}") || entry.size() < 0) {
                throw refused("its manifest cannot be read");
            }
            if (entry.name().startsWith(DOCUMENTS)) {
                int ordinal = Integer.parseInt(entry.name().substring(DOCUMENTS.length(), DOCUMENTS.length() + 8));
                if (ordinal >= manifest.documents()) {
                    throw refused("it has other documents than its manifest says");
                }
                documents += entry.name().endsWith("/document.json") ? 1 : 0;
            }
            total = Math.addExact(total, Math.min(entry.size(), Long.MAX_VALUE / 1_000_000));
        }
        if (documents != manifest.documents()) {
            throw refused("it has other documents than its manifest says");
        }
        if (total > archiveSize * GROWTH + SPARE) {
            throw refused("it would become " + total + " bytes");
        }
        String root = MerkleTree.root(entries);
        if (!root.equals(manifest.merkleRoot()) || (merkleRoot != null && !merkleRoot.equalsIgnoreCase(root))) {
            throw refused("its Merkle root is " + root + " and not the one that was expected");
        }
        entries.forEach(this::verify);
    }

    private void verify(ArchiveEntry listed) {
        ZipEntry entry = zip.getEntry(listed.name());
        if (entry == null || entry.isDirectory()) {
            throw refused("it lacks " + listed.name());
        }
        if (listed.name().endsWith("/original")
                && listed.size() > entry.getCompressedSize() * GROWTH_OF_ORIGINAL + SPARE_OF_ORIGINAL) {
            throw refused(listed.name() + " would become " + listed.size() + " bytes");
        }
        MessageDigest digest = MerkleTree.sha256();
        try (InputStream bytes = new DigestInputStream(zip.getInputStream(entry), digest)) {
            long read = 0;
            byte[] buffer = new byte[1 << 16];
            for (int some = bytes.read(buffer); some >= 0; some = bytes.read(buffer)) {
                read += some;
                if (read > listed.size()) {
                    break;
                }
            }
            if (read != listed.size()
                    || !HexFormat.of().formatHex(digest.digest()).equals(listed.sha256())) {
                throw refused(listed.name() + " was changed");
            }
        } catch (IOException unreadable) {
            throw refused(listed.name() + " cannot be read", unreadable);
        }
    }

    /**
     * Limits the directory, which {@link ZipFile} reads into memory with the size that the file declares. The records that declare
     * it are where an export writes them: {@link ZipFile} searches for them, and would find others elsewhere.
     */
    private static void requireSmallDirectory(Path file) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
            long at = bytes.length() - Seal.LENGTH - END_OF_DIRECTORY;
            ByteBuffer end = read(bytes, at, END_OF_DIRECTORY + Seal.LENGTH);
            for (int other = 1; other <= end.limit() - Integer.BYTES; other++) {
                if (end.getInt(other) == END_SIGNATURE) {
                    throw refused("it ends twice");
                }
            }
            if (end.getInt(0) != END_SIGNATURE || end.getShort(20) != Seal.LENGTH) {
                throw refused("it is cut or not a ZIP");
            }
            long size = Integer.toUnsignedLong(end.getInt(12));
            long locatorAt = at - LOCATOR_64;
            ByteBuffer locator = read(bytes, Math.max(0, locatorAt), LOCATOR_64);
            if (locatorAt >= 0 && locator.getInt(0) == LOCATOR_64_SIGNATURE) {
                ByteBuffer large = read(bytes, locatorAt - END_64, END_64);
                if (large.getInt(0) != END_64_SIGNATURE || locator.getLong(8) != locatorAt - END_64) {
                    throw refused("it is cut or not a ZIP");
                }
                size = large.getLong(40);
            }
            if (size < 0 || size > LARGEST_DIRECTORY) {
                throw refused("it has too many entries");
            }
        }
    }

    private static ByteBuffer read(RandomAccessFile bytes, long at, int length) throws IOException {
        if (at < 0) {
            throw refused("it is cut or not a ZIP");
        }
        byte[] read = new byte[length];
        bytes.seek(at);
        bytes.readFully(read);
        return ByteBuffer.wrap(read).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static String shown(String name) {
        return name.substring(0, Math.min(name.length(), 100)).replaceAll("\\p{Cntrl}", "?");
    }

    @Override
    public void close() {
        try {
            zip.close();
        } catch (IOException closed) {
            throw refused("it cannot be closed", closed);
        }
    }
}
