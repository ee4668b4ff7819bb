package io.arketic.extractors.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.extractors.ExtractLimits;
import io.arketic.extractors.ExtractedDocument.BlockType;
import io.arketic.extractors.ExtractionException.Reason;
import io.arketic.extractors.Warning;
import io.arketic.extractors.assembly.MemberBytes;
import io.arketic.extractors.assembly.TextAssembler;
import io.arketic.extractors.fork.SampleFiles;
import io.arketic.extractors.fork.ScannedFiles;
import io.arketic.extractors.protocol.Recognition;
import io.arketic.extractors.protocol.WorkerProtocol.Failed;
import io.arketic.extractors.structure.StructureHandler;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.tika.exception.EncryptedDocumentException;
import org.apache.tika.exception.TikaException;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.mime.MediaType;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.parser.PasswordProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.ContentHandler;

/** Tests how the passwords are tried on files inside a file. */
class InnerDocumentsTest {

    @TempDir
    Path directory;

    @Test
    void aTryLeavesNoTextUnlessItOpensTheMember() throws Exception {
        TextAssembler out = read("wrong", "also wrong", "secret");
        assertThat(out.text()).isEqualTo("half.bin\n\nOpen.\n\nLocked.");
        assertThat(out.blocks())
                .extracting(block -> out.text().substring(block.start(), block.end()))
                .containsExactly("half.bin", "Open.", "Locked.");
        assertThat(out.warnings()).isEmpty();
    }

    @Test
    void aMemberThatNoPasswordOpensKeepsItsOpenTextOnce() throws Exception {
        TextAssembler out = read("wrong", "also wrong");
        assertThat(out.text()).isEqualTo("half.bin\n\nOpen.\n\n[half.bin: encrypted, not read]");
        assertThat(out.warnings()).containsExactly(new Warning(Warning.Kind.MEMBER_ENCRYPTED, null, "half.bin"));
    }

    /** The picture is recognised each time when the archive is read. */
    @Test
    void anArchiveIsReadOnceHoweverManyPasswordsItsMembersRefuse() throws Exception {
        Path archive = Files.write(
                directory.resolve("a.zip"),
                SampleFiles.zip(Map.of(
                        "a.png",
                        ScannedFiles.png(ScannedFiles.noise(300, 300)),
                        "locked.pdf",
                        SampleFiles.pdfFor("secret", "hidden"))));
        AtomicInteger recognized = new AtomicInteger();
        assertThat(new DocumentReader(ExtractLimits.DEFAULT, List.of())
                        .read(
                                archive,
                                "a.zip",
                                picture -> {
                                    recognized.incrementAndGet();
                                    return Recognition.none(Recognition.End.FAILED);
                                },
                                null,
                                List.of("one", "two", "three")))
                .isInstanceOfSatisfying(Failed.class, failed -> {
                    assertThat(failed.reason()).isEqualTo(Reason.ENCRYPTED);
                    assertThat(failed.detail()).endsWith("none of 3 known passwords opens it");
                });
        assertThat(recognized).hasValue(1);
    }

    private TextAssembler read(String... passwords) throws Exception {
        byte[] bytes = {1, 2, 3};
        Path file = Files.write(directory.resolve("a.zip"), bytes);
        TextAssembler out = new TextAssembler(10_000);
        out.places().nameWhole("a.zip");
        Metadata archive = new Metadata();
        archive.set(Metadata.CONTENT_TYPE, "application/zip");
        StructureHandler handler = new StructureHandler(out, archive, true);
        ParseContext context = new ParseContext();
        context.set(TextAssembler.class, out);
        InnerDocuments inner = new InnerDocuments(
                ExtractLimits.DEFAULT,
                out,
                new HalfLocked(),
                context,
                archive,
                handler,
                new MemberBytes(out, bytes.length, 1 << 20),
                file,
                List.of(passwords));
        Metadata member = new Metadata();
        member.set(TikaCoreProperties.RESOURCE_NAME_KEY, "half.bin");
        inner.parseEmbedded(new ByteArrayInputStream(bytes), handler, member, true);
        return out;
    }

    /** Reads a format whose second half needs a password, and finds a wrong one out behind the first half. */
    private static final class HalfLocked implements Parser {

        private static final long serialVersionUID = 1L;

        @Override
        public Set<MediaType> getSupportedTypes(ParseContext context) {
            return Set.of();
        }

        @Override
        public void parse(InputStream stream, ContentHandler handler, Metadata metadata, ParseContext context)
                throws IOException, TikaException {
            TikaInputStream.cast(stream).getPath();
            TextAssembler out = Objects.requireNonNull(context.get(TextAssembler.class));
            out.block(BlockType.PARAGRAPH, 0, "Open.");
            PasswordProvider provider = context.get(PasswordProvider.class);
            if (provider == null) {
                throw new EncryptedDocumentException("no password");
            }
            if (!"secret".equals(provider.getPassword(metadata))) {
                throw new TikaException("damaged");
            }
            out.block(BlockType.PARAGRAPH, 0, "Locked.");
        }
    }
}
