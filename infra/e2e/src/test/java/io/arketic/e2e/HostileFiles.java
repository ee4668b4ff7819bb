package io.arketic.e2e;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Makes files that a bucket gets sooner or later, with good ones among them. */
final class HostileFiles {

    private static final int MEBIBYTE = 1 << 20;

    private HostileFiles() {}

    static void write(Path directory, Path samples) throws IOException {
        Files.writeString(directory.resolve("good.txt"), "A good file among bad ones is indexed all the same.");
        Files.writeString(
                directory.resolve("wrong-extension.docx"),
                "<html><body><p>A page under a false name.</p></body></html>");
        Files.write(
                directory.resolve("nul-bytes.txt"),
                "Zero\0bytes stand in this text, and it is read.".getBytes(StandardCharsets.UTF_8));
        Files.write(directory.resolve("empty.pdf"), new byte[0]);
        byte[] random = new byte[64 * 1024];
        new Random(7).nextBytes(random);
        random[0] = 'P';
        random[1] = 'K';
        random[2] = 3;
        random[3] = 4;
        Files.write(directory.resolve("random.docx"), random);
        byte[] handbook = Files.readAllBytes(samples.resolve("rider-handbook.pdf"));
        Files.write(directory.resolve("truncated.pdf"), Arrays.copyOf(handbook, 600));
        Files.copy(samples.resolve("payroll-2026.pdf"), directory.resolve("encrypted.pdf"));
        writeEntities(directory.resolve("entities.docx"));
        writeBomb(directory.resolve("bomb.zip"));
    }

    /** Makes entities that expand to 10^9 characters. */
    private static void writeEntities(Path file) throws IOException {
        var document = new StringBuilder("<?xml version=\"1.0\"?><!DOCTYPE w [<!ENTITY a0 \"ha\">");
        for (int level = 1; level <= 9; level++) {
            document.append("<!ENTITY a")
                    .append(level)
                    .append(" \"")
                    .append(("&a" + (level - 1) + ";").repeat(10))
                    .append("\">");
        }
        document.append("]><w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">"
                + "<w:body><w:p><w:r><w:t>&a9;</w:t></w:r></w:p></w:body></w:document>");
        try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
            put(
                    zip,
                    "[Content_Types].xml",
                    "<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
                            + "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
                            + "<Override PartName=\"/word/document.xml\" ContentType="
                            + "\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>");
            put(
                    zip,
                    "_rels/.rels",
                    "<?xml version=\"1.0\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
                            + "<Relationship Id=\"r\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\""
                            + " Target=\"word/document.xml\"/></Relationships>");
            put(zip, "word/document.xml", document.toString());
        }
    }

    /** Makes 512 MiB of one letter in half a megabyte. */
    private static void writeBomb(Path file) throws IOException {
        byte[] block = new byte[MEBIBYTE];
        Arrays.fill(block, (byte) 'a');
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
                var zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("bomb.txt"));
            for (int written = 0; written < 512; written++) {
                zip.write(block);
            }
            zip.closeEntry();
        }
    }

    private static void put(ZipOutputStream zip, String name, String content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content.getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
    }
}
