package io.arketic.extractors.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.extractors.ExtractedDocument;
import io.arketic.extractors.ExtractedDocument.BlockType;
import io.arketic.extractors.ExtractedDocument.Page;
import io.arketic.extractors.LeftOut;
import java.awt.Rectangle;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.poi.sl.usermodel.AutoNumberingScheme;
import org.apache.poi.xslf.usermodel.XMLSlideShow;
import org.apache.poi.xslf.usermodel.XSLFGroupShape;
import org.apache.poi.xslf.usermodel.XSLFSlide;
import org.apache.poi.xslf.usermodel.XSLFTable;
import org.apache.poi.xslf.usermodel.XSLFTextBox;
import org.apache.poi.xslf.usermodel.XSLFTextParagraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests presentations as readers see them. */
class PowerPointTest {

    @TempDir
    private Path directory;

    @Test
    void slidesAreReadAsTheyAreSeen() throws Exception {
        ExtractedDocument document = OfficeFiles.read("ferries.pptx");
        assertThat(document.text()).isEqualTo(OfficeFiles.FERRIES);
        assertThat(document.metadata().leftOut()).isEqualTo(Map.of(LeftOut.HIDDEN_SLIDES, 1));
        assertThat(document.metadata().title()).isEqualTo("Timetable of the ferries");
        assertThat(document.blocks())
                .as("the titles of slides")
                .filteredOn(block -> block.type() == BlockType.HEADING)
                .extracting(block -> document.text().substring(block.start(), block.end()))
                .contains("Timetable of the ferries");
        Page third = document.pages().get(2);
        assertThat(document.text().substring(third.start(), third.end())).isEqualTo("Third slide");
    }

    /**
     * Makes a slide drawn from the last to the first: two columns of two boxes, the right one in a group, and a table
     * below.
     */
    @Test
    void columnsOfBoxesAreReadOneAfterTheOther() throws Exception {
        Path file = directory.resolve("boxes.pptx");
        try (XMLSlideShow show = new XMLSlideShow();
                OutputStream out = Files.newOutputStream(file)) {
            XSLFSlide slide = show.createSlide();
            XSLFTable table = slide.createTable(3, 2);
            table.setAnchor(new Rectangle(50, 350, 600, 100));
            String[][] cells = {{"Plot", "Fee"}, {"North", "40"}, {"", "20"}};
            for (int row = 0; row < 3; row++) {
                for (int column = 0; column < 2; column++) {
                    table.getCell(row, column).setText(cells[row][column]);
                }
            }
            table.mergeCells(1, 2, 0, 0);
            XSLFGroupShape group = slide.createGroup();
            group.setAnchor(new Rectangle(400, 50, 250, 250));
            group.setInteriorAnchor(new Rectangle(400, 50, 250, 250));
            box(group.createTextBox(), 400, 200, "Glass goes to the green bins.");
            box(group.createTextBox(), 400, 50, "Bottles");
            box(slide.createTextBox(), 50, 200, "Bicycles stand in the yard.");
            box(slide.createTextBox(), 50, 50, "Vehicles");
            show.write(out);
        }
        assertThat(OfficeFiles.read(file).text()).isEqualTo("""
                        Vehicles

                        Bicycles stand in the yard.

                        Bottles

                        Glass goes to the green bins.

                        | Plot | Fee |
                        | --- | --- |
                        | North | 40 |
                        | North | 20 |""");
    }

    @Test
    void numbersOfListsAreCounted() throws Exception {
        Path file = directory.resolve("list.pptx");
        try (XMLSlideShow show = new XMLSlideShow();
                OutputStream out = Files.newOutputStream(file)) {
            XSLFTextBox box = show.createSlide().createTextBox();
            box.setAnchor(new Rectangle(50, 50, 400, 200));
            box.clearText();
            for (String text : new String[] {"Ring the bell", "Wait"}) {
                XSLFTextParagraph paragraph = box.addNewTextParagraph();
                paragraph.addNewTextRun().setText(text);
                paragraph.setBulletAutoNumber(AutoNumberingScheme.alphaLcParenBoth, 2);
            }
            show.write(out);
        }
        assertThat(OfficeFiles.read(file).text()).isEqualTo("(b) Ring the bell\n(c) Wait");
    }

    private static void box(XSLFTextBox box, int left, int top, String text) {
        box.setAnchor(new Rectangle(left, top, 250, 100));
        box.setText(text);
    }
}
