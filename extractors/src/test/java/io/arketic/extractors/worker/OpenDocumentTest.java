package io.arketic.extractors.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.arketic.extractors.ExtractedDocument;
import io.arketic.extractors.ExtractedDocument.Page;
import io.arketic.extractors.ExtractionException;
import io.arketic.extractors.ExtractionException.Reason;
import io.arketic.extractors.LeftOut;
import io.arketic.extractors.Warning;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests OpenDocument files as LibreOffice shows them with all changes accepted. */
class OpenDocumentTest {

    private static final String BEGIN = "<office:document-content"
            + " xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\""
            + " xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\""
            + " xmlns:draw=\"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0\""
            + " xmlns:xlink=\"http://www.w3.org/1999/xlink\""
            + " xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body>";
    private static final String END = "</office:body></office:document-content>";

    @TempDir
    private Path directory;

    @Test
    void changesAreAcceptedAndCounted() throws Exception {
        ExtractedDocument document = OfficeFiles.read("grant-terms.odt");
        assertThat(document.text()).isEqualTo("""
                        Terms of the grant

                        The grant is 48,000 euros for each project.

                        The jury meets in June.

                        Reports are due each spring.

                        Payments are made in two parts.""");
        assertThat(document.metadata().leftOut()).isEqualTo(Map.of(LeftOut.DELETED_TEXT, 3, LeftOut.HIDDEN_TEXT, 1));
    }

    @Test
    void headingsAndListsHaveTheNumbersOfTheirStyles() throws Exception {
        assertThat(OfficeFiles.read("lease.odt").text())
                .contains("4 Deposits\n\n4.1 Amount\n\nThe deposit is three monthly rents.\n\n4.2 Return\n")
                .contains("(a) meters are read and written down\n", "(b) keys are counted\n");
    }

    /** Checks that the outline numbers headings outside of lists, and a list continues after a paragraph. */
    @Test
    void hiddenPartsAreLeftOutAndTablesRepeatWhatSpans() throws Exception {
        ExtractedDocument document = OfficeFiles.read("allotment.odt");
        assertThat(document.metadata().title()).isEqualTo("Rules of the allotment");
        assertThat(document.text()).isEqualTo("""
                        Rules of the allotment

                        1. Plots

                        1.1 Size

                        A plot has two hundred square metres.

                        1.2 Fence

                        A fence is at most one metre high. It has a gate.

                        (a) Wood is allowed
                        (b) Wire is allowed
                          i. but no barbed wire
                          ii. and no electric wire

                        Between the pieces of the list.

                        (c) Stone is refused

                        - A bullet

                        2. Fees

                        | Plot | Fee | Fee |
                        | --- | --- | --- |
                        | North | summer | 40 euros |
                        | North | winter | 20 euros |

                        The share is of the rent.""");
    }

    @Test
    void notesCommentsAndBoxesStandOnceBehindTheirParagraph() throws Exception {
        assertThat(OfficeFiles.read("harbour.odt").text())
                .contains("A berth costs eleven euros a night and electricity is free in winter.\n\n"
                        + "The rate does not apply to boats over nine metres.\n")
                .contains("Comment by R. Viewer: Ask the diver")
                .containsOnlyOnce("The crane lifts at most four tonnes.")
                .containsOnlyOnce("The book lies beside the barometer.");
    }

    @Test
    void sheetsAreReadWithoutWhatIsHidden() throws Exception {
        ExtractedDocument document = OfficeFiles.read("stock.ods");
        assertThat(document.text()).isEqualTo(OfficeFiles.STOCK);
        assertThat(document.metadata().leftOut())
                .isEqualTo(Map.of(LeftOut.HIDDEN_ROWS, 1, LeftOut.HIDDEN_COLUMNS, 1, LeftOut.HIDDEN_SHEETS, 1));
        assertThat(document.pages()).hasSize(1);
    }

    @Test
    void slidesAreReadAsTheyAreSeen() throws Exception {
        ExtractedDocument document = OfficeFiles.read("ferries.odp");
        assertThat(document.text()).isEqualTo(OfficeFiles.FERRIES);
        assertThat(document.metadata().leftOut()).isEqualTo(Map.of(LeftOut.HIDDEN_SLIDES, 1));
        Page third = document.pages().get(2);
        assertThat(document.text().substring(third.start(), third.end())).isEqualTo("Third slide");
    }

    @Test
    void aFormulaIsALineInItsSentence() throws Exception {
        String math = "<math xmlns=\"http://www.w3.org/1998/Math/MathML\"><semantics><mrow><mi>s</mi><mo>=</mo>"
                + "<mfrac><mi>a</mi><mrow><mi>b</mi><mo>+</mo><msup><mi>c</mi><mn>2</mn></msup></mrow></mfrac></mrow>"
                + "<annotation encoding=\"StarMath 5.0\">s = a over {b + c^2}</annotation></semantics></math>";
        Path file = OfficeFiles.openDocument(
                directory.resolve("share.odt"),
                "text",
                Map.of(
                        "Object 1/content.xml",
                        math,
                        "content.xml",
                        BEGIN + "<office:text><text:p>The share is <draw:frame><draw:object xlink:href=\"./Object 1\"/>"
                                + "<draw:image/></draw:frame> of all.</text:p></office:text>" + END));
        assertThat(OfficeFiles.read(file).text()).isEqualTo("The share is s = a/(b + c^2) of all.");
    }

    /** Checks that a few bytes can repeat a cell a billion times. */
    @Test
    void repeatedCellsEndAtALimitThatIsTold() throws Exception {
        String row = "<table:table-row table:number-rows-repeated=\"1000000\">"
                + "<table:table-cell table:number-columns-repeated=\"1000\"><text:p>x</text:p></table:table-cell>"
                + "</table:table-row>";
        String empty = "<table:table-row table:number-rows-repeated=\"1048576\"><table:table-cell"
                + " table:number-columns-repeated=\"16384\"/></table:table-row>";
        ExtractedDocument document = OfficeFiles.read(OfficeFiles.openDocument(
                directory.resolve("bomb.ods"),
                "spreadsheet",
                Map.of(
                        "content.xml",
                        BEGIN + "<office:spreadsheet><table:table table:name=\"A\">" + empty + row + row
                                + "</table:table></office:spreadsheet>" + END)));
        assertThat(document.warnings())
                .containsExactly(new Warning(Warning.Kind.LIMIT_REACHED, null, "A: more than 1000000 cells"));
    }

    @Test
    void aFormulaWithoutItsValueIsShownAndTold() throws Exception {
        ExtractedDocument document = OfficeFiles.read(OfficeFiles.openDocument(
                directory.resolve("sum.ods"),
                "spreadsheet",
                Map.of(
                        "content.xml",
                        BEGIN + "<office:spreadsheet><table:table table:name=\"Sums\"><table:table-row>"
                                + "<table:table-cell office:value=\"3\"/>"
                                + "<table:table-cell table:formula=\"of:=SUM([.A1:.A9])\"/>"
                                + "</table:table-row></table:table></office:spreadsheet>" + END)));
        assertThat(document.text()).contains("| 3 | =SUM(A1:A9) |");
        assertThat(document.warnings()).containsExactly(new Warning(Warning.Kind.CELL_WITHOUT_VALUE, null, "Sums!B1"));
    }

    @Test
    void entitiesAndEncryptionAreRefused() throws Exception {
        Path entities = OfficeFiles.openDocument(
                directory.resolve("entities.odt"),
                "text",
                Map.of("content.xml", "<!DOCTYPE a [<!ENTITY b \"c\">]>" + BEGIN + "<office:text/>" + END));
        Path encrypted = OfficeFiles.openDocument(
                directory.resolve("encrypted.odt"),
                "text",
                Map.of("META-INF/manifest.xml", "<manifest><file-entry><encryption-data/></file-entry></manifest>"));
        assertThatThrownBy(() -> OfficeFiles.read(entities))
                .isInstanceOfSatisfying(
                        ExtractionException.class, e -> assertThat(e.reason()).isEqualTo(Reason.MALICIOUS));
        assertThatThrownBy(() -> OfficeFiles.read(encrypted))
                .isInstanceOfSatisfying(
                        ExtractionException.class, e -> assertThat(e.reason()).isEqualTo(Reason.ENCRYPTED));
    }
}
