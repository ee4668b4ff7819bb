package io.arketic.extractors.protocol;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads values with lengths from the other process, and refuses what an uncorrupted process never sends. The parser
 * process reads hostile files, so the parent must not trust its lengths.
 */
final class BoundedInput {

    /** Counts the bytes of one UTF-16 unit in UTF-8, at most. */
    private static final int BYTES_PER_UNIT = 3;

    private static final int LONGEST_NAME = 100;

    private final DataInputStream in;

    BoundedInput(DataInputStream in) {
        this.in = in;
    }

    /** Reads a text without U+0000, of at most {@code longest} UTF-16 units. */
    String string(int longest) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > (long) longest * BYTES_PER_UNIT) {
            throw new StreamCorruptedException(
                    "a text of " + length + " bytes, where " + longest + " characters are the limit");
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("ended within a text");
        }
        String value = new String(bytes, StandardCharsets.UTF_8);
        if (value.length() > longest) {
            throw new StreamCorruptedException(value.length() + " characters, more than " + longest);
        }
        if (value.indexOf('\0') >= 0) {
            throw new StreamCorruptedException("a text with U+0000");
        }
        return value;
    }

    @Nullable
    String nullable(int longest) throws IOException {
        return in.readBoolean() ? string(longest) : null;
    }

    /** Reads a constant by its name. */
    <E extends Enum<E>> E oneOf(Class<E> type) throws IOException {
        String name = string(LONGEST_NAME);
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(name)) {
                return constant;
            }
        }
        throw new StreamCorruptedException("no " + type.getSimpleName() + ": " + name);
    }

    /** Reads a number from {@code least} to {@code most}. */
    int number(int least, int most) throws IOException {
        return within(in.readInt(), least, most);
    }

    /** Reads a number like {@link #number}, in one byte. */
    int small(int least, int most) throws IOException {
        return within(in.readByte(), least, most);
    }

    private static int within(int value, int least, int most) throws IOException {
        if (value < least || value > most) {
            throw new StreamCorruptedException(value + " is not within " + least + " and " + most);
        }
        return value;
    }
}
