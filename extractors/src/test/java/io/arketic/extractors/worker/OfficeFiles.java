package io.arketic.extractors.worker;

import io.arketic.extractors.ExtractLimits;
import io.arketic.extractors.ExtractedDocument;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Finds Office files that LibreOffice wrote, and makes some of a few parts that no program would write. */
final class OfficeFiles {

    /** Lists the same sheet in every format. */
    static final String STOCK = """
                        Stock

                        | Article | Pieces |
                        | --- | --- |
                        | Bolt | 12 |
                        | Nut | 30 |
                        | All | 51 |

                        Comment by R. Viewer on C2: Count again.""";

    /** Lists the same slides in every format. */
    static final String FERRIES = """
                        Timetable of the ferries

                        Left: the first ferry sails at six.

                        Right: the second ferry sails at noon.

                        | Ferry | Seats |
                        | --- | --- |
                        | Gull | 120 |

                        Notes: Say that the Gull is new.

                        Comment by R. Viewer: Is this number final?

                        Third slide""";

    private static final DocumentReader READER = new DocumentReader(ExtractLimits.DEFAULT, List.of());

    private OfficeFiles() {}

    static ExtractedDocument read(String name) throws Exception {
        URL resource = OfficeFiles.class.getResource("office/" + name);
        return read(Path.of(Objects.requireNonNull(resource, name).toURI()));
    }

    static ExtractedDocument read(Path file) throws Exception {
        return READER.read(file, String.valueOf(file.getFileName())).documentOrThrow();
    }

    /** Makes an OpenDocument file of some parts, whose type is first and not compressed. */
    static Path openDocument(Path file, String type, Map<String, String> parts) throws IOException {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("mimetype", "application/vnd.oasis.opendocument." + type);
        all.putAll(parts);
        return zip(file, all);
    }

    /** Makes an archive of some parts, in their order. */
    static Path zip(Path file, Map<String, String> parts) throws IOException {
        try (OutputStream bytes = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, String> part : parts.entrySet()) {
                part(zip, part.getKey(), part.getValue());
            }
        }
        return file;
    }

    private static void part(ZipOutputStream zip, String name, String content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content.getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
    }
}
