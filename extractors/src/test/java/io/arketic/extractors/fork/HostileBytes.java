package io.arketic.extractors.fork;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;

/** Makes harmful files, each small and of one kind. */
final class HostileBytes {

    private HostileBytes() {}

    /** Makes forms that draw each other: {@code 10^depth} drawings of one word. */
    static byte[] recursiveForms(int depth) {
        StringBuilder pdf = new StringBuilder("%PDF-1.7\n");
        pdf.append("1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n");
        pdf.append("3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R")
                .append("/Resources<</XObject<</F 6 0 R>>>>>>endobj\n")
                .append(stream(4, "", "/F Do"))
                .append("5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n");
        for (int level = 0; level < depth; level++) {
            String resources = level == depth - 1
                    ? "/Resources<</Font<</A 5 0 R>>>>"
                    : "/Resources<</XObject<</F " + (level + 7) + " 0 R>>>>";
            String content = level == depth - 1 ? "BT/A 9 Tf(ha)Tj ET" : "/F Do ".repeat(10);
            pdf.append(stream(6 + level, "/Type/XObject/Subtype/Form/BBox[0 0 99 99]" + resources, content));
        }
        return latin(pdf.append("trailer<</Root 1 0 R>>\n%%EOF\n").toString());
    }

    /** Makes a page tree in which each node has one child. */
    static byte[] deepPages(int depth) {
        StringBuilder pdf = new StringBuilder("%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n");
        for (int node = 2; node < depth; node++) {
            pdf.append(node)
                    .append(" 0 obj<</Type/Pages/Kids[")
                    .append(node + 1)
                    .append(" 0 R]/Count 1>>endobj\n");
        }
        return latin(pdf.append("trailer<</Root 1 0 R>>\n%%EOF\n").toString());
    }

    private static String stream(int number, String entries, String content) {
        return number + " 0 obj<<" + entries + "/Length " + content.length() + ">>stream\n" + content
                + "\nendstream endobj\n";
    }

    /** Makes a file that does not begin as PDF. */
    static byte[] junkBefore(byte[] pdf) {
        byte[] junk = new byte[800];
        new Random(5).nextBytes(junk);
        return join(junk, pdf);
    }

    static byte[] nested(String open, int depth, String close) {
        return latin(open.repeat(depth) + "bottom" + close.repeat(depth));
    }

    static byte[] manyEntries(int count) {
        Map<String, byte[]> members = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            members.put("member-" + i + ".txt", latin("word " + i));
        }
        return SampleFiles.zip(members);
    }

    /** Makes a mail that contains a mail, and so on. */
    static byte[] nestedMail(int depth) {
        StringBuilder mail = new StringBuilder();
        for (int level = 0; level < depth; level++) {
            mail.append("From: ada@example.org\nSubject: level ")
                    .append(level)
                    .append("\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b")
                    .append(level)
                    .append("\n\n--b")
                    .append(level)
                    .append("\nContent-Type: message/rfc822\n\n");
        }
        mail.append("From: ada@example.org\nSubject: end\nContent-Type: text/plain\n\ninnermost words\n");
        for (int level = depth - 1; level >= 0; level--) {
            mail.append("--b").append(level).append("--\n");
        }
        return latin(mail.toString());
    }

    /** Makes XML that refers to a file or an address and would show its content. */
    static byte[] xmlWithEntity(String system) {
        return latin("<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY x SYSTEM \"" + system + "\">]><a>seen &x; end</a>");
    }

    static byte[] docxWithEntity(String system) {
        Map<String, byte[]> parts = new LinkedHashMap<>();
        parts.put("[Content_Types].xml", latin("""
                <?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">\
                <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
                <Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""));
        parts.put("_rels/.rels", latin("""
                <?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">\
                <Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"""));
        parts.put(
                "word/document.xml",
                latin("<?xml version=\"1.0\"?><!DOCTYPE w [<!ENTITY x SYSTEM \"" + system
                        + "\">]><w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>"
                        + "<w:p><w:r><w:t>seen &x; end</w:t></w:r></w:p></w:body></w:document>"));
        return SampleFiles.zip(parts);
    }

    /** Makes a compound file whose allocation table leads back to its beginning. */
    static byte[] compoundFileLoop() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (POIFSFileSystem file = new POIFSFileSystem()) {
            file.createDocument(new java.io.ByteArrayInputStream(new byte[20_000]), "WordDocument");
            file.writeFilesystem(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] looping = bytes.toByteArray();
        int table = 512 + 512 * littleEndian(looping, 76);
        for (int entry = 0; entry < 128; entry++) {
            looping[table + 4 * entry] = (byte) (entry % 3);
            Arrays.fill(looping, table + 4 * entry + 1, table + 4 * entry + 4, (byte) 0);
        }
        return looping;
    }

    private static int littleEndian(byte[] bytes, int at) {
        return bytes[at] & 0xFF | (bytes[at + 1] & 0xFF) << 8 | (bytes[at + 2] & 0xFF) << 16;
    }

    /** Makes several successive compressed files, as log rotation and parallel compressors write them. */
    static byte[] gzip(String... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String part : parts) {
            try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
                gzip.write(latin(part));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return bytes.toByteArray();
    }

    static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
