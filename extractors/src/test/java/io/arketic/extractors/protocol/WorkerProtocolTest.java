package io.arketic.extractors.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.arketic.extractors.DocumentMetadata;
import io.arketic.extractors.ExtractLimits;
import io.arketic.extractors.ExtractedDocument;
import io.arketic.extractors.ExtractedDocument.Block;
import io.arketic.extractors.ExtractedDocument.BlockType;
import io.arketic.extractors.ExtractedDocument.Page;
import io.arketic.extractors.ExtractionException.Reason;
import io.arketic.extractors.LeftOut;
import io.arketic.extractors.Warning;
import io.arketic.extractors.assembly.TextAssembler;
import io.arketic.extractors.protocol.WorkerProtocol.Answer;
import io.arketic.extractors.protocol.WorkerProtocol.Extracted;
import io.arketic.extractors.protocol.WorkerProtocol.Failed;
import io.arketic.extractors.protocol.WorkerProtocol.Undecided;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StreamCorruptedException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Tests that the parent does not trust a parser under a hostile file's control. */
class WorkerProtocolTest {

    private static final String TEXT = "First.\n\nZweiter Satz 🚲.";
    private static final ExtractLimits LIMITS = new ExtractLimits(Duration.ofSeconds(9), 32L << 20, 9, 100, 1, 1);

    @Test
    void anAnswerArrivesAsItWasSent() throws IOException {
        Extracted extracted = new Extracted(new ExtractedDocument(
                TEXT,
                List.of(new Page(1, 0, 8, "iv", 91), new Page(2, 8, 8), new Page(3, 8, TEXT.length())),
                List.of(new Block(BlockType.HEADING, 2, 0, 6), new Block(BlockType.PARAGRAPH, 0, 8, TEXT.length())),
                new DocumentMetadata(
                        "Title",
                        null,
                        "de",
                        Instant.EPOCH,
                        Map.of(LeftOut.DELETED_TEXT, 3, LeftOut.HIDDEN_ROWS, Integer.MAX_VALUE)),
                "text/plain",
                List.of(
                        new Warning(Warning.Kind.PAGE_WITHOUT_TEXT, 2, ""),
                        new Warning(Warning.Kind.MEMBER_UNREADABLE, null, "b/ü.doc"))));
        for (Answer answer : List.of(extracted, new Failed(Reason.CORRUPT, "torn"), new Undecided("full"))) {
            assertThat(readAnswer(in(sent(answer)))).isEqualTo(answer);
        }
    }

    @Test
    void whatAParserSaysIsCutBeforeItIsSent() throws IOException {
        Failed endless = new Failed(Reason.CORRUPT, "\0".repeat(100_000));
        assertThat(readAnswer(in(sent(endless))))
                .isInstanceOfSatisfying(
                        Failed.class,
                        failed -> assertThat(failed.detail())
                                .hasSizeLessThanOrEqualTo(WorkerProtocol.MAX_LABEL)
                                .isBlank());
    }

    @Test
    void noLengthNorCountIsBelieved() {
        assertRefused(out -> out.writeInt(Integer.MAX_VALUE));
        assertRefused(out -> out.writeInt(-1));
        assertRefused(out -> string(out, "a".repeat(LIMITS.maxCharacters() + 1)));
        assertRefused(out -> string(out, " "));
        assertRefused(out -> string(out, "a\0b"));
        assertRefused(out -> {
            string(out, TEXT);
            string(out, "a".repeat(WorkerProtocol.MAX_LABEL + 1));
        });
        for (int count : List.of(-1, WorkerProtocol.MAX_PAGES + 1, Integer.MAX_VALUE)) {
            assertRefused(out -> {
                text(out);
                out.writeInt(count);
            });
        }
        for (int count : List.of(-1, 0, TEXT.length(), Integer.MAX_VALUE)) {
            assertRefused(out -> {
                text(out);
                out.writeInt(0);
                out.writeInt(count);
            });
        }
    }

    @Test
    void noOffsetOutsideTheTextIsBelieved() {
        assertPagesRefused(2, 0, 3);
        assertPagesRefused(1, 1, 3);
        assertPagesRefused(1, 0, TEXT.length() + 1);
        assertPagesRefused(1, 0, 9, 2, 8, 10);
        assertBlocksRefused(BlockType.values().length, 0, 0, 3);
        assertBlocksRefused(-1, 0, 0, 3);
        assertBlocksRefused(0, 7, 0, 3);
        assertBlocksRefused(0, 0, -1, 3);
        assertBlocksRefused(0, 0, 3, 3);
        assertBlocksRefused(0, 0, 0, TEXT.length() + 1);
        assertBlocksRefused(0, 0, 0, 5, 0, 0, 4, 8);
    }

    @Test
    void noWarningsBeyondTheLimitAreBelieved() {
        for (int count : List.of(-1, WorkerProtocol.MAX_WARNINGS + 1)) {
            assertRefused(out -> {
                body(out);
                out.writeInt(0);
                out.writeInt(count);
            });
        }
        assertRefused(out -> {
            body(out);
            out.writeInt(LeftOut.values().length + 1);
        });
        assertRefused(out -> {
            body(out);
            out.writeInt(1);
            string(out, "NO_KIND");
        });
        assertRefused(out -> {
            text(out);
            out.writeInt(1);
            out.writeInt(1);
            out.writeInt(0);
            out.writeInt(3);
            out.writeBoolean(true);
            string(out, "i".repeat(WorkerProtocol.MAX_PAGE_LABEL + 1));
        });
    }

    @Test
    void aFileWithMoreWarningsThanAreKeptSaysSo() {
        TextAssembler assembler = new TextAssembler(100);
        for (int page = 1; page <= 4_000; page++) {
            assembler.warn(Warning.Kind.PAGE_WITHOUT_TEXT, page, "");
        }
        assertThat(assembler.warnings())
                .hasSize(WorkerProtocol.MAX_WARNINGS)
                .endsWith(new Warning(
                        Warning.Kind.FURTHER_WARNINGS,
                        null,
                        Integer.toString(4_000 - WorkerProtocol.MAX_WARNINGS + 1)));
    }

    /** Reads 20,000 answers with some changed bytes: each is refused or is a document within its limits. */
    @Test
    void changedBytesNeverDoMoreThanFail() throws IOException {
        byte[] sent = sent(new Extracted(new ExtractedDocument(
                TEXT,
                List.of(new Page(1, 0, TEXT.length())),
                List.of(new Block(BlockType.PARAGRAPH, 0, 0, TEXT.length())),
                new DocumentMetadata("Title", "Author", "de", Instant.EPOCH, Map.of(LeftOut.HIDDEN_TEXT, 1)),
                "text/plain",
                List.of(new Warning(Warning.Kind.LIMIT_REACHED, 1, "a")))));
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] changed = sent.clone();
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            }
            try {
                if (readAnswer(in(changed)) instanceof Extracted extracted) {
                    String text = extracted.document().text();
                    assertThat(text).hasSizeLessThanOrEqualTo(LIMITS.maxCharacters());
                    extracted
                            .document()
                            .blocks()
                            .forEach(block -> assertThat(text.substring(block.start(), block.end()))
                                    .isNotEmpty());
                }
            } catch (IOException refused) {
                assertThat(refused).isNotNull();
            }
        }
    }

    @Test
    void noSizeOfAPictureIsBelieved() {
        int side = GreyPicture.MAX_SIDE;
        for (int[] size : new int[][] {{0, 1}, {-1, 1}, {1, 0}, {side + 1, 1}, {side, side}, {1, Integer.MAX_VALUE}}) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            assertThatThrownBy(() -> {
                        DataOutputStream out = new DataOutputStream(bytes);
                        out.writeInt(WorkerProtocol.MARK);
                        out.writeByte(WorkerProtocol.PICTURE);
                        out.writeInt(size[0]);
                        out.writeInt(size[1]);
                        readAnswer(in(bytes.toByteArray()));
                    })
                    .as(Arrays.toString(size))
                    .isInstanceOf(StreamCorruptedException.class);
        }
    }

    private interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    private static void assertPagesRefused(int... numbers) {
        assertRefused(out -> {
            text(out);
            out.writeInt(numbers.length / 3);
            for (int i = 0; i < numbers.length; i++) {
                out.writeInt(numbers[i]);
                if (i % 3 == 2) {
                    out.writeBoolean(false);
                }
            }
        });
    }

    /** Returns type, level, start and end of each. */
    private static void assertBlocksRefused(int... numbers) {
        assertRefused(out -> {
            text(out);
            out.writeInt(0);
            out.writeInt(numbers.length / 4);
            for (int i = 0; i < numbers.length; i += 4) {
                out.writeByte(numbers[i]);
                out.writeByte(numbers[i + 1]);
                out.writeInt(numbers[i + 2]);
                out.writeInt(numbers[i + 3]);
            }
        });
    }

    /** Checks a refusal by the bytes so far: none follow, and reading more would be an EOFException. */
    private static void assertRefused(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        assertThatThrownBy(() -> {
                    DataOutputStream out = new DataOutputStream(bytes);
                    out.writeInt(WorkerProtocol.MARK);
                    out.writeByte(WorkerProtocol.EXTRACTED);
                    writing.to(out);
                    readAnswer(in(bytes.toByteArray()));
                })
                .as(Arrays.toString(bytes.toByteArray()))
                .isInstanceOf(StreamCorruptedException.class);
    }

    private static void text(DataOutputStream out) throws IOException {
        string(out, TEXT);
        string(out, "text/plain");
    }

    /** Writes the part before the counts of what was left out. */
    private static void body(DataOutputStream out) throws IOException {
        text(out);
        out.writeInt(0);
        out.writeInt(1);
        out.writeByte(0);
        out.writeByte(0);
        out.writeInt(0);
        out.writeInt(3);
        for (int nothing = 0; nothing < 4; nothing++) {
            out.writeBoolean(false);
        }
    }

    private static void string(DataOutputStream out, String value) throws IOException {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static Answer readAnswer(DataInputStream in) throws IOException {
        DataOutputStream nowhere = new DataOutputStream(OutputStream.nullOutputStream());
        return WorkerProtocol.readAnswer(in, nowhere, LIMITS, picture -> Recognition.none(Recognition.End.FAILED));
    }

    private static byte[] sent(Answer answer) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        WorkerProtocol.writeAnswer(new DataOutputStream(bytes), answer);
        return bytes.toByteArray();
    }

    private static DataInputStream in(byte[] bytes) {
        return new DataInputStream(new ByteArrayInputStream(bytes));
    }
}
