package io.arketic.rag.idempotency;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.Part;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Wraps a request whose content has been read once for its hash and can be read again. Parts of a multipart body are
 * already on disk; any other body is kept in memory.
 */
final class RepeatableRequest extends HttpServletRequestWrapper {

    /** Limits the bytes to more than the JSON that the API takes. */
    private static final int MOST_BYTES = 8 << 20;

    /** Reports a body with more bytes than any operation takes. */
    static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private final byte @Nullable [] body;
    private final String hash;

    /**
     * Reads the whole body.
     *
     * @throws ServletException also of a multipart body that cannot be read; {@code request} then says so again
     */
    RepeatableRequest(HttpServletRequest request) throws IOException, ServletException {
        super(request);
        MessageDigest digest = sha256();
        add(digest, request.getMethod());
        add(digest, request.getRequestURI());
        add(digest, String.valueOf(request.getQueryString()));
        String type = request.getContentType();
        if (type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/")) {
            body = null;
            for (Part part : parts(request)) {
                add(digest, part.getName());
                add(digest, String.valueOf(part.getSubmittedFileName()));
                add(digest, String.valueOf(part.getContentType()));
                add(digest, Long.toString(part.getSize()));
                try (InputStream bytes = part.getInputStream()) {
                    byte[] buffer = new byte[1 << 16];
                    for (int read = bytes.read(buffer); read >= 0; read = bytes.read(buffer)) {
                        digest.update(buffer, 0, read);
                    }
                }
            }
        } else {
            body = request.getInputStream().readNBytes(MOST_BYTES + 1);
            if (body.length > MOST_BYTES) {
                throw new TooLarge();
            }
            digest.update(body);
        }
        hash = HexFormat.of().formatHex(digest.digest());
    }

    /** Returns 64 hexadecimal digits: SHA-256 of method, address and content, without the boundary between parts. */
    String hash() {
        return hash;
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
        return body == null ? super.getInputStream() : new Bytes(body);
    }

    @Override
    public BufferedReader getReader() throws IOException {
        String encoding = getCharacterEncoding();
        return body == null
                ? super.getReader()
                : new BufferedReader(new InputStreamReader(
                        getInputStream(), encoding == null ? StandardCharsets.UTF_8 : Charset.forName(encoding)));
    }

    private static Collection<Part> parts(HttpServletRequest request) throws ServletException {
        try {
            return request.getParts();
        } catch (IOException unreadable) {
            throw new ServletException(unreadable);
        }
    }

    private static void add(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }

    private static final class Bytes extends ServletInputStream {

        private final ByteArrayInputStream bytes;

        Bytes(byte[] body) {
            bytes = new ByteArrayInputStream(body);
        }

        @Override
        public int read() {
            return bytes.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            return bytes.read(target, offset, length);
        }

        @Override
        public boolean isFinished() {
            return bytes.available() == 0;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            throw new IllegalStateException("Creations are answered at once");
        }
    }
}
