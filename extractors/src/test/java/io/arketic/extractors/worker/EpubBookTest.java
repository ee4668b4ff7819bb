package io.arketic.extractors.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.arketic.extractors.ExtractedDocument;
import io.arketic.extractors.ExtractedDocument.BlockType;
import io.arketic.extractors.ExtractionException;
import io.arketic.extractors.ExtractionException.Reason;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that books are read in reading order. */
class EpubBookTest {

    @TempDir
    private Path directory;

    @Test
    void chaptersComeInTheOrderOfTheSpineWithoutTheTableOfContents() throws Exception {
        ExtractedDocument document = OfficeFiles.read(OfficeFiles.zip(directory.resolve("tides.epub"), parts()));
        assertThat(document.metadata().title()).isEqualTo("Tides & boats");
        assertThat(document.metadata().author()).isEqualTo("Mar Quist");
        assertThat(document.text()).isEqualTo("""
                        First chapter

                        The tide rises twice a day.

                        Second chapter

                        The energy is E = m c^2 each time.""");
        assertThat(document.blocks().get(0).type()).isEqualTo(BlockType.HEADING);
    }

    @Test
    void encryptedChaptersAreToldAndEncryptedFontsAreNoMatter() throws Exception {
        Map<String, String> parts = parts();
        parts.put("META-INF/encryption.xml", "<encryption><CipherReference URI=\"font.otf\"/></encryption>");
        assertThat(OfficeFiles.read(OfficeFiles.zip(directory.resolve("font.epub"), parts))
                        .text())
                .contains("The tide");
        parts.put("META-INF/encryption.xml", "<encryption><CipherReference URI=\"text/a.xhtml\"/></encryption>");
        Path locked = OfficeFiles.zip(directory.resolve("locked.epub"), parts);
        assertThatThrownBy(() -> OfficeFiles.read(locked))
                .isInstanceOfSatisfying(
                        ExtractionException.class, e -> assertThat(e.reason()).isEqualTo(Reason.ENCRYPTED));
    }

    private static Map<String, String> parts() {
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("mimetype", "application/epub+zip");
        parts.put(
                "META-INF/container.xml",
                "<container><rootfiles><rootfile full-path=\"book.opf\"/></rootfiles></container>");
        parts.put("book.opf", """
                <package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>Tides &amp; boats</dc:title>
                <dc:creator>Mar Quist</dc:creator></metadata><manifest>
                <item id="b" href="text/b.xhtml" media-type="application/xhtml+xml"/>
                <item id="a" href="text/a.xhtml" media-type="application/xhtml+xml"/>
                <item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
                </manifest><spine><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/></spine></package>
                """);
        parts.put(
                "nav.xhtml",
                "<html xmlns=\"http://www.w3.org/1999/xhtml\"><body><nav><ol><li><a href=\"text/a.xhtml#x\">First chapter"
                        + "</a></li><li><a href=\"text/b.xhtml\">Other name</a></li></ol></nav></body></html>");
        parts.put(
                "text/b.xhtml",
                "<html xmlns=\"http://www.w3.org/1999/xhtml\"><body><h2>Second chapter</h2><p>The energy is <math><mi>E</mi>"
                        + "<mo>=</mo><mrow><mi>m</mi><mtext> </mtext><msup><mi>c</mi><mn>2</mn></msup></mrow></math> each time."
                        + "</p></body></html>");
        parts.put(
                "text/a.xhtml",
                "<html xmlns=\"http://www.w3.org/1999/xhtml\"><body><p>The tide rises twice a day.</p>"
                        + "<p style=\"display:none\">HIDDEN</p></body></html>");
        return parts;
    }
}
