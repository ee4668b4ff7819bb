package io.arketic.rag;

import java.nio.charset.StandardCharsets;

/** Makes bodies of uploads. */
final class Multipart {

    static final String BOUNDARY = "boundary-of-the-tests";

    private Multipart() {}

    static byte[] file(String field, String name, String content) {
        return ("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"" + field + "\"; filename=\"" + name
                        + "\"\r\nContent-Type: text/plain\r\n\r\n" + content + "\r\n--" + BOUNDARY + "--\r\n")
                .getBytes(StandardCharsets.UTF_8);
    }
}
