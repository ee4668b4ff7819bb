package io.arketic.services;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Accesses a component's log: {@code DIRECTORY/logs/NAME.log}, and as much older text in {@code NAME.log.1}. */
record ServiceLog(Path file) {

    private static final int TAIL_LINES = 30;
    private static final long LIMIT_BYTES = 20_000_000;

    static ServiceLog of(Path directory, String component) {
        return new ServiceLog(directory.resolve("logs").resolve(component + ".log"));
    }

    /** Cuts a log that has grown large; its process continues to write to it. */
    void limit() throws IOException {
        limit(LIMIT_BYTES);
    }

    /**
     * Cuts the log within the same file, because its process has it open; the process only appends, so it continues at
     * the new end. Lines written between copy and cut are lost.
     */
    void limit(long bytes) throws IOException {
        if (Files.exists(file) && Files.size(file) > bytes) {
            Files.copy(file, earlier(), StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(0);
            }
        }
    }

    Path earlier() {
        return file.resolveSibling(file.getFileName() + ".1");
    }

    /** Returns its last lines, for the end of an error message. */
    String tail() {
        try {
            List<String> lines = Files.readAllLines(file);
            List<String> tail = lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
            return " The end of " + file + ":\n  " + String.join("\n  ", tail);
        } catch (IOException e) {
            return " Its log " + file + " cannot be read.";
        }
    }
}
