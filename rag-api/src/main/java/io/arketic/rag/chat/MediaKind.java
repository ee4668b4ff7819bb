package io.arketic.rag.chat;

import io.arketic.rag.storage.ClaimedMediaType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Names the kind of a file. Only what its first bytes prove counts as an image, because a browser may display that. */
record MediaKind(String mediaType, boolean isImage) {

    private static final int HEAD = 12;

    /** Detects the kind, and leaves {@code bytes} at their beginning; they must support marks. */
    static MediaKind of(InputStream bytes, @Nullable String claimed, String filename) throws IOException {
        bytes.mark(HEAD);
        String head = new String(bytes.readNBytes(HEAD), StandardCharsets.ISO_8859_1);
        bytes.reset();
        return image(head)
                .map(type -> new MediaKind(type, true))
                .orElseGet(() -> new MediaKind(ClaimedMediaType.of(claimed, filename), false));
    }

    private static Optional<String> image(String head) {
        if (head.startsWith("\u0089PNG\r\n\u001a\n")) {
            return Optional.of("image/png");
        }
        if (head.startsWith("\u00ff\u00d8\u00ff")) {
            return Optional.of("image/jpeg");
        }
        if (head.startsWith("GIF87a") || head.startsWith("GIF89a")) {
            return Optional.of("image/gif");
        }
        return head.startsWith("RIFF") && head.startsWith("WEBP", 8) ? Optional.of("image/webp") : Optional.empty();
    }
}
