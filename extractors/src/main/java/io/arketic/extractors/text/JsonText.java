package io.arketic.extractors.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.arketic.extractors.ExtractedDocument.BlockType;
import io.arketic.extractors.LeftOut;
import io.arketic.extractors.assembly.TextAssembler;
import io.arketic.extractors.assembly.TextCleaner;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON, JSON Lines and successive values as lines {@code path: value} without escapes. Each record, an element
 * of the outermost array or a separate value, is a block; so is each object of the outermost one.
 */
final class JsonText {

    /** Limits the depth like the parser; no document for people is deeper. */
    private static final int DEEPEST = 500;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(10_000)
                    .build())
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
            .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
            .build();

    private final TextAssembler out;
    private final Deque<Level> levels = new ArrayDeque<>();
    private final boolean several;
    private int recordDepth;

    /** Holds an open object or array; {@code name} is its member's name or its number in its array. */
    private static final class Level {
        private final boolean array;
        private final String path;
        private int index;
        private @Nullable String member;
        private final List<String> scalars = new ArrayList<>();

        Level(boolean array, String path) {
            this.array = array;
            this.path = path;
        }
    }

    private JsonText(TextAssembler out, boolean several) {
        this.out = out;
        this.several = several;
    }

    /** Returns the number of successive values, 0 if the text is not JSON from beginning to end. */
    private static int values(String text) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            JsonToken token = parser.nextToken();
            if (token != JsonToken.START_OBJECT && token != JsonToken.START_ARRAY) {
                return 0;
            }
            int values = 0;
            while (token != null) {
                boolean begins = parser.getParsingContext().inRoot() && token.isScalarValue()
                        || token.isStructStart()
                                && parser.getParsingContext().getParent().inRoot();
                values += begins ? 1 : 0;
                token = parser.nextToken();
            }
            return values;
        } catch (IOException e) {
            return 0;
        }
    }

    /** Writes the text, or none if it is not JSON from beginning to end. */
    static boolean write(String text, TextAssembler out) throws IOException {
        int values = values(text);
        if (values == 0) {
            return false;
        }
        try (JsonParser parser = FACTORY.createParser(text)) {
            new JsonText(out, values > 1).write(parser);
        }
        return true;
    }

    private void write(JsonParser parser) throws IOException {
        for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
            switch (token) {
                case START_OBJECT, START_ARRAY -> open(token == JsonToken.START_ARRAY);
                case END_OBJECT, END_ARRAY -> close();
                case FIELD_NAME -> levels.element().member = parser.currentName();
                default -> scalar(token == JsonToken.VALUE_NULL ? "" : parser.getText());
            }
        }
    }

    private void open(boolean array) {
        String path = levels.isEmpty() ? "" : childPath();
        Level outer = levels.peek();
        if (outer != null && outer.array) {
            writeScalars(outer);
            recordDepth = recordDepth == 0 ? levels.size() : Math.min(recordDepth, levels.size());
        }
        if (beginsBlock()) {
            out.closeBlock();
        }
        // Blocks separate the elements of the outermost array.
        boolean record = outer != null && outer.array && levels.size() == 1;
        levels.push(new Level(array, record ? "" : path));
    }

    private void close() {
        Level level = levels.pop();
        if (level.array) {
            writeScalars(level);
        }
        if (beginsBlock()) {
            out.closeBlock();
        }
        count();
    }

    /**
     * Returns whether a block begins: records of a text of several values stay whole; those of a single one are in its
     * outermost array.
     */
    private boolean beginsBlock() {
        return levels.size() <= (several ? 0 : Math.max(1, recordDepth));
    }

    private void scalar(String raw) {
        EncodedData.Stripped value = EncodedData.strip(raw);
        out.leaveOut(LeftOut.ENCODED_DATA, value.count());
        Level level = levels.peek();
        if (level == null) {
            out.line(BlockType.LIST, TextCleaner.clean(value.text(), false));
        } else if (level.array) {
            level.scalars.add(value.text());
        } else {
            line(childPath(), value.text());
            count();
        }
    }

    private void writeScalars(Level level) {
        if (!level.scalars.isEmpty()) {
            StringJoiner joined = new StringJoiner(", ");
            level.scalars.forEach(joined::add);
            level.scalars.clear();
            line(level.path, joined.toString());
        }
    }

    private void line(String path, String value) {
        String clean = TextCleaner.clean(value, false);
        if (!clean.isEmpty()) {
            out.line(BlockType.LIST, path.isEmpty() ? clean : TextCleaner.clean(path, false) + ": " + clean);
        }
    }

    private void count() {
        Level level = levels.peek();
        if (level != null && level.array) {
            level.index++;
        }
    }

    private String childPath() {
        Level level = levels.element();
        if (level.array) {
            return level.path + "[" + level.index + "]";
        }
        return level.path.isEmpty() ? String.valueOf(level.member) : level.path + "." + level.member;
    }
}
