package io.arketic.extractors.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.extractors.ExtractedDocument;
import io.arketic.extractors.LeftOut;
import java.awt.Rectangle;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.poi.hslf.usermodel.HSLFSlide;
import org.apache.poi.hslf.usermodel.HSLFSlideShow;
import org.apache.poi.hslf.usermodel.HSLFTextBox;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that the formats before 2007 hide the same content as their successors. */
class OldOfficeTest {

    @TempDir
    private Path directory;

    @Test
    void sheetsAreReadWithoutWhatIsHidden() throws Exception {
        ExtractedDocument document = OfficeFiles.read("stock.xls");
        assertThat(document.text()).isEqualTo(OfficeFiles.STOCK);
        assertThat(document.metadata().leftOut())
                .isEqualTo(Map.of(LeftOut.HIDDEN_ROWS, 1, LeftOut.HIDDEN_COLUMNS, 1, LeftOut.HIDDEN_SHEETS, 1));
    }

    @Test
    void hiddenSlidesAreLeftOutAndBoxesReadFromLeftToRight() throws Exception {
        Path file = directory.resolve("ferries.ppt");
        try (HSLFSlideShow show = new HSLFSlideShow();
                OutputStream out = Files.newOutputStream(file)) {
            HSLFSlide first = show.createSlide();
            box(first, 400, "The second ferry sails at noon.");
            box(first, 50, "The first ferry sails at six.");
            first.addTitle().setText("Timetable of the ferries");
            HSLFSlide hidden = show.createSlide();
            box(hidden, 50, "HIDDENSLIDE");
            hidden.setHidden(true);
            box(show.createSlide(), 50, "Third slide");
            show.write(out);
        }
        ExtractedDocument document = OfficeFiles.read(file);
        assertThat(document.text()).isEqualTo("""
                        Timetable of the ferries

                        The first ferry sails at six.

                        The second ferry sails at noon.

                        Third slide""");
        assertThat(document.metadata().leftOut()).isEqualTo(Map.of(LeftOut.HIDDEN_SLIDES, 1));
        assertThat(document.metadata().title()).isEqualTo("Timetable of the ferries");
        assertThat(document.pages()).hasSize(3);
    }

    private static void box(HSLFSlide slide, int left, String text) {
        HSLFTextBox box = slide.createTextBox();
        box.setAnchor(new Rectangle(left, 200, 250, 60));
        box.setText(text);
    }

    @Test
    void hiddenTextAndMarksOfNotesAreLeftOutOfWordFiles() throws Exception {
        ExtractedDocument document = OfficeFiles.read("grant-terms.doc");
        assertThat(document.text())
                .contains("The grant is 48,000 euros", "Payments are made in two parts.")
                .doesNotContain("35,000", "HIDDENNOTE", "Applicants from abroad")
                .containsOnlyOnce("Reports are due each spring.");
        assertThat(document.metadata().leftOut()).isEqualTo(Map.of(LeftOut.HIDDEN_TEXT, 1));
        assertThat(OfficeFiles.read("harbour.doc").text())
                .contains("A berth costs eleven euros a night and electricity is free in winter.\n")
                .contains("Guests sign the book at the office.\n")
                .contains("\n\nThe rate does not apply to boats over nine metres.\n");
    }

    @Test
    void changesOfRichTextAreAccepted() throws Exception {
        ExtractedDocument document = OfficeFiles.read("grant-terms.rtf");
        assertThat(document.text()).isEqualTo("""
                        Terms of the grant

                        The grant is 48,000 euros for each project.

                        The jury meets in June.

                        Reports are due each spring.

                        Payments are made in two parts.""");
        assertThat(document.metadata().leftOut()).containsKeys(LeftOut.DELETED_TEXT, LeftOut.HIDDEN_TEXT);
    }

    @Test
    void notesAndCommentsOfRichTextStandBehindTheirParagraph() throws Exception {
        assertThat(OfficeFiles.read("harbour.rtf").text())
                .contains("A berth costs eleven euros a night and electricity is free in winter.\n\n"
                        + "The rate does not apply to boats over nine metres.\n")
                .contains("The slipway is closed in February.\n\nComment by R. Viewer: Ask the diver")
                .containsOnlyOnce("The book lies beside the barometer.");
    }

    @Test
    void listsOfRichTextHaveTheNumbersThatWereShown() throws Exception {
        assertThat(OfficeFiles.read("allotment.rtf").text())
                .contains("1. Plots\n\n1.1 Size\n", "1.2 Fence\n", "(c) Stone is refused", "2. Fees")
                .doesNotContain("SECRETSPAN");
    }

    /** Checks letters beyond ASCII in hidden text, hidden paragraphs, and bytes that are not text. */
    @Test
    void whatIsLeftOutOfRichTextTakesItsLettersAlong() throws Exception {
        Path file = directory.resolve("runs.rtf");
        Files.writeString(
                file,
                "{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Arial;}}\\pard Seen {\\v h\\'e4lf \\u228\\'e4 \\emdash{\\b bold}}one"
                        + "\\deleted gone\\par\\deleted0  two\\v x\\plain  three\\par {\\pict\\wmetafile8\\bin3 }\u0001{}\\par}",
                StandardCharsets.ISO_8859_1);
        assertThat(OfficeFiles.read(file).text()).isEqualTo("Seen one two three");
    }
}
