package io.arketic.extractors.word;

import io.arketic.extractors.LeftOut;
import io.arketic.extractors.assembly.TextAssembler;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.Set;
import org.apache.poi.poifs.filesystem.DirectoryNode;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;
import org.apache.tika.exception.TikaException;
import org.apache.tika.io.TemporaryResources;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.mime.MediaType;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.parser.microsoft.OfficeParser;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;

/**
 * Reads Word files of the format of 1997 without hidden text and marks of notes, which Tika keeps. Tika itself leaves
 * out deleted text.
 */
public final class OldWord implements Parser {

    private static final long serialVersionUID = 1L;

    @Override
    public Set<MediaType> getSupportedTypes(ParseContext context) {
        return Set.of(MediaType.application("msword"));
    }

    @Override
    public void parse(InputStream stream, ContentHandler handler, Metadata metadata, ParseContext context)
            throws IOException, SAXException, TikaException {
        try (TemporaryResources temporary = new TemporaryResources()) {
            TikaInputStream file = TikaInputStream.get(stream, temporary, metadata);
            Path visible = temporary.createTempFile();
            Files.copy(file.getPath(), visible, StandardCopyOption.REPLACE_EXISTING);
            HiddenWordText.Changes changes = change(visible);
            Objects.requireNonNull(context.get(TextAssembler.class)).leaveOut(LeftOut.HIDDEN_TEXT, changes.hidden());
            boolean changed = !changes.equals(HiddenWordText.Changes.NONE);
            try (TikaInputStream again = TikaInputStream.get(changed ? visible : file.getPath(), metadata)) {
                new OfficeParser().parse(again, handler, metadata, context);
            }
        }
    }

    /** Changes a copy; a file that cannot be changed is read unchanged. */
    private static HiddenWordText.Changes change(Path file) {
        try (POIFSFileSystem container = new POIFSFileSystem(file.toFile(), false)) {
            DirectoryNode root = container.getRoot();
            if (!root.hasEntry("WordDocument")) {
                return HiddenWordText.Changes.NONE;
            }
            byte[] text = bytes(root, "WordDocument");
            String name = HiddenWordText.tableOf(text);
            HiddenWordText.Changes changes =
                    root.hasEntry(name) ? HiddenWordText.change(text, bytes(root, name)) : HiddenWordText.Changes.NONE;
            if (!changes.equals(HiddenWordText.Changes.NONE)) {
                root.createOrUpdateDocument("WordDocument", new ByteArrayInputStream(text));
                container.writeFilesystem();
            }
            return changes;
        } catch (IOException | RuntimeException broken) {
            return HiddenWordText.Changes.NONE;
        }
    }

    private static byte[] bytes(DirectoryNode root, String name) throws IOException {
        try (InputStream in = root.createDocumentInputStream(name)) {
            return in.readAllBytes();
        }
    }
}
