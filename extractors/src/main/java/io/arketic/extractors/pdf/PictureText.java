package io.arketic.extractors.pdf;

import io.arketic.extractors.Warning.Kind;
import io.arketic.extractors.assembly.TextAssembler;
import io.arketic.extractors.assembly.XhtmlOut;
import io.arketic.extractors.protocol.WorkerProtocol;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.tika.exception.TikaException;
import org.apache.tika.io.TemporaryResources;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.mime.MediaType;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;

/** Reads the text in a picture. A file's pictures are its pages; a picture inside a document belongs to its page. */
public final class PictureText implements Parser {

    private static final long serialVersionUID = 1L;

    private static final Set<MediaType> TYPES = Set.of(
            MediaType.image("png"),
            MediaType.image("jpeg"),
            MediaType.image("gif"),
            MediaType.image("bmp"),
            MediaType.image("x-ms-bmp"),
            MediaType.image("tiff"));

    /** Sets the least side of a picture inside a document; smaller ones are marks and logos. */
    private static final int LEAST_SIDE_INSIDE = 50;

    private static final int LEAST_PIXELS_INSIDE = 40_000;

    @Override
    public Set<MediaType> getSupportedTypes(ParseContext context) {
        return TYPES;
    }

    @Override
    public void parse(InputStream stream, ContentHandler handler, Metadata metadata, ParseContext context)
            throws IOException, SAXException, TikaException {
        XhtmlOut out = new XhtmlOut(handler, metadata);
        TextAssembler told = Objects.requireNonNull(context.get(TextAssembler.class));
        Scans scans = Objects.requireNonNull(context.get(Scans.class));
        boolean inside = metadata.get(TikaCoreProperties.EMBEDDED_RESOURCE_PATH) != null
                || metadata.get(TikaCoreProperties.EMBEDDED_RESOURCE_TYPE) != null
                || metadata.get(TikaCoreProperties.EMBEDDED_RELATIONSHIP_ID) != null;
        out.begin();
        try (TemporaryResources temporary = new TemporaryResources()) {
            TikaInputStream file = TikaInputStream.get(stream, temporary, metadata);
            Optional<PictureFile> opened = PictureFile.open(file.getFile());
            if (opened.isPresent()) {
                try (PictureFile pictures = opened.get()) {
                    if (inside) {
                        readInside(
                                pictures,
                                scans,
                                String.valueOf(metadata.get(TikaCoreProperties.RESOURCE_NAME_KEY)),
                                out);
                    } else {
                        readPages(pictures, scans, told, out);
                    }
                }
            }
        }
        out.finish();
    }

    private static void readPages(PictureFile pictures, Scans scans, TextAssembler told, XhtmlOut out)
            throws IOException, SAXException {
        List<PdfDocument.Page> pages = new ArrayList<>();
        for (int index = 0; pictures.has(index); index++) {
            pages.add(PdfDocument.Page.of(page(pictures, index, scans, told)));
            if (pages.size() >= WorkerProtocol.MAX_PAGES) {
                break;
            }
        }
        PdfDocument.write(pages, out);
    }

    private static List<List<PdfSegment>> page(PictureFile pictures, int index, Scans scans, TextAssembler told)
            throws IOException {
        int page = index + 1;
        PictureFile.Size size = pictures.size(index);
        if (size.isTiny()) {
            return List.of();
        }
        if (!scans.available()) {
            scans.miss(page, "");
            return List.of();
        }
        if (size.isHuge()) {
            told.warn(Kind.LIMIT_REACHED, page, "");
            return List.of();
        }
        return scans.page(pictures.read(index), page, false).paragraphs();
    }

    private static void readInside(PictureFile pictures, Scans scans, String name, XhtmlOut out)
            throws IOException, SAXException {
        for (int index = 0; pictures.has(index); index++) {
            PictureFile.Size size = pictures.size(index);
            if (Math.min(size.width(), size.height()) < LEAST_SIDE_INSIDE || size.pixels() < LEAST_PIXELS_INSIDE) {
                continue;
            }
            if (!scans.available()) {
                scans.missPicture();
            } else if (!size.isHuge()) {
                RecognizedText text = scans.picture(pictures.read(index), name);
                PdfDocument.write(List.of(PdfDocument.Page.of(text.paragraphs())), out);
            }
        }
    }
}
