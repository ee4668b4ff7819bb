package io.arketic.extractors.sheet;

import io.arketic.extractors.LeftOut;
import io.arketic.extractors.assembly.TextAssembler;
import io.arketic.extractors.assembly.XhtmlOut;
import io.arketic.extractors.office.DrawingTexts;
import io.arketic.extractors.office.OfficeParts;
import io.arketic.extractors.office.OfficeReader;
import io.arketic.extractors.office.OfficeXml;
import io.arketic.extractors.office.OfficeXml.Element;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.apache.poi.openxml4j.exceptions.InvalidFormatException;
import org.apache.poi.openxml4j.opc.OPCPackage;
import org.apache.poi.openxml4j.opc.PackagePart;
import org.apache.poi.openxml4j.opc.PackageRelationship;
import org.apache.poi.xssf.eventusermodel.ReadOnlySharedStringsTable;
import org.apache.poi.xssf.model.SharedStrings;
import org.apache.poi.xssf.model.SharedStringsTable;
import org.apache.poi.xssf.model.StylesTable;
import org.apache.tika.mime.MediaType;
import org.apache.tika.parser.ParseContext;
import org.jspecify.annotations.Nullable;
import org.xml.sax.SAXException;

/**
 * Reads the sheets of Excel workbooks as Excel shows them: without hidden parts, with merged cells in each of their
 * cells, and with a formula if the writing program left its value to Excel. Tika reads the embedded files.
 */
public final class ExcelBook extends OfficeReader {

    private static final long serialVersionUID = 1L;

    private static final Set<MediaType> TYPES = Set.of(
            MediaType.application("vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            MediaType.application("vnd.openxmlformats-officedocument.spreadsheetml.template"),
            MediaType.application("vnd.ms-excel.sheet.macroenabled.12"),
            MediaType.application("vnd.ms-excel.template.macroenabled.12"));

    @Override
    public Set<MediaType> getSupportedTypes(ParseContext context) {
        return TYPES;
    }

    @Override
    public boolean write(OfficeFile office)
            throws IOException, SAXException, XMLStreamException, InvalidFormatException {
        try (FormulaValues formulas = new FormulaValues(office.file())) {
            OfficeParts.describe(office.container(), office.metadata());
            return sheets(office.container(), formulas, office.out(), office.text());
        }
    }

    /** Writes all sheets; returns whether one of them contains files. */
    private boolean sheets(OPCPackage container, FormulaValues formulas, XhtmlOut out, TextAssembler text)
            throws IOException, SAXException, XMLStreamException, InvalidFormatException {
        PackagePart main = OfficeParts.main(container);
        Element book = read(main);
        Element properties = book.child("workbookPr");
        boolean from1904 = properties != null
                && List.of("1", "true").contains(properties.attributes().getOrDefault("date1904", "0"));
        StylesTable styles = null;
        for (PackagePart part : OfficeParts.related(main, "styles")) {
            styles = new StylesTable(part);
        }
        SharedStrings strings = new SharedStringsTable();
        for (PackagePart part : OfficeParts.related(main, "sharedStrings")) {
            try (InputStream bytes = part.getInputStream()) {
                strings = new ReadOnlySharedStringsTable(bytes, false);
            }
        }
        ExcelCells cells = new ExcelCells(strings, styles, from1904, formulas, text);
        Element sheets = book.child("sheets");
        boolean carries = false;
        for (Element sheet : sheets == null ? List.<Element>of() : sheets.children()) {
            String name = sheet.attributes().getOrDefault("name", "");
            if (!sheet.attributes().getOrDefault("state", "visible").equals("visible")) {
                text.leaveOut(LeftOut.HIDDEN_SHEETS, 1);
                continue;
            }
            PackagePart part = part(main, sheet.attributes().get("id"));
            if (part != null) {
                out.element("h1", name);
                carries |= sheet(part, name, cells, out, text);
            }
        }
        return carries;
    }

    private boolean sheet(PackagePart part, String name, ExcelCells cells, XhtmlOut out, TextAssembler text)
            throws IOException, SAXException, XMLStreamException, InvalidFormatException {
        ExcelSheet sheet;
        try (InputStream bytes = part.getInputStream()) {
            sheet = ExcelSheet.layout(OfficeXml.reader(bytes));
        }
        try (InputStream bytes = part.getInputStream()) {
            sheet.write(OfficeXml.reader(bytes), name, cells, text);
        }
        for (PackagePart comments : OfficeParts.related(part, "comments")) {
            for (String comment : ExcelComments.of(read(comments))) {
                out.paragraph(comment);
            }
        }
        for (PackagePart drawing : OfficeParts.related(part, "drawing")) {
            drawing(drawing, out);
        }
        return !OfficeParts.related(part, "oleObject").isEmpty()
                || !OfficeParts.related(part, "package").isEmpty();
    }

    private void drawing(PackagePart drawing, XhtmlOut out)
            throws IOException, SAXException, XMLStreamException, InvalidFormatException {
        for (String box : texts(drawing)) {
            out.paragraph(box);
        }
        for (PackagePart chart : OfficeParts.related(drawing, "chart")) {
            for (String label : texts(chart)) {
                out.paragraph(label);
            }
        }
    }

    private List<String> texts(PackagePart part) throws IOException, XMLStreamException {
        try (InputStream bytes = part.getInputStream()) {
            return DrawingTexts.read(OfficeXml.reader(bytes));
        }
    }

    private Element read(PackagePart part) throws IOException, XMLStreamException {
        try (InputStream bytes = part.getInputStream()) {
            XMLStreamReader reader = OfficeXml.reader(bytes);
            OfficeXml.nextChild(reader);
            return OfficeXml.element(reader);
        }
    }

    private static @Nullable PackagePart part(PackagePart main, @Nullable String id) throws InvalidFormatException {
        PackageRelationship relationship = id == null ? null : main.getRelationship(id);
        boolean sheet =
                relationship != null && relationship.getRelationshipType().endsWith("/relationships/worksheet");
        return sheet ? main.getRelatedPart(relationship) : null;
    }
}
