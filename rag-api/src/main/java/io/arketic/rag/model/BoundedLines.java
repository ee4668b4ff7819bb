package io.arketic.rag.model;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads lines of a stream with unknown lengths: one longer than a megabyte ends the reading. */
final class BoundedLines implements Closeable {

    private static final int LONGEST = 1 << 20;

    /** Reports a line that is too long. */
    static final class TooLong extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private final InputStream bytes;

    BoundedLines(InputStream bytes) {
        this.bytes = new BufferedInputStream(bytes);
    }

    /** Returns a line without its end; null after the last one. */
    @Nullable
    String next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = bytes.read();
        if (next < 0) {
            return null;
        }
        while (next >= 0 && next != '\n') {
            if (line.size() == LONGEST) {
                throw new TooLong();
            }
            line.write(next);
            next = bytes.read();
        }
        String text = line.toString(StandardCharsets.UTF_8);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
