package io.arketic.extractors.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.extractors.ExtractLimits;
import io.arketic.extractors.ExtractedDocument;
import io.arketic.extractors.ExtractedDocument.Block;
import io.arketic.extractors.ExtractedDocument.BlockType;
import io.arketic.extractors.ExtractedDocument.Page;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;
import org.apache.pdfbox.util.Matrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the order in which the parts of a page are read. */
class PdfLayoutTest {

    private static final List<String> BODY = List.of(
            "The harbour master opens the gate at six in the morning and",
            "closes it at ten in the evening, except on the days of the",
            "regatta, when it stays open all night for the crews.");

    @TempDir
    Path directory;

    @Test
    void runningHeadersAndFootersAreNoText() throws Exception {
        ExtractedDocument document = read(pages -> {
            for (int i = 1; i <= 4; i++) {
                Drawn page = pages.page();
                page.text(72, 760, "Harbour rules, edition " + (2020 + i));
                page.lines(72, 700, BODY);
                page.text(72, 600, "Rule " + "abcd".charAt(i - 1) + " ends here.");
                page.text(280, 40, "Page " + i + " of 4");
            }
        });
        assertThat(document.text())
                .doesNotContain("edition", "Page 1")
                .contains("Rule a ends here.", "Rule d ends here.");
    }

    @Test
    void aParagraphGoesOnAcrossThePage() throws Exception {
        ExtractedDocument document = read(pages -> {
            pages.page().lines(72, 700, List.of(BODY.get(0), BODY.get(1)));
            pages.page()
                    .lines(72, 700, List.of(BODY.get(2), "Bring the papers of the boat with you in any case, please."));
        });
        assertThat(document.text()).contains("on the days of the regatta, when it stays");
        assertThat(document.blocks()).hasSize(1);
        Page second = document.pages().get(1);
        assertThat(document.text().substring(second.start())).startsWith("regatta, when");
        Block block = document.blocks().get(0);
        assertThat(block.start()).isLessThan(second.start());
        assertThat(block.end()).isGreaterThan(second.start());
    }

    @Test
    void aStampAcrossThePageStandsApart() throws Exception {
        ExtractedDocument document = read(pages -> {
            Drawn page = pages.page();
            page.lines(72, 700, BODY);
            page.turned(45, 150, 640, "DRAFT COPY");
        });
        assertThat(document.text()).endsWith("for the crews.\n\nDRAFT COPY");
    }

    @Test
    void largerLinesAreHeadings() throws Exception {
        ExtractedDocument document = read(pages -> {
            Drawn page = pages.page();
            page.large(72, 740, "Opening of the gate");
            page.lines(72, 700, BODY);
        });
        assertThat(document.blocks())
                .extracting(block -> block.type() + " "
                        + document.text()
                                .substring(block.start(), block.end())
                                .lines()
                                .findFirst()
                                .orElseThrow())
                .first()
                .isEqualTo("HEADING Opening of the gate");
    }

    @Test
    void boldLinesAreHeadingsBelowLargerOnes() throws Exception {
        ExtractedDocument document = read(pages -> {
            Drawn page = pages.page();
            page.large(72, 760, "Rules of the harbour");
            page.bold(72, 725, "Note 4: Gates");
            page.bold(72, 700, "Opening hours");
            page.lines(72, 675, BODY);
            page.bold(72, 630, "Fee: 12 euros a night");
            page.bold(72, 605, "No boat may anchor here.");
            page.lines(72, 580, BODY);
        });
        assertThat(document.blocks())
                .filteredOn(block -> block.type() == BlockType.HEADING)
                .extracting(block -> block.level() + " " + document.text().substring(block.start(), block.end()))
                .containsExactly("1 Rules of the harbour", "4 Note 4: Gates", "5 Opening hours");
        assertThat(document.text()).contains("\n\nOpening hours\n\nThe harbour", "Fee: 12 euros a night");
    }

    /** A document in bold letters has no headings by their weight. */
    @Test
    void boldSaysNothingWhereMostIsBold() throws Exception {
        ExtractedDocument document = read(pages -> {
            Drawn page = pages.page();
            for (int i = 0; i < 5; i++) {
                page.bold(72, 700 - 40 * i, "Berth " + (i + 1) + " of the harbour");
            }
            page.text(72, 400, "The end of the list");
        });
        assertThat(document.blocks()).extracting(Block::type).doesNotContain(BlockType.HEADING);
    }

    /** Letters that are drawn twice look bold; another text at the same place is a text of its own. */
    @Test
    void textsOverEachOtherAreWhole() throws Exception {
        ExtractedDocument document = read(pages -> {
            Drawn page = pages.page();
            page.text(72, 700, "The gate opens at six");
            page.text(72.2, 700, "The gate opens at six");
            page.text(72, 600, "Berths of the north");
            page.text(72, 600, "Berths of the south quay");
        });
        assertThat(document.text())
                .containsOnlyOnce("The gate opens at six")
                .contains("Berths of the north", "Berths of the south quay");
    }

    @Test
    void rowsOfATableStayRows() throws Exception {
        ExtractedDocument document = read(pages -> {
            Drawn page = pages.page();
            for (int i = 0; i < 6; i++) {
                page.text(72, 700 - 15 * i, "Berth " + (i + 1));
                page.text(300, 700 - 15 * i, (10 + i) + " euros");
            }
        });
        assertThat(document.text()).contains("Berth 1 10 euros\nBerth 2 11 euros\nBerth 3 12 euros");
    }

    private interface Drawing {
        void on(Pages pages) throws IOException;
    }

    private record Pages(PDDocument document) {
        Drawn page() {
            PDPage page = new PDPage();
            document.addPage(page);
            return new Drawn(document, page);
        }
    }

    private record Drawn(PDDocument document, PDPage page) {

        void lines(double x, double y, List<String> lines) throws IOException {
            for (int i = 0; i < lines.size(); i++) {
                text(x, y - 15 * i, lines.get(i));
            }
        }

        void text(double x, double y, String text) throws IOException {
            draw(Matrix.getTranslateInstance((float) x, (float) y), 11, text);
        }

        void bold(double x, double y, String text) throws IOException {
            draw(Matrix.getTranslateInstance((float) x, (float) y), FontName.HELVETICA_BOLD, 11, text);
        }

        void large(double x, double y, String text) throws IOException {
            draw(Matrix.getTranslateInstance((float) x, (float) y), 18, text);
        }

        void turned(double degrees, double x, double y, String text) throws IOException {
            draw(Matrix.getRotateInstance(Math.toRadians(degrees), (float) x, (float) y), 40, text);
        }

        private void draw(Matrix place, float size, String text) throws IOException {
            draw(place, FontName.HELVETICA, size, text);
        }

        private void draw(Matrix place, FontName font, float size, String text) throws IOException {
            try (PDPageContentStream content =
                    new PDPageContentStream(document, page, PDPageContentStream.AppendMode.APPEND, false)) {
                content.beginText();
                content.setFont(new PDType1Font(font), size);
                content.setTextMatrix(place);
                content.showText(text);
                content.endText();
            }
        }
    }

    private ExtractedDocument read(Drawing drawing) throws Exception {
        Path file = directory.resolve("a.pdf");
        try (PDDocument document = new PDDocument()) {
            drawing.on(new Pages(document));
            document.save(file.toFile());
        }
        return new DocumentReader(ExtractLimits.DEFAULT, List.of())
                .read(file, "a.pdf")
                .documentOrThrow();
    }
}
