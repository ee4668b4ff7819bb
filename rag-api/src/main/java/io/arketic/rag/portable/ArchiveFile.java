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

    /** The list of entries is read into memory; each takes some 100 bytes of it. */
    private static final long LARGEST_DIRECTORY = 32L << 20;

    /**
     * Limits the growth of an archive beyond {@link #SPARE}, as a multiple of its size: a bomb grows a thousandfold.
     */
    private static final int GROWTH = 200;

    private static final long SPARE = 256L << 20;

    /** Bounds a line of the manifest, whose entries the directory has, too. */
    private static final int MANIFEST_LINE = 250;

    private static final int END_OF_DIRECTORY = 22;
    private static final int LONGEST_COMMENT = 0xFFFF;

    /** Holds an entry's bytes and their number. */
    record Content(InputStream bytes, long size) {}

    private final ZipFile zip;
    private final ArchiveManifest manifest;
    private final Map<String, Long> sizes = new HashMap<>();

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

    boolean has(String name) {
        return sizes.containsKey(name);
    }

    Optional<Content> find(String name) {
        Long size = sizes.get(name);
        ZipEntry entry = size == null ? null : zip.getEntry(name);
        if (size == null || entry == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Content(zip.getInputStream(entry), size));
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
        for (ArchiveEntry entry : entries) {
            if (!NAME.matcher(entry.name()).matches() || sizes.put(entry.name(), entry.size()) != null) {
                throw refused("no export writes an entry " + shown(entry.name()) + ", or not twice");
            }
            if (!entry.sha256().matches("[0-9a-f]{64}") || entry.size() < 0) {
                throw refused("its manifest cannot be read");
            }
            total = Math.addExact(total, Math.min(entry.size(), Long.MAX_VALUE / 1_000_000));
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

    /** Limits the directory, which {@link ZipFile} reads into memory with the size that the file declares. */
    private static void requireSmallDirectory(Path file) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
            int length = (int) Math.min(bytes.length(), LONGEST_COMMENT + END_OF_DIRECTORY);
            byte[] tail = new byte[length];
            bytes.seek(bytes.length() - length);
            bytes.readFully(tail);
            ByteBuffer end = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN);
            for (int at = length - END_OF_DIRECTORY; at >= 0; at--) {
                if (end.getInt(at) == 0x06054b50) {
                    long size = Integer.toUnsignedLong(end.getInt(at + 12));
                    // Of an archive beyond 4 GiB the size stands elsewhere, and is as large as the entries are many.
                    if (size > LARGEST_DIRECTORY && size != 0xFFFFFFFFL) {
                        throw refused("it has too many entries");
                    }
                    requireSmallDirectory64(bytes, size, end.getShort(at + 10));
                    return;
                }
            }
        }
        throw refused("it is cut or not a ZIP");
    }

    private static void requireSmallDirectory64(RandomAccessFile bytes, long size, short entries) throws IOException {
        if (size != 0xFFFFFFFFL && entries != (short) 0xFFFF) {
            return;
        }
        int length = (int) Math.min(bytes.length(), LONGEST_COMMENT + END_OF_DIRECTORY + 76);
        byte[] tail = new byte[length];
        bytes.seek(bytes.length() - length);
        bytes.readFully(tail);
        ByteBuffer end = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = length - 56; at >= 0; at--) {
            if (end.getInt(at) == 0x06064b50) {
                long large = end.getLong(at + 40);
                if (large < 0 || large > LARGEST_DIRECTORY) {
                    throw refused("it has too many entries");
                }
                return;
            }
        }
        if (size == 0xFFFFFFFFL) {
            throw refused("it is cut or not a ZIP");
        }
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
