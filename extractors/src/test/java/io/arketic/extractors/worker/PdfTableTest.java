package io.arketic.extractors.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.extractors.ExtractedDocument;
import io.arketic.extractors.ExtractedDocument.BlockType;
import io.arketic.extractors.chunk.Chunk;
import io.arketic.extractors.chunk.Chunker;
import io.arketic.extractors.chunk.ChunkingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType0Font;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;
import org.apache.pdfbox.util.Matrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables on the pages of a PDF, which holds letters and lines at places and no tables. */
class PdfTableTest {

    private static final PDType1Font PLAIN = new PDType1Font(FontName.HELVETICA);
    private static final PDType1Font BOLD = new PDType1Font(FontName.HELVETICA_BOLD);

    @TempDir
    private Path directory;

    @Test
    void figuresStandUnderAllTheNamesOfTheirColumn() throws Exception {
        String text = read(document -> {
            Page page = new Page(document, 1);
            statement(page, 700);
        });
        assertThat(text).contains("""
                        | | Three months ended June 30, 2025 | Three months ended June 30, 2024 | Nine months ended June 30, 2025 | Nine months ended June 30, 2024 |
                        | --- | --- | --- | --- | --- |
                        | Ticket sales: |
                        | Adults | $ 4,711 | $ 4,502 | $ 14,020 | $ 13,611 |
                        | Children | 812 | 790 | 2,404 | 2,350 |
                        | Other income, net | (26) | 14 | (81) | 37 |
                        | Share of total | 14.5% | 14.1% | 13.9% | — |""");
        assertThat(text).startsWith("The harbour's figures").endsWith("See the notes below.");
    }

    /** A percent sign moves the end of a figure, and a dollar sign its beginning. */
    @Test
    void namesOfRowsStandApartFromFiguresWithSigns() throws Exception {
        String text = read(document -> {
            Page page = new Page(document, 1);
            int[] edges = {410, 550};
            for (int i = 0; i < 2; i++) {
                page.right(edges[i], 700, BOLD, "June 30,");
                page.right(edges[i], 688, BOLD, i == 0 ? "2025" : "2024");
            }
            page.figures(670, 72, "Ferries", true, edges, "21,448", "21,870");
            page.figures(657, 72, "Freight", false, edges, "14,965", "14,015");
            page.figures(644, 72, "Total", true, edges, "36,413", "35,885");
            for (int i = 0; i < 3; i++) {
                int y = 631 - 13 * i;
                page.text(72, y, List.of("Ferries", "Freight", "Total").get(i) + " of all");
                page.right(401, y, PLAIN, "3" + i + ".4 %");
                page.right(541, y, PLAIN, "4" + i + ".5 %");
            }
        });
        assertThat(text)
                .contains("| | June 30, 2025 | June 30, 2024 |")
                .contains("| Ferries | $ 21,448 | $ 21,870 |", "| Freight of all | 31.4 % | 41.5 % |");
    }

    /** A program may scale the page, so that the size of a font is not that of its letters. */
    @Test
    void aScaledPageIsReadAsItLooks() throws Exception {
        String text = read(document -> statement(new Page(document, 0.6), 1100));
        assertThat(text).contains("| Children | 812 | 790 | 2,404 | 2,350 |");
    }

    @Test
    void aTableGoesOnUnderItsHeadOnTheNextPage() throws Exception {
        Path file = file(document -> {
            for (int i = 0; i < 3; i++) {
                Page page = new Page(document, 1);
                page.text(72, 760, "Harbour of Ostmark, price list");
                if (i == 0) {
                    page.row(700, BOLD, List.of("Berth", "Length", "Price"), 72, 250, 400);
                }
                for (int row = 0; row < 30; row++) {
                    int number = 100 * (i + 1) + row;
                    page.row(
                            680 - 15 * row,
                            PLAIN,
                            List.of("Berth " + number, (number % 9 + 6) + " m", number + ".50"),
                            72,
                            250,
                            400);
                }
                page.text(280, 40, "Page " + (i + 1) + " of 3");
            }
        });
        ExtractedDocument document = OfficeFiles.read(file);
        assertThat(document.text()).doesNotContain("price list", "Page 2").contains("| Berth 229 | 10 m | 229.50 |");
        assertThat(document.pages()).hasSize(3);
        List<Chunk> chunks =
                new Chunker().chunk(document, new ChunkingOptions(1000, 100, 1000), text -> text.length() / 4);
        assertThat(chunks)
                .hasSizeGreaterThan(2)
                .allSatisfy(chunk -> assertThat(chunk.text()).contains("| Berth | Length | Price |"));
    }

    @Test
    void cellsOfSeveralLinesAreOneCell() throws Exception {
        String text = read(document -> {
            Page page = new Page(document, 1);
            page.row(700, BOLD, List.of("Vessel", "Master", "Duty"), 72, 200, 320);
            page.row(670, PLAIN, List.of("Gull", "M. Quist", "carries passengers to the islands"), 72, 200, 320);
            page.row(657, PLAIN, List.of("and freight on Mondays"), 320);
            page.row(630, PLAIN, List.of("Heron", "A. Brandt", "tows barges"), 72, 200, 320);
            page.row(617, PLAIN, List.of("of the North"), 72);
            page.row(590, PLAIN, List.of("Tern", "T. Oke", "lies in the dock"), 72, 200, 320);
        });
        assertThat(text).isEqualTo("""
                        | Vessel | Master | Duty |
                        | --- | --- | --- |
                        | Gull | M. Quist | carries passengers to the islands and freight on Mondays |
                        | Heron of the North | A. Brandt | tows barges |
                        | Tern | T. Oke | lies in the dock |""");
    }

    /** Long cells look like columns of running text, and close ones like one word after the other. */
    @Test
    void whatLinesFrameIsACell() throws Exception {
        String text = read(document -> {
            Page page = new Page(document, 1);
            page.text(72, 730, "Duties of the harbour:");
            page.frame(72, 700, new double[] {90, 150, 200}, 40, 40, 40);
            page.row(685, PLAIN, List.of("Office", "Duty"), 76, 166);
            page.row(
                    645,
                    PLAIN,
                    List.of("Harbour", "opens the gate at six in", "in winter the deputy does so, and"),
                    76,
                    166,
                    316);
            page.row(
                    633,
                    PLAIN,
                    List.of("master", "the morning and closes it", "tells the crews by radio before"),
                    76,
                    166,
                    316);
            page.row(
                    605,
                    PLAIN,
                    List.of("Diver of the port", "looks at the chains of all", "never alone, and never when the"),
                    76,
                    166,
                    316);
            page.row(593, PLAIN, List.of("berths each spring", "wind is stronger than six"), 166, 316);
            page.text(321, 685, "Exceptions");
            page.text(72, 540, "The list holds until further notice.");
        });
        assertThat(text).isEqualTo("""
                        Duties of the harbour:

                        | Office | Duty | Exceptions |
                        | --- | --- | --- |
                        | Harbour master | opens the gate at six in the morning and closes it | in winter the deputy does so, and tells the crews by radio before |
                        | Diver of the port | looks at the chains of all berths each spring | never alone, and never when the wind is stronger than six |

                        The list holds until further notice.""");
    }

    @Test
    void aFrameOverSeveralColumnsNamesEachOfThem() throws Exception {
        String text = read(document -> {
            Page page = new Page(document, 1);
            page.frame(72, 700, new double[] {100}, 20);
            page.frame(172, 700, new double[] {160}, 20);
            page.frame(72, 680, new double[] {100, 80, 80}, 20, 20, 20);
            page.row(686, PLAIN, List.of("Berth", "Fee of a night"), 76, 200);
            page.row(666, PLAIN, List.of("Summer", "Winter"), 176, 256);
            page.row(646, PLAIN, List.of("North", "12", "9"), 76, 176, 256);
            page.row(626, PLAIN, List.of("South", "14", "10"), 76, 176, 256);
        });
        assertThat(text).isEqualTo("""
                        | Berth | Fee of a night Summer | Fee of a night Winter |
                        | --- | --- | --- |
                        | North | 12 | 9 |
                        | South | 14 | 10 |""");
    }

    /** Two boxes to tick in one row of a form make no second column of the other rows. */
    @Test
    void aColumnThatOneRowSplitsStandsOnce() throws Exception {
        String text = read(document -> {
            Page page = new Page(document, 1);
            page.frame(72, 700, new double[] {160, 240}, 20, 20, 20);
            page.frame(72, 640, new double[] {160, 120, 120}, 20);
            page.row(686, PLAIN, List.of("Name of the berth", "North quay, by the crane"), 76, 240);
            page.row(666, PLAIN, List.of("Depth", "4.2 m"), 76, 240);
            page.row(646, PLAIN, List.of("Owner", "Port of Ostmark"), 76, 240);
            page.row(626, PLAIN, List.of("Power", "Yes", "No"), 76, 240, 360);
        });
        assertThat(text).isEqualTo("""
                        | Name of the berth | North quay, by the crane |
                        | --- | --- |
                        | Depth | 4.2 m |
                        | Owner | Port of Ostmark |
                        | Power | Yes No |""");
    }

    @Test
    void aTableOfHebrewIsReadFromRightToLeft() throws Exception {
        String text = read(document -> {
            Page page = new Page(document, 1);
            page.frame(72, 700, new double[] {200, 100}, 20, 20, 20);
            PDFont hebrew = PDType0Font.load(
                    document,
                    PDDocument.class.getResourceAsStream(
                            "/org/apache/pdfbox/resources/ttf/LiberationSans-Regular.ttf"));
            page.draw(80, 686, hebrew, drawn("מחיר ליום"));
            page.draw(280, 686, hebrew, drawn("רציף"));
            page.draw(80, 666, PLAIN, "12");
            page.draw(280, 666, hebrew, drawn("צפון"));
            page.draw(80, 646, PLAIN, "14");
            page.draw(280, 646, hebrew, drawn("דרום"));
        });
        assertThat(text).isEqualTo("""
                        | רציף | מחיר ליום |
                        | --- | --- |
                        | צפון | 12 |
                        | דרום | 14 |""");
    }

    @Test
    void aTableOfContentsIsNoTable() throws Exception {
        Path file = file(document -> {
            Page page = new Page(document, 1);
            for (int i = 0; i < 12; i++) {
                page.row(
                        700 - 15 * i,
                        PLAIN,
                        List.of(
                                "Berths of quay " + i,
                                ".".repeat(20) + " " + (i + 6),
                                "Fees " + i,
                                ". . . . . " + (i + 40)),
                        72,
                        170,
                        320,
                        400);
            }
        });
        ExtractedDocument document = OfficeFiles.read(file);
        assertThat(document.blocks()).extracting(block -> block.type()).doesNotContain(BlockType.TABLE);
        assertThat(document.text()).contains("Berths of quay 3");
    }

    /** Dots lead to the figures of an annual report, too. */
    @Test
    void figuresBehindDotsKeepTheNamesOfTheirColumns() throws Exception {
        String text = read(document -> {
            Page page = new Page(document, 1);
            int[] edges = {410, 550};
            page.right(edges[0], 700, BOLD, "2025");
            page.right(edges[1], 700, BOLD, "2024");
            page.figures(680, 72, "Net sales " + ". ".repeat(40), false, edges, "1,234", "1,100");
            page.figures(667, 72, "Cost of sales " + ".".repeat(70), false, edges, "(812)", "(790)");
            page.figures(654, 72, "Ships " + "\u00B7".repeat(30), false, edges, "12", "14");
            page.figures(641, 72, "Crew, heads", false, edges, "512", "498");
        });
        assertThat(text).isEqualTo("""
                        | | 2025 | 2024 |
                        | --- | --- | --- |
                        | Net sales | 1,234 | 1,100 |
                        | Cost of sales | (812) | (790) |
                        | Ships | 12 | 14 |
                        | Crew, heads | 512 | 498 |""");
    }

    @Test
    void aFigureRightBehindItsDotsIsACellOfItsOwn() throws Exception {
        String text = read(document -> {
            Page page = new Page(document, 1);
            page.row(700, BOLD, List.of("Item", "2025", "2024"), 72, 210, 300);
            page.row(685, PLAIN, List.of("Ferries . . . . . . . . . . . . . . . . 1,448", "870"), 72, 300);
            page.row(672, PLAIN, List.of("Freight . . . . . . . . . . . . . . . . 1,965", "915"), 72, 300);
            page.row(659, PLAIN, List.of("Quays . . . . . . . . . . . . . . . . . . . 413", "785"), 72, 300);
        });
        assertThat(text).contains("| Item | 2025 | 2024 |", "| Ferries | 1,448 | 870 |", "| Quays | 413 | 785 |");
    }

    @Test
    void aTableOfContentsWithNumberedEntriesAndRomanPagesIsNoTable() throws Exception {
        Path file = file(document -> {
            Page page = new Page(document, 1);
            page.row(720, BOLD, List.of("Chapter", "Page"), 72, 400);
            page.row(700, PLAIN, List.of("Preface " + ".".repeat(60), "vii"), 72, 400);
            for (int i = 0; i < 12; i++) {
                page.row(
                        685 - 15 * i,
                        PLAIN,
                        List.of((i + 1) + "", "Berths of the quay " + ".".repeat(60), (7 * i + 3) + ""),
                        72,
                        100,
                        400);
            }
            page.row(505, PLAIN, List.of("Index " + ".".repeat(60), "F-1"), 72, 400);
        });
        ExtractedDocument document = OfficeFiles.read(file);
        assertThat(document.blocks()).extracting(block -> block.type()).doesNotContain(BlockType.TABLE);
    }

    /** Returns the letters from left to right. */
    private static String drawn(String hebrew) {
        return new StringBuilder(hebrew).reverse().toString();
    }

    @Test
    void labelsWithTheirValuesAndLinesWithoutNamesAreNoTable() throws Exception {
        Path file = file(document -> {
            Page page = new Page(document, 1);
            for (int i = 0; i < 5; i++) {
                page.row(700 - 15 * i, PLAIN, List.of("Field " + "abcde".charAt(i) + ":", "value " + i), 72, 300);
            }
            for (int i = 0; i < 6; i++) {
                page.row(420 - 15 * i, PLAIN, List.of("Berth " + (i + 1), (10 + i) + " euros"), 72, 300);
            }
        });
        ExtractedDocument document = OfficeFiles.read(file);
        assertThat(document.blocks()).extracting(block -> block.type()).doesNotContain(BlockType.TABLE);
        assertThat(document.text())
                .contains("Field a: value 0\nField b: value 1", "Berth 1 10 euros\nBerth 2 11 euros");
    }

    private static void statement(Page page, double top) throws IOException {
        page.text(72, top, "The harbour's figures of this year, in thousands of euros:");
        page.centred(345, top - 30, BOLD, "Three months ended");
        page.centred(485, top - 30, BOLD, "Nine months ended");
        int[] edges = {340, 410, 480, 550};
        for (int i = 0; i < 4; i++) {
            page.right(edges[i], top - 43, BOLD, "June 30,");
            page.right(edges[i], top - 55, BOLD, i % 2 == 0 ? "2025" : "2024");
        }
        page.text(72, top - 72, "Ticket sales:");
        page.figures(top - 85, 84, "Adults", true, edges, "4,711", "4,502", "14,020", "13,611");
        page.figures(top - 98, 84, "Children", false, edges, "812", "790", "2,404", "2,350");
        page.figures(top - 120, 72, "Other income, net", false, edges, "(26)", "14", "(81)", "37");
        page.figures(top - 133, 72, "Share of total", false, edges, "14.5%", "14.1%", "13.9%", "\u2014");
        page.text(72, top - 180, "See the notes below.");
    }

    private interface Drawing {
        void on(PDDocument document) throws IOException;
    }

    /** @param scale of everything that is drawn */
    private record Page(PDDocument document, PDPage page, double scale) {

        Page(PDDocument document, double scale) {
            this(document, new PDPage(), scale);
            document.addPage(page);
        }

        void text(double x, double y, String text) throws IOException {
            draw(x, y, PLAIN, text);
        }

        void row(double y, PDType1Font font, List<String> cells, double... edges) throws IOException {
            for (int i = 0; i < cells.size(); i++) {
                draw(edges[i], y, font, cells.get(i));
            }
        }

        void right(double x, double y, PDType1Font font, String text) throws IOException {
            draw(x - width(font, text), y, font, text);
        }

        void centred(double x, double y, PDType1Font font, String text) throws IOException {
            draw(x - width(font, text) / 2, y, font, text);
        }

        void figures(double y, double x, String name, boolean money, int[] edges, String... figures)
                throws IOException {
            text(x, y, name);
            for (int i = 0; i < figures.length; i++) {
                if (money) {
                    text(edges[i] - 44, y, "$");
                }
                right(edges[i], y, PLAIN, figures[i]);
            }
        }

        /** Lines around cells of these widths and heights, from the upper left corner on. */
        void frame(double x, double y, double[] widths, double... heights) throws IOException {
            try (PDPageContentStream content =
                    new PDPageContentStream(document, page, PDPageContentStream.AppendMode.APPEND, false, true)) {
                double top = y;
                for (double height : heights) {
                    double left = x;
                    for (double width : widths) {
                        content.addRect((float) left, (float) (top - height), (float) width, (float) height);
                        left += width;
                    }
                    top -= height;
                }
                content.stroke();
            }
        }

        private static double width(PDType1Font font, String text) throws IOException {
            return font.getStringWidth(text) / 100;
        }

        void draw(double x, double y, PDFont font, String text) throws IOException {
            try (PDPageContentStream content =
                    new PDPageContentStream(document, page, PDPageContentStream.AppendMode.APPEND, false, true)) {
                content.transform(Matrix.getScaleInstance((float) scale, (float) scale));
                content.beginText();
                content.setFont(font, 10);
                content.newLineAtOffset((float) x, (float) y);
                content.showText(text);
                content.endText();
            }
        }
    }

    private String read(Drawing drawing) throws Exception {
        return OfficeFiles.read(file(drawing)).text();
    }

    private Path file(Drawing drawing) throws IOException {
        Path file = directory.resolve("table.pdf");
        try (PDDocument document = new PDDocument()) {
            drawing.on(document);
            document.save(file.toFile());
        }
        return file;
    }
}
