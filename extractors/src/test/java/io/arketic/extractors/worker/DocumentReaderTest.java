package io.arketic.extractors.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.arketic.extractors.ExtractLimits;
import io.arketic.extractors.ExtractedDocument;
import io.arketic.extractors.ExtractedDocument.Block;
import io.arketic.extractors.ExtractedDocument.BlockType;
import io.arketic.extractors.ExtractionException;
import io.arketic.extractors.ExtractionException.Reason;
import io.arketic.extractors.Warning;
import io.arketic.extractors.chunk.Chunk;
import io.arketic.extractors.chunk.Chunker;
import io.arketic.extractors.chunk.ChunkingOptions;
import io.arketic.extractors.fork.SampleFiles;
import io.arketic.extractors.protocol.WorkerProtocol;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.compressors.CompressorStreamFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the structure of each format. */
class DocumentReaderTest {

    private final DocumentReader reader = new DocumentReader(ExtractLimits.DEFAULT, List.of());

    @TempDir
    Path directory;

    @Test
    void wordKeepsHeadingsTablesAndProperties() throws Exception {
        ExtractedDocument document = read("a.docx", SampleFiles.docx());
        assertThat(document.text())
                .isEqualTo("Safety rules\n\nWear a helmet.\n\n| Item | Price |\n| --- | --- |\n| Helmet | 30 |\n\n"
                        + "Keep it clean.");
        assertThat(document.blocks())
                .extracting(Block::type)
                .containsExactly(BlockType.HEADING, BlockType.PARAGRAPH, BlockType.TABLE, BlockType.PARAGRAPH);
        assertThat(document.metadata().title()).isEqualTo("Handbook");
        assertThat(document.metadata().author()).isEqualTo("Ada");
        assertThat(document.metadata().created()).isNotNull();
    }

    @Test
    void aMailSavedAsUtf16IsReadAsTheMailItWas() throws Exception {
        String mail = """
                From: Ada <ada@example.org>
                To: Bob <bob@example.org>
                Subject: Pump
                Content-Type: text/plain; charset=utf-16

                The pump in Köln is broken.
                """;
        for (Charset charset : List.of(StandardCharsets.UTF_16, StandardCharsets.UTF_16LE)) {
            assertThat(read("a.eml", mail.getBytes(charset)).text())
                    .startsWith("Pump (Ada <ada@example.org>)\n\nFrom: Ada <ada@example.org>")
                    .endsWith("The pump in Köln is broken.");
        }
    }

    @Test
    void zstandardIsOpened() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new CompressorStreamFactory().createCompressorOutputStream("zstd", bytes)) {
            out.write("The pump is broken.".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(read("a.txt.zst", bytes.toByteArray()).text()).contains("The pump is broken.");
    }

    @Test
    void linesOfAFormatWithoutAParserAreReadUnlessTheyAreForMachines() throws Exception {
        assertThat(read("a.enw", "%0 Book\n%A Ada Lovelace\n%T Notes\n".getBytes(StandardCharsets.UTF_8))
                        .text())
                .contains("%A Ada Lovelace");
        byte[] postscript = "%!PS-Adobe-3.0\n/Times-Roman findfont\n(x) show\n".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> read("a.ps", postscript))
                .isInstanceOfSatisfying(
                        ExtractionException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.UNSUPPORTED_FORMAT));
    }

    @Test
    void sheetsAndSlidesArePages() throws Exception {
        ExtractedDocument book = read("a.xlsx", SampleFiles.xlsx());
        assertThat(pages(book))
                .containsExactly(
                        "Stock\n\n| Article | Count |\n| --- | --- |\n| Stock pump | 7 |",
                        "Sales\n\n| Article | Count |\n| --- | --- |\n| Sales pump | 7 |");
        ExtractedDocument show = read("a.pptx", SampleFiles.pptx("First slide", "Second slide"));
        assertThat(pages(show)).containsExactly("First slide", "Second slide");
    }

    @Test
    void pagesOfPdfArePagesAndWrappedLinesAreJoined() throws Exception {
        ExtractedDocument document = read(
                "a.pdf",
                SampleFiles.pdf(
                        "This sentence runs over the end of its line and was hyphen-\nated there by a printer.",
                        "Two."));
        assertThat(pages(document))
                .containsExactly(
                        "This sentence runs over the end of its line and was hyphenated there by a printer.", "Two.");
    }

    @Test
    void htmlKeepsItsStructureAndLosesItsScripts() throws Exception {
        ExtractedDocument document = read("a.html", text("""
                <html lang="en"><head><title>T</title><style>p{color:red}</style></head><body>
                <h1>Pumps</h1><script>var secret=1</script><p>They move
                water.</p><ul><li>small</li><li>large<ol><li>blue</li></ol></li></ul>
                <table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2 | 3</td></tr></table>
                <pre>if (x)
                  y();</pre></body></html>
                """));
        assertThat(document.text()).isEqualTo("""
                        Pumps

                        They move water.

                        - small
                        - large
                          1. blue

                        | a | b |
                        | --- | --- |
                        | 1 | 2 \\| 3 |

                        if (x)
                          y();""");
        assertThat(document.blocks())
                .extracting(Block::type)
                .containsExactly(
                        BlockType.HEADING, BlockType.PARAGRAPH, BlockType.LIST, BlockType.TABLE, BlockType.CODE);
        assertThat(document.metadata().title()).isEqualTo("T");
    }

    @Test
    void markdownIsUnderstood() throws Exception {
        ExtractedDocument document = read("a.md", text("""
                Title
                =====
                See [the manual](http://example.org/a_(b)).

                ## Steps ##
                1. one
                2. two

                | a | b |
                |---|---|
                | 1 | 2 |

                ```java
                # no heading
                ```
                """));
        assertThat(document.blocks())
                .extracting(block -> block.type() + " " + block.level() + " "
                        + document.text()
                                .substring(block.start(), block.end())
                                .lines()
                                .findFirst()
                                .orElseThrow())
                .containsExactly(
                        "HEADING 1 Title",
                        "PARAGRAPH 0 See [the manual](http://example.org/a_(b)).",
                        "HEADING 2 Steps",
                        "LIST 0 1. one",
                        "TABLE 0 | a | b |",
                        "CODE 0 # no heading");
    }

    @Test
    void separatedValuesBecomeATable() throws Exception {
        ExtractedDocument document = read("a.csv", text("name;note\n\"Smith; Ada\";\"says \"\"hi\"\"\nand goes\"\n"));
        assertThat(document.text()).isEqualTo("| name | note |\n| --- | --- |\n| Smith; Ada | says \"hi\" and goes |");
    }

    @Test
    void aMailHasItsHeadAndItsBodyOnce() throws Exception {
        ExtractedDocument document = read("a.eml", text("""
                From: Ada <ada@example.org>
                To: Bob <bob@example.org>
                Subject: Pumps
                Date: Mon, 2 Mar 2026 10:00:00 +0000
                MIME-Version: 1.0
                Content-Type: multipart/alternative; boundary=b

                --b
                Content-Type: text/plain; charset=utf-8

                The pump is broken.
                --b
                Content-Type: text/html; charset=utf-8

                <p>The pump is <b>broken</b>.</p>
                --b--
                """.replace("\n", "\r\n")));
        assertThat(document.text())
                .startsWith("Pumps (Ada <ada@example.org>, 2026-03-02)\n\n"
                        + "From: Ada <ada@example.org>\nTo: Bob <bob@example.org>");
        assertThat(document.metadata().title()).isEqualTo("Pumps");
        assertThat(document.text().split("broken", -1)).hasSize(2);
        assertThat(document.text().split("From: ", -1)).as("its head").hasSize(2);
        assertThat(document.mediaType()).isEqualTo("message/rfc822");
    }

    @Test
    void anUnreadableSignatureDoesNotFailTheMail() throws Exception {
        ExtractedDocument document = read("s.eml", text("""
                Subject: Signed
                MIME-Version: 1.0
                Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary=b

                --b
                Content-Type: text/plain

                Signed words.
                --b
                Content-Type: application/pkcs7-signature; name=smime.p7s
                Content-Transfer-Encoding: base64
                Content-Disposition: attachment; filename=smime.p7s

                MIIGmgYJKoZIhvcNAQcCoIIGizCCBocCAQExCzAJBgUrDgMCGgUA
                --b--
                """.replace("\n", "\r\n")));
        assertThat(document.text()).contains("Signed words.");
    }

    @Test
    void membersOfAnArchiveStandUnderTheirNames() throws Exception {
        Map<String, byte[]> members = new TreeMap<>();
        members.put("a/one.txt", text("The first."));
        members.put("b/two.docx", SampleFiles.docx());
        members.put("c/noise.bin", new byte[] {1, 2, 3});
        ExtractedDocument document = read("a.zip", SampleFiles.zip(members));
        assertThat(document.text()).startsWith("a/one.txt\n\nThe first.\n\nb/two.docx\n\nSafety rules");
        assertThat(document.text()).doesNotContain("noise");
        assertThat(document.blocks().get(0).type()).isEqualTo(BlockType.FILE);
        assertThat(document.metadata().title()).isNull();
    }

    @Test
    void eachPieceOfAMailNamesItsFileItsSenderAndItsDay() throws Exception {
        Map<String, byte[]> members = new TreeMap<>();
        members.put("2026/costs.txt", text("The pump costs 90 euros."));
        String archive = Base64.getMimeEncoder().encodeToString(SampleFiles.zip(members));
        ExtractedDocument document = read("order.eml", text("""
                From: Ada <ada@example.org>
                Subject: Pumps
                Date: Mon, 2 Mar 2026 10:00:00 +0000
                MIME-Version: 1.0
                Content-Type: multipart/mixed; boundary=b

                --b
                Content-Type: text/plain

                %s
                --b
                Content-Type: application/zip; name=offers.zip
                Content-Transfer-Encoding: base64
                Content-Disposition: attachment; filename=offers.zip

                %s
                --b
                Content-Type: message/rfc822
                Content-Disposition: attachment; filename=before.eml

                From: Bob <bob@example.org>
                Subject: Question
                Date: Sun, 1 Mar 2026 10:00:00 +0000
                Content-Type: text/plain

                What does a pump cost?
                --b
                Content-Type: text/plain

                Sent from the mill.
                --b--
                """.formatted("We offer a pump. ".repeat(40), archive)
                .replace("\n", "\r\n")));
        Map<String, String> titles = new LinkedHashMap<>();
        for (Chunk chunk : new Chunker().chunk(document, new ChunkingOptions(400, 0, 512), String::length)) {
            titles.put(chunk.text().strip().lines().reduce("", (before, line) -> line), chunk.title());
        }
        String mail = "Pumps (Ada <ada@example.org>, 2026-03-02)";
        assertThat(titles)
                .containsEntry("The pump costs 90 euros.", mail + " › offers.zip › 2026/costs.txt")
                .containsEntry(
                        "What does a pump cost?", mail + " › before.eml: Question (Bob <bob@example.org>, 2026-03-01)")
                .containsEntry("Sent from the mill.", mail);
        assertThat(titles.values()).allMatch(title -> title.startsWith(mail));
    }

    @Test
    void aBadMemberCostsItsOwnTextOnly() throws Exception {
        byte[] whole = SampleFiles.docx();
        Map<String, byte[]> inner = new TreeMap<>();
        inner.put("locked.pdf", SampleFiles.pdfFor("secret", "hidden"));
        inner.put("plan.txt", text("The valve opens at noon."));
        Map<String, byte[]> members = new TreeMap<>();
        members.put("a.zip", SampleFiles.zip(inner));
        members.put("half.docx", Arrays.copyOf(whole, whole.length / 2));
        members.put("whole.docx", whole);
        ExtractedDocument document = read("all.zip", SampleFiles.zip(members));
        assertThat(document.text())
                .contains("a.zip › plan.txt\n\nThe valve opens at noon.", "[locked.pdf: encrypted, not read]")
                .contains("half.docx\n\n[half.docx: damaged, not read]", "whole.docx\n\nSafety rules");
        assertThat(document.warnings())
                .containsExactly(
                        new Warning(Warning.Kind.MEMBER_ENCRYPTED, null, "a.zip › locked.pdf"),
                        new Warning(Warning.Kind.MEMBER_UNREADABLE, null, "half.docx"));
    }

    @Test
    void textIsCleanForEveryFile() throws Exception {
        ExtractedDocument document =
                read("a.html", text("<p>a&#0;b&#xD800;c\u0007 d\u00A0e&shy;f e\u0301</p><p>\u200E</p>"));
        assertThat(document.text().chars().noneMatch(c -> c < 0x20 && c != '\n' && c != '\t'))
                .isTrue();
        assertThat(document.text().chars().noneMatch(c -> Character.isSurrogate((char) c)))
                .isTrue();
        assertThat(document.text()).contains("d ef é");
    }

    @Test
    void externalEntitiesAreNotRead() throws Exception {
        Path secret = Files.writeString(directory.resolve("secret.txt"), "TOPSECRET");
        byte[] xml = text("<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY x SYSTEM \"" + secret.toUri()
                + "\">]><a>seen &x; end</a>");
        Files.write(directory.resolve("x.xml"), xml);
        WorkerProtocol.Answer answer = reader.read(directory.resolve("x.xml"), "x.xml");
        assertThat(answer.toString()).doesNotContain("TOPSECRET");
    }

    private static List<String> pages(ExtractedDocument document) {
        return document.pages().stream()
                .map(page -> document.text().substring(page.start(), page.end()).strip())
                .toList();
    }

    private ExtractedDocument read(String name, byte[] content) throws IOException, ExtractionException {
        Path file = Files.write(directory.resolve(name), content);
        ExtractedDocument document = reader.read(file, name).documentOrThrow();
        int end = 0;
        for (Block block : document.blocks()) {
            assertThat(block.start()).isGreaterThanOrEqualTo(end);
            assertThat(block.end())
                    .isGreaterThan(block.start())
                    .isLessThanOrEqualTo(document.text().length());
            end = block.end();
        }
        return document;
    }

    private static byte[] text(String content) {
        return content.getBytes(StandardCharsets.UTF_8);
    }
}
