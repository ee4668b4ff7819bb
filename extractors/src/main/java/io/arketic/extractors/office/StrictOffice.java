package io.arketic.extractors.office;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes Strict Office Open XML (ISO/IEC 29500-1) readable for POI, which only knows the Transitional namespaces: it
 * copies the file with renamed namespaces.
 */
public final class StrictOffice {

    private static final Pattern STRICT =
            Pattern.compile("http://purl\\.oclc\\.org/ooxml/([A-Za-z]+)/([A-Za-z]+)(/\\w+)?");
    private static final String MARK = "http://purl.oclc.org/ooxml/";
    private static final int LARGEST_PART = 32 << 20;
    private static final int MOST_PARTS = 5_000;

    private StrictOffice() {}

    /** Returns a temporary file, or null if the file is no such document. */
    public static @Nullable Path copy(Path file) throws IOException {
        if (!isZip(file)) {
            return null;
        }
        try (ZipFile zip = new ZipFile(file.toFile())) {
            ZipEntry relations = zip.getEntry("_rels/.rels");
            if (relations == null
                    || zip.size() > MOST_PARTS
                    || !read(zip, relations).contains(MARK)) {
                return null;
            }
            Path copy = Files.createTempFile("transitional", ".zip");
            try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(copy))) {
                copy(zip, out);
                return copy;
            } catch (IOException e) {
                Files.deleteIfExists(copy);
                throw e;
            }
        } catch (ZipException | PartTooLargeException damaged) {
            // The parser reports any fault of it better.
            return null;
        }
    }

    private static boolean isZip(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] mark = in.readNBytes(4);
            return mark.length == 4 && mark[0] == 'P' && mark[1] == 'K' && mark[2] == 3 && mark[3] == 4;
        }
    }

    private static void copy(ZipFile zip, ZipOutputStream out) throws IOException {
        Enumeration<? extends ZipEntry> entries = zip.entries();
        while (entries.hasMoreElements()) {
            ZipEntry entry = entries.nextElement();
            out.putNextEntry(new ZipEntry(entry.getName()));
            if (entry.getName().endsWith(".xml") || entry.getName().endsWith(".rels")) {
                out.write(renamed(read(zip, entry)).getBytes(StandardCharsets.ISO_8859_1));
            } else {
                transfer(zip, entry, out);
            }
            out.closeEntry();
        }
    }

    private static void transfer(ZipFile zip, ZipEntry entry, OutputStream out) throws IOException {
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] bytes = in.readNBytes(LARGEST_PART + 1);
            if (bytes.length > LARGEST_PART) {
                throw new PartTooLargeException(entry.getName());
            }
            out.write(bytes);
        }
    }

    /**
     * Reads a part as ISO-8859-1, which keeps every byte; the names in question are ASCII in every encoding except
     * UTF-16.
     */
    private static String read(ZipFile zip, ZipEntry entry) throws IOException {
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] bytes = in.readNBytes(LARGEST_PART + 1);
            if (bytes.length > LARGEST_PART) {
                throw new PartTooLargeException(entry.getName());
            }
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    private static String renamed(String part) {
        Matcher matcher = STRICT.matcher(part);
        return matcher.replaceAll(match -> "http://schemas.openxmlformats.org/" + match.group(1) + "/2006/"
                + transitional(match.group(2))
                + (match.group(3) == null
                        ? ""
                        : "/" + transitional(match.group(3).substring(1))));
    }

    private static String transitional(String name) {
        return switch (name) {
            case "extendedProperties" -> "extended-properties";
            case "customProperties" -> "custom-properties";
            default -> name;
        };
    }

    private static final class PartTooLargeException extends IOException {
        private static final long serialVersionUID = 1L;

        PartTooLargeException(String part) {
            super(part);
        }
    }
}
