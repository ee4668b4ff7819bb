package io.arketic.extractors.sheet;

import io.arketic.extractors.assembly.TextAssembler;
import io.arketic.extractors.assembly.XhtmlOut;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Set;
import org.apache.poi.hssf.eventusermodel.FormatTrackingHSSFListener;
import org.apache.poi.hssf.eventusermodel.HSSFEventFactory;
import org.apache.poi.hssf.eventusermodel.HSSFListener;
import org.apache.poi.hssf.eventusermodel.HSSFRequest;
import org.apache.poi.hssf.record.crypto.Biff8EncryptionKey;
import org.apache.poi.poifs.filesystem.DirectoryNode;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;
import org.apache.tika.exception.TikaException;
import org.apache.tika.io.TemporaryResources;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.mime.MediaType;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.parser.PasswordProvider;
import org.apache.tika.parser.microsoft.OfficeParser;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Reads the sheets of Excel workbooks of the format of 1997 as Excel shows them. Tika reads older ones, properties and
 * embedded files.
 */
public final class OldWorkbook implements Parser {

    private static final long serialVersionUID = 1L;

    @Override
    public Set<MediaType> getSupportedTypes(ParseContext context) {
        return Set.of(MediaType.application("vnd.ms-excel"));
    }

    @Override
    public void parse(InputStream stream, ContentHandler handler, Metadata metadata, ParseContext context)
            throws IOException, SAXException, TikaException {
        try (TemporaryResources temporary = new TemporaryResources()) {
            TikaInputStream file = TikaInputStream.get(stream, temporary, metadata);
            boolean read;
            PasswordProvider passwords = context.get(PasswordProvider.class);
            Biff8EncryptionKey.setCurrentUserPassword(passwords == null ? null : passwords.getPassword(metadata));
            try (FileInputStream bytes = new FileInputStream(file.getFile());
                    POIFSFileSystem container = new POIFSFileSystem(bytes)) {
                DirectoryNode root = container.getRoot();
                read = root.hasEntry("Workbook");
                if (read) {
                    XhtmlOut out = new XhtmlOut(handler, metadata);
                    out.begin();
                    write(root, out, Objects.requireNonNull(context.get(TextAssembler.class)));
                    out.finish();
                }
            } finally {
                Biff8EncryptionKey.setCurrentUserPassword(null);
            }
            try (TikaInputStream again = TikaInputStream.get(file.getPath(), metadata)) {
                new OfficeParser().parse(again, read ? new DefaultHandler() : handler, metadata, context);
            }
        }
    }

    /** Reads the book twice, because merged cells and hidden columns may follow the cells. */
    private static void write(DirectoryNode root, XhtmlOut out, TextAssembler text) throws IOException {
        OldSheets.Layout layout = new OldSheets.Layout();
        read(root, layout);
        OldSheets sheets = new OldSheets(layout, out, text);
        FormatTrackingHSSFListener formats = new FormatTrackingHSSFListener(sheets);
        sheets.formats(formats);
        read(root, formats);
    }

    private static void read(DirectoryNode root, HSSFListener listener) throws IOException {
        HSSFRequest request = new HSSFRequest();
        request.addListenerForAllRecords(listener);
        new HSSFEventFactory().processWorkbookEvents(request, root);
    }
}
