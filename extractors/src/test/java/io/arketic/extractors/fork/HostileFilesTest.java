package io.arketic.extractors.fork;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.extractors.ExtractLimits;
import io.arketic.extractors.ExtractionException;
import io.arketic.extractors.ExtractionException.Reason;
import io.arketic.extractors.ExtractorSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that each kind of hostile file ends within the limits, as text or with its reason, and reaches nothing outside.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileFilesTest {

    private static final ExtractLimits LIMITS =
            new ExtractLimits(Duration.ofSeconds(60), 256L << 20, 64 << 20, 2_000_000, 5, 100);

    private final ExtractorSettings settings =
            ExtractorSettings.of(System.getProperty("java.class.path")).withLimits(LIMITS);
    private final ForkedExtractor extractor = ForkedExtractor.start(settings);

    @TempDir
    Path directory;

    @AfterAll
    void end() {
        extractor.close();
    }

    @Test
    void formsThatDrawEachOtherEndAtTheTimeLimit() {
        ExtractLimits hasty = new ExtractLimits(Duration.ofSeconds(5), 256L << 20, 64 << 20, 2_000_000, 5, 100);
        try (ForkedExtractor impatient = ForkedExtractor.start(settings.withLimits(hasty))) {
            assertThat(outcome(impatient, "forms.pdf", HostileBytes.recursiveForms(12)))
                    .isIn(Reason.TIME_LIMIT.name(), Reason.TEXT_LIMIT.name(), Reason.MEMORY_LIMIT.name());
        }
    }

    @Test
    void damagedFilesAreCorrupt() {
        assertThat(outcome("one-byte.pdf", new byte[] {'%'})).isEqualTo("CORRUPT");
        assertThat(outcome("loop.doc", HostileBytes.compoundFileLoop())).isEqualTo("CORRUPT");
        byte[] gzip = HostileBytes.gzip("A compressed text. ".repeat(500));
        assertThat(outcome("half.txt.gz", Arrays.copyOf(gzip, gzip.length / 2))).isEqualTo("CORRUPT");
    }

    @Test
    void nestingEndsAsTextOrWithAReason() {
        bounded("pages.pdf", HostileBytes.deepPages(20_000));
        bounded("deep.html", HostileBytes.nested("<b><i>", 15_000, ""));
        bounded("deep.xml", HostileBytes.nested("<a>", 50_000, "</a>"));
        bounded("deep.json", HostileBytes.nested("{\"a\":", 50_000, "}"));
        bounded("deep.md", HostileBytes.nested("> ", 20_000, ""));
        bounded("brackets.md", HostileBytes.nested("[![(", 20_000, ""));
        bounded("tags.md", HostileBytes.nested("<a ", 20_000, ""));
        bounded("deep.tex", HostileBytes.nested("\\textbf{", 50_000, "}"));
        bounded("dollars.tex", HostileBytes.nested("$ ", 50_001, ""));
        bounded("deep.rtf", HostileBytes.latin("{\\rtf1 " + "{".repeat(50_000) + "bottom" + "}".repeat(50_001)));
        bounded("one-line.adoc", HostileBytes.nested("link:", 50_000, ""));
    }

    @Test
    void aPdfIsReadAfterForeignBytes() {
        assertThat(outcome("late.pdf", HostileBytes.junkBefore(SampleFiles.pdf("Late words."))))
                .isEqualTo("Late words.");
    }

    @Test
    void anArchiveOfTooManyFilesIsRefused() {
        assertThat(outcome("many.zip", HostileBytes.manyEntries(101))).isEqualTo("EMBEDDED_COUNT_LIMIT");
        assertThat(outcome("all.zip", HostileBytes.manyEntries(100_000))).isEqualTo("EMBEDDED_COUNT_LIMIT");
        assertThat(outcome("few.zip", HostileBytes.manyEntries(3))).contains("word 0", "word 1", "word 2");
    }

    @Test
    void aMailInsideAMailInsideAMailEnds() {
        assertThat(outcome("once.eml", HostileBytes.nestedMail(2))).contains("innermost words");
        assertThat(outcome("self.eml", HostileBytes.nestedMail(40))).isEqualTo("EMBEDDED_DEPTH_LIMIT");
        bounded("wide.eml", HostileBytes.nestedMail(3_000));
    }

    /** Some file systems treat such names as one; each member is a text of its own. */
    @Test
    void namesThatDifferByCaseOrUnicodeFormAreDifferentMembers() {
        Map<String, byte[]> members = new LinkedHashMap<>();
        List<String> names = List.of("Report.txt", "report.txt", "REPORT.TXT", "caf\u00E9.txt", "cafe\u0301.txt");
        names.forEach(name -> members.put(name, HostileBytes.latin("Text " + members.size() + ".")));
        assertThat(outcome("names.zip", SampleFiles.zip(members)))
                .contains("Text 0.", "Text 1.", "Text 2.", "Text 3.", "Text 4.");
    }

    @Test
    void namesThatLeaveTheArchiveWriteNothing() throws IOException {
        Path outside = Files.createTempDirectory("outside");
        Path target = outside.resolve("canary.txt");
        Map<String, byte[]> members = new LinkedHashMap<>();
        members.put("../".repeat(12) + target.toString().substring(1), HostileBytes.latin("slipped"));
        members.put(target.toString(), HostileBytes.latin("slipped"));
        members.put("ok.txt", HostileBytes.latin("visible"));
        assertThat(outcome("slip.zip", SampleFiles.zip(members))).contains("visible");
        assertThat(target).doesNotExist();
        Files.delete(outside);
    }

    @Test
    void entitiesReadNoFile() throws IOException {
        String secret = Files.writeString(directory.resolve("secret.txt"), "TOPSECRET")
                .toUri()
                .toString();
        assertThat(outcome("a.xml", HostileBytes.xmlWithEntity(secret))).doesNotContain("TOPSECRET");
        assertThat(outcome("a.svg", HostileBytes.xmlWithEntity(secret))).doesNotContain("TOPSECRET");
        assertThat(outcome("a.docx", HostileBytes.docxWithEntity(secret))).isEqualTo("MALICIOUS");
    }

    @Test
    void entitiesAndPicturesOpenNoConnection() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "http://127.0.0.1:" + server.getLocalPort() + "/x";
            bounded("b.xml", HostileBytes.xmlWithEntity(address));
            bounded("b.docx", HostileBytes.docxWithEntity(address));
            bounded("b.html", HostileBytes.latin("<img src='" + address + "'><p>words</p>"));
            bounded(
                    "b.xsl.xml",
                    HostileBytes.latin(
                            "<?xml version=\"1.0\"?><?xml-stylesheet href=\"" + address + "\"?><a>words</a>"));
            server.setSoTimeout(1);
            Assertions.assertThatThrownBy(server::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void whatFollowsTheFirstPartOfACompressedFileIsRead() {
        assertThat(outcome("log.txt.gz", HostileBytes.gzip("First part. ", "Second part.")))
                .endsWith("First part. Second part.");
    }

    private void bounded(String name, byte[] content) {
        Set<Reason> wrong = EnumSet.of(Reason.PARSER_CRASHED, Reason.TIME_LIMIT);
        assertThat(wrong).extracting(Reason::name).as(name).doesNotContain(outcome(name, content));
    }

    private String outcome(String name, byte[] content) {
        return outcome(extractor, name, content);
    }

    /** Returns the text, or the name of the reason for its absence. */
    private String outcome(ForkedExtractor by, String name, byte[] content) {
        try {
            String text = by.extract(Files.write(directory.resolve(name), content), name)
                    .text();
            assertThat(text).doesNotContain("\0");
            assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(text)).isTrue();
            return text;
        } catch (ExtractionException failure) {
            return failure.reason().name();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
