package io.arketic.extractors.worker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Converts a mail that a program saved as UTF-16. A mail's header must be ASCII, so no parser reads it; a copy in UTF-8
 * is readable.
 */
final class WideMail {

    private static final int HEADER_BYTES = 512;
    private static final Pattern HEADER = Pattern.compile(
            "\\uFEFF?(?i:received|return-path|delivered-to|from|to|date|subject|mime-version|message-id|content-type"
                    + "|reply-to|x-[\\w-]+):[ \\t].*\\R(?:[\\w-]+:|[ \\t]+\\S)(?s:.*)");
    private static final Pattern DECLARED = Pattern.compile("(?i)(charset\\s*=\\s*[\"']?)utf-?16(?:le|be)?");

    private WideMail() {}

    /** Returns a temporary file, or null if the file is no such mail. */
    static @Nullable Path copy(Path file) throws IOException {
        Charset charset = charset(file);
        if (charset == null) {
            return null;
        }
        Path copy = Files.createTempFile("mail", ".eml");
        // Not Files.newBufferedReader: it gives up at the first unit that is half a character.
        try (BufferedReader in = new BufferedReader(new InputStreamReader(Files.newInputStream(file), charset));
                Writer out = Files.newBufferedWriter(copy)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String text = line.startsWith("\uFEFF") ? line.substring(1) : line;
                out.write(DECLARED.matcher(text).replaceAll("$1utf-8"));
                out.write("\r\n");
            }
            return copy;
        } catch (IOException e) {
            Files.deleteIfExists(copy);
            throw e;
        }
    }

    private static @Nullable Charset charset(Path file) throws IOException {
        byte[] beginning;
        try (InputStream in = Files.newInputStream(file)) {
            beginning = in.readNBytes(HEADER_BYTES);
        }
        for (Charset charset : new Charset[] {StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE}) {
            if (HEADER.matcher(new String(beginning, charset)).matches()) {
                return charset;
            }
        }
        return null;
    }
}
