package io.arketic.rag.document;

import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the parts of an upload as one file. It opens each part when the former one ends, and fails at the end of a part
 * with other bytes than promised. {@link #failure()} keeps what it failed with, because the store's client wraps it.
 */
final class PartsStream extends InputStream {

    private final Iterator<UploadedPart> parts;
    private final Function<UploadedPart, InputStream> open;
    private final Runnable reading;
    private final Consumer<UploadedPart> refused;
    private @Nullable UploadedPart part;
    private @Nullable InputStream bytes;
    private @Nullable MessageDigest digest;
    private long left;
    private volatile @Nullable ProblemException failure;

    /**
     * @param reading runs before each read
     * @param refused is told the part whose bytes are missing or not the promised ones
     */
    PartsStream(
            List<UploadedPart> parts,
            Function<UploadedPart, InputStream> open,
            Runnable reading,
            Consumer<UploadedPart> refused) {
        this.parts = parts.iterator();
        this.open = open;
        this.reading = reading;
        this.refused = refused;
    }

    /** Returns the problem that a read ended with; null if none did. */
    @Nullable
    ProblemException failure() {
        return failure;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        try {
            return length == 0 ? 0 : next(buffer, offset, length);
        } catch (ProblemException problem) {
            failure = problem;
            throw problem;
        }
    }

    private int next(byte[] buffer, int offset, int length) throws IOException {
        while (true) {
            reading.run();
            UploadedPart now = part;
            InputStream from = bytes;
            if (now == null || from == null) {
                if (!parts.hasNext()) {
                    return -1;
                }
                begin(parts.next());
                continue;
            }
            int read = from.read(buffer, offset, (int) Math.min(length, left + 1));
            if (read < 0 || read > left) {
                if (read > left || left > 0) {
                    throw other(now);
                }
                end(now);
                continue;
            }
            left -= read;
            if (digest != null) {
                digest.update(buffer, offset, read);
            }
            return read;
        }
    }

    private void begin(UploadedPart next) {
        bytes = opened(next);
        part = next;
        left = next.size();
        digest = next.checked() ? null : DocumentUploads.sha256();
    }

    /** A part whose object is missing, for example after a restore, is refused like one with other bytes. */
    private InputStream opened(UploadedPart next) {
        try {
            return open.apply(next);
        } catch (ProblemException problem) {
            if (problem.reason() != ProblemReason.NOT_FOUND) {
                throw problem;
            }
            refused.accept(next);
            throw new ProblemException(
                    ProblemReason.UPLOAD_INCOMPLETE,
                    "Part " + next.number() + " is missing in the store; send it again.",
                    problem);
        }
    }

    private void end(UploadedPart ended) throws IOException {
        close();
        if (digest != null && !HexFormat.of().formatHex(digest.digest()).equals(ended.hash())) {
            throw other(ended);
        }
        part = null;
    }

    private ProblemException other(UploadedPart ended) {
        refused.accept(ended);
        return new ProblemException(
                ProblemReason.HASH_MISMATCH,
                "Part " + ended.number() + " has other bytes than promised; send it again.");
    }

    @Override
    public void close() throws IOException {
        InputStream opened = bytes;
        bytes = null;
        if (opened != null) {
            opened.close();
        }
    }
}
