package io.arketic.extractors.slides;

import io.arketic.extractors.LeftOut;
import io.arketic.extractors.assembly.RecordedXhtml;
import io.arketic.extractors.assembly.TextAssembler;
import io.arketic.extractors.assembly.XhtmlOut;
import io.arketic.extractors.slides.PlacedShapes.Shape;
import java.awt.geom.Rectangle2D;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.poi.hslf.exceptions.EncryptedPowerPointFileException;
import org.apache.poi.hslf.model.HeadersFooters;
import org.apache.poi.hslf.usermodel.HSLFComment;
import org.apache.poi.hslf.usermodel.HSLFGroupShape;
import org.apache.poi.hslf.usermodel.HSLFNotes;
import org.apache.poi.hslf.usermodel.HSLFShape;
import org.apache.poi.hslf.usermodel.HSLFSheet;
import org.apache.poi.hslf.usermodel.HSLFSlide;
import org.apache.poi.hslf.usermodel.HSLFSlideShow;
import org.apache.poi.hslf.usermodel.HSLFTable;
import org.apache.poi.hslf.usermodel.HSLFTableCell;
import org.apache.poi.hslf.usermodel.HSLFTextParagraph;
import org.apache.poi.hslf.usermodel.HSLFTextRun;
import org.apache.poi.hslf.usermodel.HSLFTextShape;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;
import org.apache.poi.sl.usermodel.Placeholder;
import org.apache.poi.sl.usermodel.TextShape.TextPlaceholder;
import org.apache.tika.exception.EncryptedDocumentException;
import org.apache.tika.exception.TikaException;
import org.apache.tika.io.TemporaryResources;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.mime.MediaType;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.parser.microsoft.OfficeParser;
import org.jspecify.annotations.Nullable;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Reads the slides of presentations of the format of 1997: without hidden ones, each in reading order. Tika reads
 * properties, embedded files and encrypted presentations.
 */
public final class OldShow implements Parser {

    private static final long serialVersionUID = 1L;

    @Override
    public Set<MediaType> getSupportedTypes(ParseContext context) {
        return Set.of(MediaType.application("vnd.ms-powerpoint"));
    }

    @Override
    public void parse(InputStream stream, ContentHandler handler, Metadata metadata, ParseContext context)
            throws IOException, SAXException, TikaException {
        try (TemporaryResources temporary = new TemporaryResources()) {
            TikaInputStream file = TikaInputStream.get(stream, temporary, metadata);
            boolean read;
            try (FileInputStream bytes = new FileInputStream(file.getFile());
                    POIFSFileSystem container = new POIFSFileSystem(bytes)) {
                read = container.getRoot().hasEntry(HSLFSlideShow.POWERPOINT_DOCUMENT);
                if (read) {
                    XhtmlOut out = new XhtmlOut(handler, metadata);
                    out.begin();
                    try (HSLFSlideShow show = new HSLFSlideShow(container)) {
                        new Slides(handler, metadata, out, Objects.requireNonNull(context.get(TextAssembler.class)))
                                .write(show);
                    }
                    out.finish();
                }
            } catch (EncryptedPowerPointFileException e) {
                throw new EncryptedDocumentException(e);
            }
            try (TikaInputStream again = TikaInputStream.get(file.getPath(), metadata)) {
                new OfficeParser().parse(again, read ? new DefaultHandler() : handler, metadata, context);
            }
        }
    }

    private record Slides(ContentHandler handler, Metadata metadata, XhtmlOut out, TextAssembler counted) {

        void write(HSLFSlideShow show) throws SAXException {
            Set<String> edges = new LinkedHashSet<>();
            for (HSLFSlide slide : show.getSlides()) {
                out.start("div", "class", "slide-content");
                out.end("div");
                if (slide.isHidden()) {
                    counted.leaveOut(LeftOut.HIDDEN_SLIDES, 1);
                    continue;
                }
                slide(slide);
                edges(slide.getHeadersFooters(), edges);
                HSLFSheet master = slide.getMasterSheet();
                if (master != null && slide.getFollowMasterObjects()) {
                    master(master, edges);
                }
            }
            edges(show.getNotesHeadersFooters(), edges);
            for (String edge : edges) {
                out.paragraph(edge);
            }
        }

        private void slide(HSLFSlide slide) throws SAXException {
            List<Shape> shapes = new ArrayList<>();
            for (HSLFShape shape : slide.getShapes()) {
                add(shape, shapes);
            }
            for (Shape shape : PlacedShapes.inReadingOrder(shapes)) {
                shape.content().replay(handler);
            }
            HSLFNotes notes = slide.getNotes();
            for (HSLFShape shape : notes == null ? List.<HSLFShape>of() : notes.getShapes()) {
                RecordedXhtml content = new RecordedXhtml();
                write(shape, new XhtmlOut(content, metadata), content);
                for (String line : content.lines()) {
                    out.paragraph("Notes: " + line);
                }
            }
            for (HSLFComment comment : slide.getComments()) {
                String author =
                        comment.getAuthor() == null ? "" : comment.getAuthor().strip();
                String text = comment.getText() == null ? "" : comment.getText().strip();
                if (!text.isEmpty()) {
                    out.paragraph("Comment" + (author.isEmpty() ? "" : " by " + author) + ": " + text);
                }
            }
        }

        private static void edges(@Nullable HeadersFooters edges, Set<String> texts) {
            if (edges == null) {
                return;
            }
            if (edges.isFooterVisible() && edges.getFooterText() != null) {
                texts.add(edges.getFooterText().strip());
            }
            if (edges.isHeaderVisible() && edges.getHeaderText() != null) {
                texts.add(edges.getHeaderText().strip());
            }
        }

        /** Writes what all slides show, without the samples in placeholders. */
        private void master(HSLFSheet master, Set<String> edges) throws SAXException {
            for (HSLFShape shape : master.getShapes()) {
                if (shape instanceof HSLFTextShape text && text.getPlaceholder() == null) {
                    RecordedXhtml content = new RecordedXhtml();
                    write(shape, new XhtmlOut(content, metadata), content);
                    content.lines().stream()
                            .filter(line -> line.codePoints().anyMatch(Character::isLetter))
                            .forEach(edges::add);
                }
            }
        }

        private void add(HSLFShape shape, List<Shape> shapes) throws SAXException {
            RecordedXhtml content = new RecordedXhtml();
            Placeholder place = shape instanceof HSLFTextShape text ? text.getPlaceholder() : null;
            write(shape, new XhtmlOut(content, metadata), content);
            if (content.hasText()) {
                Rectangle2D box = shape.getAnchor();
                shapes.add(new Shape(
                        isTitle(shape),
                        place != null || isTitle(shape),
                        box == null ? 0 : box.getX(),
                        box == null ? 0 : box.getY(),
                        box == null ? 0 : box.getWidth(),
                        box == null ? 0 : box.getHeight(),
                        content));
            }
        }

        private static boolean isTitle(HSLFShape shape) {
            if (!(shape instanceof HSLFTextShape text)) {
                return false;
            }
            Placeholder place = text.getPlaceholder();
            List<HSLFTextParagraph> paragraphs = text.getTextParagraphs();
            return place == Placeholder.TITLE
                    || place == Placeholder.CENTERED_TITLE
                    || !paragraphs.isEmpty()
                            && TextPlaceholder.isTitle(paragraphs.get(0).getRunType());
        }

        private void write(HSLFShape shape, XhtmlOut recorded, RecordedXhtml content) throws SAXException {
            if (shape instanceof HSLFTable table) {
                table(table, recorded);
            } else if (shape instanceof HSLFGroupShape group) {
                List<Shape> inner = new ArrayList<>();
                for (HSLFShape child : group.getShapes()) {
                    add(child, inner);
                }
                for (Shape child : PlacedShapes.inReadingOrder(inner)) {
                    child.content().replay(content);
                }
            } else if (shape instanceof HSLFTextShape text) {
                text(text, recorded);
            }
        }

        private void text(HSLFTextShape shape, XhtmlOut recorded) throws SAXException {
            Placeholder place = shape.getPlaceholder();
            if (place == Placeholder.SLIDE_NUMBER
                    || place == Placeholder.DATETIME
                    || place == Placeholder.FOOTER
                    || place == Placeholder.HEADER) {
                return;
            }
            List<PptxText.Paragraph> paragraphs = new ArrayList<>();
            for (HSLFTextParagraph paragraph : shape.getTextParagraphs()) {
                paragraphs.add(new PptxText.Paragraph(
                        text(paragraph),
                        Math.max(0, Math.min(8, paragraph.getIndentLevel())),
                        paragraph.isBullet(),
                        null,
                        1));
            }
            if (isTitle(shape)) {
                PptxText.title(paragraphs, recorded);
            } else {
                PptxText.write(paragraphs, false, recorded);
            }
        }

        /** Returns the text; a vertical tab is a line end, a carriage return the end of the paragraph. */
        private static String text(HSLFTextParagraph paragraph) {
            StringBuilder text = new StringBuilder();
            for (HSLFTextRun run : paragraph.getTextRuns()) {
                text.append(run.getRawText());
            }
            return text.toString().replace("\r", "").replace('\u000B', '\n');
        }

        private static void table(HSLFTable table, XhtmlOut recorded) throws SAXException {
            recorded.start("table");
            for (int row = 0; row < table.getNumberOfRows(); row++) {
                recorded.start("tr");
                for (int column = 0; column < table.getNumberOfColumns(); column++) {
                    HSLFTableCell cell = table.getCell(row, column);
                    recorded.start("td");
                    for (HSLFTextParagraph paragraph :
                            cell == null ? List.<HSLFTextParagraph>of() : cell.getTextParagraphs()) {
                        recorded.paragraph(text(paragraph));
                    }
                    recorded.end("td");
                }
                recorded.end("tr");
            }
            recorded.end("table");
        }
    }
}
