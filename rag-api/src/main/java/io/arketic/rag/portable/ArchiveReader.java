package io.arketic.rag.portable;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Reads the contents of an archive whose bytes {@link ArchiveFile} has verified, and refuses what no export writes. */
final class ArchiveReader {

    /** Bounds the chunks that are passed on at a time. */
    private static final int BATCH = 200;

    /** Bounds the lines that are passed on at a time, beyond the last of them. */
    private static final int BATCH_CHARACTERS = 8 << 20;

    private static final int MOST_KEYWORDS = 20;
    private static final int LONGEST_KEYWORD = 100;
    private static final int LONGEST_SUMMARY = 2_000;
    private static final int LONGEST_LINE = 4 << 20;

    /** Bounds a document's pages and blocks. */
    private static final int LARGEST_DOCUMENT = 16 << 20;

    /** Bounds a text to some ten million words. */
    private static final int LARGEST_TEXT = 64 << 20;

    private static final int MOST_DIMENSIONS = 4_096;

    /** Bounds the difference of a vector's length from 1. */
    private static final double DEVIATION = 0.02;

    /** Holds some chunks of a document: the lines of the archive, and their vectors. */
    record Batch(List<String> lines, List<ArchivedChunk> chunks, List<float[]> vectors) {

        String json() {
            return "[" + String.join(",", lines) + "]";
        }
    }

    /** Takes the batches of a document in order. */
    interface Batches {
        void take(Batch batch);
    }

    private final ArchiveFile file;
    private final ArchivedBase base;

    ArchiveReader(ArchiveFile file) {
        this.file = file;
        this.base = parse(bytes(ArchivedBase.NAME, LONGEST_LINE), ArchivedBase.class);
        requireGenerations();
    }

    ArchivedBase base() {
        return base;
    }

    int documents() {
        return file.manifest().documents();
    }

    ArchivedDocument document(int ordinal) {
        ArchivedDocument document = parse(
                bytes(ArchivedDocument.entry(ordinal, "document.json"), LARGEST_DOCUMENT), ArchivedDocument.class);
        for (ArchivedDocument.Filled filled : document.generations()) {
            generation(filled.generation());
        }
        return document;
    }

    String text(int ordinal) {
        byte[] bytes = bytes(ArchivedDocument.entry(ordinal, "text.txt"), LARGEST_TEXT);
        try {
            return plain(StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException malformed) {
            throw ArchiveFile.refused("the text of document " + ordinal + " is not UTF-8", malformed);
        }
    }

    /** Opens the original, which the caller closes; empty where the archive has none. */
    Optional<ArchiveFile.Content> original(int ordinal) {
        return file.find(ArchivedDocument.entry(ordinal, "original"));
    }

    boolean hasOriginal(int ordinal) {
        return file.listed(ArchivedDocument.entry(ordinal, "original")).isPresent();
    }

    /** Refuses an original that is not the file of which the document tells size and hash: the storage limit counts that. */
    void requireOriginalOf(int ordinal, ArchivedDocument document) {
        Optional<ArchiveEntry> original = file.listed(ArchivedDocument.entry(ordinal, "original"));
        if (original.isPresent()
                && !document.hasBytes(original.get().size(), original.get().sha256())) {
            throw ArchiveFile.refused("the original of document " + ordinal + " is another file");
        }
    }

    /**
     * Passes on the chunks of a document in one generation.
     *
     * @param textLength of the document's text, in code points
     */
    void chunks(int ordinal, ArchivedDocument.Filled filled, int textLength, Batches batches) {
        int dimensions = generation(filled.generation()).dimensions();
        String lines = ArchivedDocument.entry(ordinal, ExportedDocument.chunksOf(filled.generation()));
        String vectors = ArchivedDocument.entry(ordinal, ExportedDocument.vectorsOf(filled.generation()));
        try (InputStream text = file.open(lines);
                DataInputStream floats = new DataInputStream(file.open(vectors))) {
            int next = 0;
            while (next < filled.chunks()) {
                Batch batch = new Batch(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
                int characters = 0;
                for (int i = 0; i < BATCH && characters < BATCH_CHARACTERS && next < filled.chunks(); i++, next++) {
                    String line = line(text);
                    characters += line.length();
                    batch.lines().add(line);
                    batch.chunks().add(chunk(line, next, textLength));
                    batch.vectors().add(vector(floats, dimensions));
                }
                batches.take(batch);
            }
            if (text.read() >= 0 || floats.read() >= 0) {
                throw ArchiveFile.refused("document " + ordinal + " has more chunks than it says");
            }
        } catch (EOFException cut) {
            throw ArchiveFile.refused("document " + ordinal + " has fewer chunks than it says", cut);
        } catch (IOException unreadable) {
            throw ArchiveFile.refused("document " + ordinal + " cannot be read", unreadable);
        }
    }

    ArchivedBase.Generation generation(int number) {
        return base.generations().stream()
                .filter(generation -> generation.generation() == number)
                .findFirst()
                .orElseThrow(() -> ArchiveFile.refused("there is no generation " + number));
    }

    private void requireGenerations() {
        for (ArchivedBase.Generation generation : base.generations()) {
            if (!generation.isActive() && !generation.state().equals(ArchivedBase.RETIRED)
                    || generation.dimensions() < 1
                    || generation.dimensions() > MOST_DIMENSIONS
                    || !isThreshold(generation.similarityThreshold())
                    || generation.chunkSize() < 1
                    || generation.chunkOverlap() < 0
                    || generation.chunkOverlap() >= generation.chunkSize()) {
                throw ArchiveFile.refused("generation " + generation.generation() + " is not one");
            }
        }
        long active = base.generations().stream()
                .filter(ArchivedBase.Generation::isActive)
                .count();
        long numbers = base.generations().stream()
                .map(ArchivedBase.Generation::generation)
                .distinct()
                .count();
        int all = base.generations().size();
        if (active != 1
                || all > 2
                || numbers != all
                || plain(base.name()).isBlank()
                || base.name().length() > 200
                || !isThreshold(base.similarityThreshold())
                || plain(base.description() == null ? "" : base.description()).length() > 2_000) {
            throw ArchiveFile.refused("the knowledge base is not one");
        }
    }

    private static boolean isThreshold(@Nullable Double threshold) {
        return threshold == null || (threshold >= 0 && threshold <= 1);
    }

    private static ArchivedChunk chunk(String line, int index, int textLength) {
        ArchivedChunk chunk = parse(line.getBytes(StandardCharsets.UTF_8), ArchivedChunk.class);
        plain(chunk.content());
        plain(chunk.words());
        plain(chunk.title() == null ? "" : chunk.title());
        boolean described = isThreshold(chunk.relevanceScore())
                && isSummary(chunk.summary())
                && isSummary(chunk.noteSummary())
                && areKeywords(chunk.keywords())
                && areKeywords(chunk.noteKeywords());
        boolean hashed = chunk.embeddedHash() == null || chunk.embeddedHash().matches("[0-9a-f]{64}");
        if (chunk.index() != index
                || chunk.start() < 0
                || chunk.end() < chunk.start()
                || chunk.end() > textLength
                || chunk.tokens() < 0
                || !hashed
                || !described
                || (chunk.title() != null && chunk.title().length() > 500)) {
            throw ArchiveFile.refused("chunk " + index + " is not one of its document");
        }
        return chunk;
    }

    private static boolean isSummary(@Nullable String summary) {
        return summary == null || plain(summary).length() <= LONGEST_SUMMARY;
    }

    private static boolean areKeywords(@Nullable List<String> keywords) {
        return keywords == null
                || keywords.size() <= MOST_KEYWORDS
                        && keywords.stream().allMatch(word -> plain(word).length() <= LONGEST_KEYWORD);
    }

    private static float[] vector(DataInputStream floats, int dimensions) throws IOException {
        byte[] bytes = new byte[dimensions * Float.BYTES];
        floats.readFully(bytes);
        float[] vector = new float[dimensions];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
        double square = 0;
        for (float value : vector) {
            square += (double) value * value;
        }
        if (!(Math.abs(Math.sqrt(square) - 1) < DEVIATION)) {
            throw ArchiveFile.refused("a vector does not have the length 1");
        }
        return vector;
    }

    private static String line(InputStream text) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(1024);
        for (int next = text.read(); next != '\n'; next = text.read()) {
            if (next < 0) {
                throw new EOFException();
            }
            if (line.size() == LONGEST_LINE) {
                throw ArchiveFile.refused("a line is longer than " + LONGEST_LINE + " bytes");
            }
            line.write(next);
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    private byte[] bytes(String name, int most) {
        try (InputStream bytes = file.open(name)) {
            byte[] read = bytes.readNBytes(most);
            if (bytes.read() >= 0) {
                throw ArchiveFile.refused(name + " is larger than " + most + " bytes");
            }
            return read;
        } catch (IOException unreadable) {
            throw ArchiveFile.refused(name + " cannot be read", unreadable);
        }
    }

    static <T> T parse(byte[] json, Class<T> type) {
        return parsing(() -> ArchiveJson.MAPPER.readValue(json, type), type);
    }

    /** Reads JSON; what is not of the type, or lacks a field, is refused. */
    private static <T> T parsing(Supplier<T> reading, Class<T> type) {
        try {
            T value = reading.get();
            if (value == null) {
                throw ArchiveFile.refused("there is no " + type.getSimpleName());
            }
            return value;
        } catch (JacksonException | NullPointerException unreadable) {
            throw ArchiveFile.refused("it holds what is not " + type.getSimpleName(), unreadable);
        }
    }

    /** Refuses text that the database cannot hold, which no export contains. */
    private static String plain(String text) {
        if (text.codePoints().anyMatch(character -> character == 0 || (character >= 0xD800 && character <= 0xDFFF))) {
            throw ArchiveFile.refused("a text holds what is not a character");
        }
        return text;
    }
}
