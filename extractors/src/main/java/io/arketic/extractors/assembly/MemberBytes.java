package io.arketic.extractors.assembly;

import io.arketic.extractors.ExtractionException.Reason;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Counts the output of the files inside one file, on all levels together: a parser that needs a whole member writes it
 * to disk, and there a member of zeros is a thousand times as large as in its archive.
 */
public final class MemberBytes {

    /** Limits the output of a file, whatever its own size. */
    private static final long MOST = 512L << 20;

    /** Limits growth beyond {@link #HONEST_BYTES}: text deflates to a tenth, so more is an attack. */
    private static final long HONEST_RATIO = 200;

    private static final long HONEST_BYTES = 100L << 20;

    private final TextAssembler out;
    private final long fileBytes;
    private final long limit;
    private long read;

    public MemberBytes(TextAssembler out, long fileBytes, long maxFileBytes) {
        this.out = out;
        this.fileBytes = fileBytes;
        this.limit = Math.min(maxFileBytes, MOST);
    }

    /** Returns the stream of one member, which throws a {@link LimitPassedException} from the first excess byte on. */
    public InputStream counted(InputStream member) {
        return new Counted(member);
    }

    private void add(long bytes) {
        read += Math.max(bytes, 0);
        if (read > HONEST_BYTES && read / HONEST_RATIO > fileBytes) {
            throw passed(
                    Reason.MALICIOUS,
                    "more than " + HONEST_BYTES + " bytes of embedded files in " + fileBytes + " bytes");
        }
        if (read > limit) {
            throw passed(Reason.FILE_LIMIT, "more than " + limit + " bytes of embedded files");
        }
    }

    private LimitPassedException passed(Reason reason, String detail) {
        LimitPassedException exception = new LimitPassedException(reason, detail);
        out.recordPassed(exception);
        return exception;
    }

    /** Counts bytes and supports no marks: bytes that are read again would count twice. */
    private final class Counted extends FilterInputStream {

        Counted(InputStream member) {
            super(member);
        }

        @Override
        public int read() throws IOException {
            int octet = in.read();
            add(octet < 0 ? 0 : 1);
            return octet;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int got = in.read(target, offset, length);
            add(got);
            return got;
        }

        @Override
        public long skip(long count) throws IOException {
            long skipped = in.skip(count);
            add(skipped);
            return skipped;
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        @Override
        public synchronized void mark(int limit) {}

        @Override
        public synchronized void reset() throws IOException {
            throw new IOException("no mark");
        }
    }
}
