package io.arketic.rag.portable;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes an archive as it goes: a ZIP whose last entry is its manifest. An archive without one was cut. */
final class ArchiveWriter {

    private static final int BUFFER = 1 << 16;

    private final Seal seal;
    private final ZipOutputStream zip;
    private final List<ArchiveEntry> entries = new ArrayList<>();

    ArchiveWriter(OutputStream target) {
        this.seal = new Seal(target);
        this.zip = new ZipOutputStream(seal, StandardCharsets.UTF_8);
    }

    void json(String name, Object value) throws IOException {
        entry(name, ArchiveJson.MAPPER.writeValueAsBytes(value));
    }

    void entry(String name, byte[] bytes) throws IOException {
        DigestOutputStream out = begin(name, Deflater.DEFAULT_COMPRESSION);
        out.write(bytes);
        end(name, bytes.length, out.getMessageDigest());
    }

    /** @param compressed files that users upload mostly are; vectors do not become smaller */
    void entry(String name, InputStream bytes, boolean compressed) throws IOException {
        DigestOutputStream out = begin(name, compressed ? Deflater.NO_COMPRESSION : Deflater.DEFAULT_COMPRESSION);
        byte[] buffer = new byte[BUFFER];
        long size = 0;
        for (int read = bytes.read(buffer); read >= 0; read = bytes.read(buffer)) {
            out.write(buffer, 0, read);
            size += read;
        }
        end(name, size, out.getMessageDigest());
    }

    /** Sends what is written so far. */
    void flush() throws IOException {
        zip.flush();
    }

    /** Finishes the archive; the target stays open. */
    void finish(int documents, long chunks, boolean originals) throws IOException {
        ArchiveManifest manifest = new ArchiveManifest(
                ArchiveManifest.FORMAT,
                ArchiveManifest.VERSION,
                Instant.now(),
                documents,
                chunks,
                originals,
                MerkleTree.root(entries),
                entries);
        zip.putNextEntry(new ZipEntry(ArchiveManifest.NAME));
        ArchiveJson.MAPPER.writeValue(
                new FilterOutputStream(zip) {
                    @Override
                    public void write(byte[] bytes, int offset, int length) throws IOException {
                        zip.write(bytes, offset, length);
                    }

                    @Override
                    public void close() {
                        // more of the archive follows
                    }
                },
                manifest);
        zip.closeEntry();
        zip.setComment(Seal.PLACE);
        zip.finish();
        seal.set();
    }

    private DigestOutputStream begin(String name, int level) throws IOException {
        zip.setLevel(level);
        zip.putNextEntry(new ZipEntry(name));
        return new DigestOutputStream(zip, MerkleTree.sha256());
    }

    private void end(String name, long size, MessageDigest digest) throws IOException {
        zip.closeEntry();
        entries.add(new ArchiveEntry(name, size, HexFormat.of().formatHex(digest.digest())));
    }
}
