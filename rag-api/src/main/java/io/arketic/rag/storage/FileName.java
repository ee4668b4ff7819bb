package io.arketic.rag.storage;

import org.jspecify.annotations.Nullable;

/** Makes the displayed name of a file in a chat, which is part of no path and no key. */
public final class FileName {

    private static final int LONGEST = 255;

    private FileName() {}

    /** Returns the last part of the sender's file name, without undisplayable characters; never empty. */
    public static String of(@Nullable String original) {
        String last = original == null ? "" : original.replaceAll("^.*[/\\\\]", "");
        String plain = last.replaceAll("[\\p{Cntrl}\\p{Cs}\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]", "")
                .strip();
        String shown = plain.isEmpty() || plain.chars().allMatch(c -> c == '.') ? "file" : plain;
        return shown.codePointCount(0, shown.length()) <= LONGEST
                ? shown
                : shown.substring(0, shown.offsetByCodePoints(0, LONGEST));
    }
}
