package io.arketic.extractors.fork;

import java.nio.file.Path;
import java.util.List;

/**
 * Describes how one file is read.
 *
 * @param passwords tried after those of the settings
 */
record Reading(Path file, String filename, List<String> languages, List<String> passwords) {

    Reading {
        languages = List.copyOf(languages);
        passwords = List.copyOf(passwords);
    }

    /** Shows no passwords. */
    @Override
    public String toString() {
        return "Reading[file=" + file + ", passwords=" + passwords.size() + "]";
    }
}
