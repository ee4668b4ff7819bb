package io.arketic.extractors.worker;

import io.arketic.extractors.DocumentMetadata;
import io.arketic.extractors.ExtractLimits;
import io.arketic.extractors.ExtractedDocument;
import io.arketic.extractors.ExtractedDocument.Block;
import io.arketic.extractors.ExtractedDocument.BlockType;
import io.arketic.extractors.ExtractedDocument.Page;
import io.arketic.extractors.ExtractionException;
import io.arketic.extractors.ExtractionException.Reason;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What parent and worker write to each other. Both come from the same build, so it carries no version; every message
 * begins with a mark, so that stray output ends the conversation and is never taken for an answer.
 */
public final class WorkerProtocol {

    /** Exit status of {@code -XX:+ExitOnOutOfMemoryError}. */
    public static final int EXIT_OUT_OF_MEMORY = 3;

    /** Exit status when code in the worker called {@code System.exit}, with whatever number. */
    public static final int EXIT_CALLED = 70;

    /** Exit status when the worker itself failed. */
    static final int EXIT_FAILED = 71;

    private static final int MARK = 0x41524b54;

    private static final byte EXTRACTED = 0;
    private static final byte FAILED = 1;
    private static final byte UNDECIDED = 2;

    private WorkerProtocol() {}

    /** What became of one file. */
    public sealed interface Answer {
        ExtractedDocument documentOrThrow() throws ExtractionException;
    }

    /** The file's text. */
    public record Extracted(ExtractedDocument document) implements Answer {
        @Override
        public ExtractedDocument documentOrThrow() {
            return document;
        }
    }

    /** The file gives none. */
    public record Failed(Reason reason, String detail) implements Answer {
        @Override
        public ExtractedDocument documentOrThrow() throws ExtractionException {
            throw new ExtractionException(reason, detail);
        }
    }

    /** Nothing is known about the file: the machine failed the parser (a full disk, a directory that went away). */
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
        out.writeInt(passwords.size());
        for (String password : passwords) {
            writeString(out, password);
        }
        out.flush();
    }

    static Greeting readGreeting(DataInputStream in) throws IOException {
        expectMark(in);
        ExtractLimits limits = new ExtractLimits(
                Duration.ofMillis(in.readLong()),
                in.readLong(),
                in.readLong(),
                in.readInt(),
                in.readInt(),
                in.readInt());
        int count = in.readInt();
        List<String> passwords = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            passwords.add(readString(in));
        }
        return new Greeting(limits, List.copyOf(passwords));
    }

    record Greeting(ExtractLimits limits, List<String> passwords) {}

    static void writeReady(DataOutputStream out) throws IOException {
        out.writeInt(MARK);
        out.flush();
    }

    public static void readReady(DataInputStream in) throws IOException {
        expectMark(in);
    }

    public static void writeRequest(DataOutputStream out, String path, String filename) throws IOException {
        out.writeInt(MARK);
        writeString(out, path);
        writeString(out, filename);
        out.flush();
    }

    record Request(String path, String filename) {}

    static Request readRequest(DataInputStream in) throws IOException {
        expectMark(in);
        return new Request(readString(in), readString(in));
    }

    static void writeAnswer(DataOutputStream out, Answer answer) throws IOException {
        out.writeInt(MARK);
        if (answer instanceof Extracted extracted) {
            out.writeByte(EXTRACTED);
            writeDocument(out, extracted.document());
        } else if (answer instanceof Failed failed) {
            out.writeByte(FAILED);
            writeString(out, failed.reason().name());
            writeString(out, failed.detail());
        } else if (answer instanceof Undecided undecided) {
            out.writeByte(UNDECIDED);
            writeString(out, undecided.detail());
        }
        out.flush();
    }

    public static Answer readAnswer(DataInputStream in) throws IOException {
        expectMark(in);
        byte kind = in.readByte();
        return switch (kind) {
            case EXTRACTED -> new Extracted(readDocument(in));
            case FAILED -> new Failed(Reason.valueOf(readString(in)), readString(in));
            case UNDECIDED -> new Undecided(readString(in));
            default -> throw new IOException("not an answer: " + kind);
        };
    }

    private static void writeDocument(DataOutputStream out, ExtractedDocument document) throws IOException {
        writeString(out, document.text());
        writeString(out, document.mediaType());
        out.writeInt(document.pages().size());
        for (Page page : document.pages()) {
            out.writeInt(page.number());
            out.writeInt(page.start());
            out.writeInt(page.end());
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
    }

    private static ExtractedDocument readDocument(DataInputStream in) throws IOException {
        String text = readString(in);
        String mediaType = readString(in);
        int pageCount = in.readInt();
        List<Page> pages = new ArrayList<>();
        for (int i = 0; i < pageCount; i++) {
            pages.add(new Page(in.readInt(), in.readInt(), in.readInt()));
        }
        int blockCount = in.readInt();
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < blockCount; i++) {
            BlockType type = BlockType.values()[in.readByte()];
            blocks.add(new Block(type, in.readByte(), in.readInt(), in.readInt()));
        }
        String title = readNullable(in);
        String author = readNullable(in);
        String language = readNullable(in);
        String created = readNullable(in);
        DocumentMetadata metadata =
                new DocumentMetadata(title, author, language, created == null ? null : Instant.parse(created));
        return new ExtractedDocument(text, pages, blocks, metadata, mediaType);
    }

    private static void writeNullable(DataOutputStream out, @Nullable String value) throws IOException {
        out.writeBoolean(value != null);
        if (value != null) {
            writeString(out, value);
        }
    }

    private static @Nullable String readNullable(DataInputStream in) throws IOException {
        return in.readBoolean() ? readString(in) : null;
    }

    private static void writeString(DataOutputStream out, String value) throws IOException {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String readString(DataInputStream in) throws IOException {
        byte[] bytes = in.readNBytes(in.readInt());
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void expectMark(DataInputStream in) throws IOException {
        int mark = in.readInt();
        if (mark != MARK) {
            throw new IOException("not a message: " + Integer.toHexString(mark));
        }
    }
}
