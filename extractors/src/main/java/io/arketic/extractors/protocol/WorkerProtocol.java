package io.arketic.extractors.protocol;

import io.arketic.extractors.DocumentMetadata;
import io.arketic.extractors.ExtractLimits;
import io.arketic.extractors.ExtractedDocument;
import io.arketic.extractors.ExtractedDocument.Block;
import io.arketic.extractors.ExtractedDocument.BlockType;
import io.arketic.extractors.ExtractedDocument.Page;
import io.arketic.extractors.ExtractionException;
import io.arketic.extractors.ExtractionException.Reason;
import io.arketic.extractors.LeftOut;
import io.arketic.extractors.Warning;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Defines what parent and worker write to each other. Both come from the same build, so it has no version. Every
 * message begins with a mark, so stray output ends the conversation and is never taken for an answer. A parser under a
 * hostile file's control may write any bytes: the parent reads no length, count or offset beyond the limits.
 */
public final class WorkerProtocol {

    /** Is the exit status of {@code -XX:+ExitOnOutOfMemoryError}. */
    public static final int EXIT_OUT_OF_MEMORY = 3;

    /** Is the exit status when code in the worker called {@code System.exit}, with any number. */
    public static final int EXIT_CALLED = 70;

    /** Is the exit status when the worker itself failed. */
    public static final int EXIT_FAILED = 71;

    /** Limits the pages of a document; each costs the parent 36 bytes. */
    public static final int MAX_PAGES = 1_000_000;

    /** Limits the blocks of a document; each costs the parent 36 bytes. */
    public static final int MAX_BLOCKS = 2_000_000;

    /** Limits the UTF-16 units of media types, titles, authors, details and similar values. */
    static final int MAX_LABEL = 2_000;

    /** Limits the warnings of a document. */
    public static final int MAX_WARNINGS = 1_000;

    /** Limits the UTF-16 units of a page's printed number, which pages up to {@link #MAX_LABELLED_PAGES} may have. */
    public static final int MAX_PAGE_LABEL = 40;

    public static final int MAX_LABELLED_PAGES = 100_000;

    private static final int MAX_PATH = 1 << 16;
    private static final int MAX_TABLE = 1 << 22;
    private static final int MAX_PASSWORDS = 10_000;
    private static final int MAX_LEVEL = 6;
    private static final int NO_CONFIDENCE = -1;

    static final int MARK = 0x41524b54;

    static final byte EXTRACTED = 0;
    private static final byte FAILED = 1;
    private static final byte UNDECIDED = 2;
    static final byte PICTURE = 3;

    private static final byte REQUEST = 0;
    private static final byte RECOGNITION = 1;

    private WorkerProtocol() {}

    /** Says how one file ended. */
    public sealed interface Answer {
        ExtractedDocument documentOrThrow() throws ExtractionException;
    }

    /** Holds the file's text. */
    public record Extracted(ExtractedDocument document) implements Answer {
        @Override
        public ExtractedDocument documentOrThrow() {
            return document;
        }
    }

    /** Holds the reason for a file without text. */
    public record Failed(Reason reason, String detail) implements Answer {
        @Override
        public ExtractedDocument documentOrThrow() throws ExtractionException {
            throw new ExtractionException(reason, detail);
        }
    }

    /** Reports that the machine failed the parser (a full disk, a lost directory), so the file is undecided. */
    public record Undecided(String detail) implements Answer {
        @Override
        public ExtractedDocument documentOrThrow() {
            throw new UncheckedIOException(new IOException("the parser process could not work: " + detail));
        }
    }

    public static void writeGreeting(DataOutputStream out, ExtractLimits limits, List<String> passwords)
            throws IOException {
        out.writeInt(MARK);
        out.writeLong(limits.timeout().toMillis());
        out.writeLong(limits.parserHeap());
        out.writeLong(limits.maxFileBytes());
        out.writeInt(limits.maxCharacters());
        out.writeInt(limits.maxEmbeddedDepth());
        out.writeInt(limits.maxEmbeddedCount());
        writePasswords(out, passwords);
        out.flush();
    }

    public static Greeting readGreeting(DataInputStream in) throws IOException {
        expectMark(in);
        ExtractLimits limits = new ExtractLimits(
                Duration.ofMillis(in.readLong()),
                in.readLong(),
                in.readLong(),
                in.readInt(),
                in.readInt(),
                in.readInt());
        BoundedInput bounded = new BoundedInput(in);
        return new Greeting(limits, readPasswords(bounded));
    }

    public record Greeting(ExtractLimits limits, List<String> passwords) {}

    public static void writeReady(DataOutputStream out) throws IOException {
        out.writeInt(MARK);
        out.flush();
    }

    public static void readReady(DataInputStream in) throws IOException {
        expectMark(in);
    }

    private static void writePasswords(DataOutputStream out, List<String> passwords) throws IOException {
        out.writeInt(passwords.size());
        for (String password : passwords) {
            writeString(out, password);
        }
    }

    private static List<String> readPasswords(BoundedInput in) throws IOException {
        int count = in.number(0, MAX_PASSWORDS);
        List<String> passwords = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            passwords.add(in.string(MAX_LABEL));
        }
        return List.copyOf(passwords);
    }

    public static void writeRequest(DataOutputStream out, Request request) throws IOException {
        out.writeInt(MARK);
        out.writeByte(REQUEST);
        writeString(out, request.path());
        writeString(out, request.filename());
        writeNullable(out, request.lacks());
        writePasswords(out, request.passwords());
        out.flush();
    }

    private static void writeRecognition(DataOutputStream out, Recognition recognition) throws IOException {
        out.writeInt(MARK);
        out.writeByte(RECOGNITION);
        writeString(out, recognition.end().name());
        writeString(out, recognition.table());
        out.flush();
    }

    /** Represents a message of the parent. */
    public sealed interface FromParent {}

    /**
     * Asks for the text of a file.
     *
     * @param lacks what is missing for the recognition of text; null where nothing is
     * @param passwords tried on this file only, after those of the greeting
     */
    public record Request(
            String path, String filename, @Nullable String lacks, List<String> passwords) implements FromParent {

        public Request {
            passwords = List.copyOf(passwords);
        }

        /** Shows no passwords. */
        @Override
        public String toString() {
            return "Request[path=" + path + ", passwords=" + passwords.size() + "]";
        }
    }

    public record Recognized(Recognition recognition) implements FromParent {}

    public static FromParent readFromParent(DataInputStream in) throws IOException {
        expectMark(in);
        BoundedInput bounded = new BoundedInput(in);
        if (in.readByte() == REQUEST) {
            return new Request(
                    bounded.string(MAX_PATH),
                    bounded.string(MAX_PATH),
                    bounded.nullable(MAX_PATH),
                    readPasswords(bounded));
        }
        Recognition.End end = Recognition.End.valueOf(bounded.string(MAX_LABEL));
        return new Recognized(new Recognition(end, bounded.string(MAX_TABLE)));
    }

    public static void writePicture(DataOutputStream out, GreyPicture picture) throws IOException {
        out.writeInt(MARK);
        out.writeByte(PICTURE);
        out.writeInt(picture.width());
        out.writeInt(picture.height());
        out.write(picture.pixels());
        out.flush();
    }

    /** Recognises the text of a picture that a parser process has sent. */
    public interface Recognizer {
        Recognition read(GreyPicture picture) throws IOException;
    }

    public static void writeAnswer(DataOutputStream out, Answer answer) throws IOException {
        out.writeInt(MARK);
        if (answer instanceof Extracted extracted) {
            out.writeByte(EXTRACTED);
            writeDocument(out, extracted.document());
        } else if (answer instanceof Failed failed) {
            out.writeByte(FAILED);
            writeString(out, failed.reason().name());
            writeString(out, label(failed.detail()));
        } else if (answer instanceof Undecided undecided) {
            out.writeByte(UNDECIDED);
            writeString(out, label(undecided.detail()));
        }
        out.flush();
    }

    /**
     * Reads an answer within the limits, after recognising the pictures that the parser sends before it.
     *
     * @throws StreamCorruptedException when the other side sends what an honest parser never sends
     * @throws IOException when it is gone
     */
    public static Answer readAnswer(
            DataInputStream in, DataOutputStream out, ExtractLimits limits, Recognizer recognizer) throws IOException {
        while (true) {
            expectMark(in);
            byte kind = in.readByte();
            if (kind != PICTURE) {
                return readAnswer(kind, in, limits);
            }
            writeRecognition(out, recognizer.read(readPicture(in)));
        }
    }

    private static GreyPicture readPicture(DataInputStream in) throws IOException {
        BoundedInput bounded = new BoundedInput(in);
        int width = bounded.number(1, GreyPicture.MAX_SIDE);
        int height = bounded.number(1, Math.min(GreyPicture.MAX_SIDE, GreyPicture.MAX_PIXELS / width));
        byte[] pixels = in.readNBytes(width * height);
        if (pixels.length < width * height) {
            throw new EOFException("ended within a picture");
        }
        return new GreyPicture(width, height, pixels);
    }

    private static Answer readAnswer(byte kind, DataInputStream in, ExtractLimits limits) throws IOException {
        BoundedInput bounded = new BoundedInput(in);
        return switch (kind) {
            case EXTRACTED -> new Extracted(readDocument(bounded, limits));
            case FAILED -> new Failed(bounded.oneOf(Reason.class), bounded.string(MAX_LABEL));
            case UNDECIDED -> new Undecided(bounded.string(MAX_LABEL));
            default -> throw new StreamCorruptedException("not an answer: " + kind);
        };
    }

    private static void writeDocument(DataOutputStream out, ExtractedDocument document) throws IOException {
        writeString(out, document.text());
        writeString(out, label(document.mediaType()));
        out.writeInt(document.pages().size());
        for (Page page : document.pages()) {
            out.writeInt(page.number());
            out.writeInt(page.start());
            out.writeInt(page.end());
            writeNullable(out, page.label());
            out.writeByte(page.confidence() == null ? NO_CONFIDENCE : page.confidence());
        }
        out.writeInt(document.blocks().size());
        for (Block block : document.blocks()) {
            out.writeByte(block.type().ordinal());
            out.writeByte(block.level());
            out.writeInt(block.start());
            out.writeInt(block.end());
        }
        DocumentMetadata metadata = document.metadata();
        writeNullable(out, metadata.title());
        writeNullable(out, metadata.author());
        writeNullable(out, metadata.language());
        writeNullable(
                out, metadata.created() == null ? null : metadata.created().toString());
        out.writeInt(metadata.leftOut().size());
        for (Map.Entry<LeftOut, Integer> kind : metadata.leftOut().entrySet()) {
            writeString(out, kind.getKey().name());
            out.writeInt(kind.getValue());
        }
        out.writeInt(document.warnings().size());
        for (Warning warning : document.warnings()) {
            writeString(out, warning.kind().name());
            out.writeInt(warning.page() == null ? 0 : warning.page());
            writeString(out, label(warning.place()));
        }
    }

    private static ExtractedDocument readDocument(BoundedInput in, ExtractLimits limits) throws IOException {
        String text = in.string(limits.maxCharacters());
        if (text.isBlank()) {
            throw new StreamCorruptedException("a document without text");
        }
        String mediaType = in.string(MAX_LABEL);
        int pageCount = in.number(0, MAX_PAGES);
        List<Page> pages = new ArrayList<>();
        int reached = 0;
        for (int number = 1; number <= pageCount; number++) {
            int start = in.number(number, number) == 1 ? in.number(0, 0) : in.number(reached, text.length());
            reached = in.number(start, text.length());
            String label = in.nullable(number <= MAX_LABELLED_PAGES ? MAX_PAGE_LABEL : 0);
            int confidence = in.small(NO_CONFIDENCE, 100);
            pages.add(new Page(number, start, reached, label, confidence == NO_CONFIDENCE ? null : confidence));
        }
        // An empty line separates blocks, and no block is empty.
        int blockCount = in.number(1, Math.min(MAX_BLOCKS, (text.length() + 2) / 3));
        List<Block> blocks = new ArrayList<>();
        int free = 0;
        for (int i = 0; i < blockCount; i++) {
            BlockType type = BlockType.values()[in.small(0, BlockType.values().length - 1)];
            int level = in.small(0, MAX_LEVEL);
            int start = in.number(free, text.length());
            free = in.number(start + 1, text.length());
            blocks.add(new Block(type, level, start, free));
        }
        DocumentMetadata metadata = new DocumentMetadata(
                in.nullable(MAX_LABEL),
                in.nullable(MAX_LABEL),
                in.nullable(MAX_LABEL),
                readInstant(in),
                readLeftOut(in));
        return new ExtractedDocument(text, pages, blocks, metadata, mediaType, readWarnings(in));
    }

    private static Map<LeftOut, Integer> readLeftOut(BoundedInput in) throws IOException {
        Map<LeftOut, Integer> leftOut = new EnumMap<>(LeftOut.class);
        int count = in.number(0, LeftOut.values().length);
        for (int i = 0; i < count; i++) {
            leftOut.put(in.oneOf(LeftOut.class), in.number(1, Integer.MAX_VALUE));
        }
        return leftOut;
    }

    private static List<Warning> readWarnings(BoundedInput in) throws IOException {
        List<Warning> warnings = new ArrayList<>();
        int count = in.number(0, MAX_WARNINGS);
        for (int i = 0; i < count; i++) {
            Warning.Kind kind = in.oneOf(Warning.Kind.class);
            int page = in.number(0, MAX_PAGES);
            warnings.add(new Warning(kind, page == 0 ? null : page, in.string(MAX_LABEL)));
        }
        return warnings;
    }

    private static @Nullable Instant readInstant(BoundedInput in) throws IOException {
        String instant = in.nullable(MAX_LABEL);
        try {
            return instant == null ? null : Instant.parse(instant);
        } catch (DateTimeParseException none) {
            throw new StreamCorruptedException("not a time: " + instant);
        }
    }

    private static void writeNullable(DataOutputStream out, @Nullable String value) throws IOException {
        out.writeBoolean(value != null);
        if (value != null) {
            writeString(out, value);
        }
    }

    /** Cuts a parser's message, which may have any content and length. */
    private static String label(String said) {
        int end = said.offsetByCodePoints(0, Math.min(MAX_LABEL / 2, said.codePointCount(0, said.length())));
        return said.substring(0, end).replace('\0', ' ');
    }

    private static void writeString(DataOutputStream out, String value) throws IOException {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static void expectMark(DataInputStream in) throws IOException {
        int mark = in.readInt();
        if (mark != MARK) {
            throw new StreamCorruptedException("not a message: " + Integer.toHexString(mark));
        }
    }
}
