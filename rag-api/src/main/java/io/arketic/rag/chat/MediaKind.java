package io.arketic.rag.chat;

import io.arketic.rag.storage.ClaimedMediaType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Names the kind of a file. Only what its first bytes prove counts as an image or as sound: a browser may display an image.
 *
 * @param messageType of the file's message: {@code image}, {@code audio} or {@code file}
 */
record MediaKind(String mediaType, String messageType) {

    private static final int HEAD = 12;

    /** Detects the kind, and leaves {@code bytes} at their beginning; they must support marks. */
    static MediaKind of(InputStream bytes, @Nullable String claimed, String filename) throws IOException {
        bytes.mark(HEAD);
        String head = new String(bytes.readNBytes(HEAD), StandardCharsets.ISO_8859_1);
        bytes.reset();
        return image(head)
                .map(type -> new MediaKind(type, "image"))
                .or(() -> sound(head).map(type -> new MediaKind(type, "audio")))
                .orElseGet(() -> new MediaKind(ClaimedMediaType.of(claimed, filename), "file"));
    }

    /** Returns the usual ending of a file of this type of sound. */
    static String extension(String mediaType) {
        return switch (mediaType) {
            case "audio/mpeg" -> "mp3";
            case "audio/mp4" -> "m4a";
            default -> mediaType.substring(mediaType.indexOf('/') + 1);
        };
    }

    private static Optional<String> sound(String head) {
        if (head.startsWith("RIFF") && head.startsWith("WAVE", 8)) {
            return Optional.of("audio/wav");
        }
        if (head.startsWith("ID3") || head.startsWith("\u00ff\u00fb") || head.startsWith("\u00ff\u00f3")) {
            return Optional.of("audio/mpeg");
        }
        if (head.startsWith("fLaC")) {
            return Optional.of("audio/flac");
        }
        if (head.startsWith("OggS")) {
            return Optional.of("audio/ogg");
        }
        return head.startsWith("ftypM4A", 4) ? Optional.of("audio/mp4") : Optional.empty();
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
