package io.arketic.extractors.pdf;

import io.arketic.extractors.assembly.TextAssembler;
import io.arketic.extractors.assembly.XhtmlOut;
import io.arketic.extractors.protocol.WorkerProtocol;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDDocumentInformation;
import org.apache.pdfbox.pdmodel.common.PDPageLabels;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;
import org.apache.tika.exception.EncryptedDocumentException;
import org.apache.tika.exception.TikaException;
import org.apache.tika.io.TemporaryResources;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.Property;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.mime.MediaType;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.parser.PasswordProvider;
import org.apache.tika.parser.pdf.PDFParser;
import org.jspecify.annotations.Nullable;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;

/**
 * Reads PDF in the order in which a person reads the page: columns one after the other, without headers and footers,
 * paragraphs across pages in one piece, and form values beside their labels. Tika reads XFA forms, which are programs
 * and have no pages.
 */
public final class PdfDocument implements Parser {

    private static final long serialVersionUID = 1L;
    private static final Set<MediaType> TYPES = Set.of(MediaType.application("pdf"));

    /** Marks the beginning of the next page inside a paragraph. */
    public static final String PAGE_BREAK = "\f";

    @Override
    public Set<MediaType> getSupportedTypes(ParseContext context) {
        return TYPES;
    }

    @Override
    public void parse(InputStream stream, ContentHandler handler, Metadata metadata, ParseContext context)
            throws IOException, SAXException, TikaException {
        try (TemporaryResources temporary = new TemporaryResources()) {
            TikaInputStream file = TikaInputStream.get(stream, temporary, metadata);
            try (PDDocument document = Loader.loadPDF(file.getFile(), password(context, metadata))) {
                if (isProgram(document)) {
                    new PDFParser().parse(file, handler, metadata, context);
                    return;
                }
                describe(document, metadata);
                XhtmlOut out = new XhtmlOut(handler, metadata);
                out.begin();
                TextAssembler text = Objects.requireNonNull(context.get(TextAssembler.class));
                label(document, text);
                write(new PdfReading(document, text, Objects.requireNonNull(context.get(Scans.class))).pages(), out);
                new PdfAttachments(handler, context).read(document);
                out.finish();
            } catch (InvalidPasswordException e) {
                throw new EncryptedDocumentException(e);
            }
        }
    }

    private static String password(ParseContext context, Metadata metadata) {
        PasswordProvider provider = context.get(PasswordProvider.class);
        String password = provider == null ? null : provider.getPassword(metadata);
        return password == null ? "" : password;
    }

    private static boolean isProgram(PDDocument document) {
        return document.getDocumentCatalog().getCOSObject().getBoolean(COSName.getPDFName("NeedsRendering"), false);
    }

    private static void describe(PDDocument document, Metadata metadata) {
        PDDocumentInformation information = document.getDocumentInformation();
        set(metadata, TikaCoreProperties.TITLE, information.getTitle());
        if (information.getAuthor() != null) {
            metadata.set(TikaCoreProperties.CREATOR, information.getAuthor());
        }
        set(metadata, TikaCoreProperties.LANGUAGE, document.getDocumentCatalog().getLanguage());
        Calendar created = information.getCreationDate();
        if (created != null) {
            metadata.set(TikaCoreProperties.CREATED, created);
        }
    }

    private static void set(Metadata metadata, Property property, @Nullable String value) {
        if (value != null && !value.isBlank()) {
            metadata.set(property, value);
        }
    }

    /** What stands on a page: the blocks of its text, and what is written across it at another angle. */
    record Page(List<PdfBlock> blocks, List<String> aside) {

        List<PdfSegment> lines() {
            return blocks.stream().flatMap(block -> block.lines().stream()).toList();
        }

        Set<PdfSegment> linesOfTables() {
            return blocks.stream()
                    .filter(block -> block.table() != null)
                    .flatMap(block -> block.lines().stream())
                    .collect(Collectors.toSet());
        }

        static Page of(List<List<PdfSegment>> paragraphs) {
            return new Page(paragraphs.stream().map(PdfBlock::text).toList(), List.of());
        }
    }

    /** Writes pages without the repeated lines at their edges. */
    static void write(List<Page> pages, XhtmlOut out) throws SAXException {
        RunningLines running = new RunningLines();
        LineEnds ends = new LineEnds();
        for (Page page : pages) {
            running.learn(byHeight(page.lines()), page.linesOfTables());
            page.lines().forEach(line -> ends.learn(line.text()));
        }
        PdfParagraphs paragraphs =
                new PdfParagraphs(pages.stream().map(Page::lines).toList());
        PdfPages written = new PdfPages(out, ends);
        for (Page page : pages) {
            Set<PdfSegment> left = running.on(byHeight(page.lines()));
            written.beginPage();
            for (PdfBlock block : page.blocks()) {
                written.add(block, left, paragraphs);
            }
            written.aside(page.aside());
        }
        written.end();
    }

    private static List<PdfSegment> byHeight(List<PdfSegment> lines) {
        return lines.stream()
                .sorted(Comparator.comparingDouble(PdfSegment::baseline))
                .toList();
    }

    /** Reads printed page numbers, which most files lack; broken ones are no failure. */
    private static void label(PDDocument document, TextAssembler counted) {
        try {
            PDPageLabels labels = document.getDocumentCatalog().getPageLabels();
            if (labels != null && document.getNumberOfPages() <= WorkerProtocol.MAX_LABELLED_PAGES) {
                counted.labelPages(Arrays.asList(labels.getLabelsByPageIndices()));
            }
        } catch (IOException | RuntimeException broken) {
            counted.labelPages(List.of());
        }
    }
}
