package io.arketic.cli.ask;

import io.arketic.cli.terminal.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds a question that the sample files answer.
 *
 * @param file the only one that holds the answer
 * @param page where it stands; null where the format has no pages
 * @param phrase stands in every right answer
 */
record SampleQuestion(
        String question, String file, @Nullable Integer page, String phrase) {

    /** Reads a tab-separated file with a header line. */
    static List<SampleQuestion> readAll(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .skip(1)
                .filter(line -> !line.isBlank())
                .map(SampleQuestion::parse)
                .toList();
    }

    /** Returns whether an answer contains the phrase and cites the file, on its page if it has one. */
    boolean isAnsweredBy(Answer answer) {
        return answer.text().contains(phrase)
                && answer.citations().stream()
                        .anyMatch(citation ->
                                citation.filename().equals(file) && (page == null || page.equals(citation.page())));
    }

    String source() {
        return file + (page == null ? "" : ", page " + page);
    }

    private static SampleQuestion parse(String line) {
        String[] fields = line.split("\t", -1);
        if (fields.length != 4) {
            throw CommandException.failed("not four fields in a line of the questions: " + line);
        }
        return new SampleQuestion(
                fields[0], fields[1], fields[2].isEmpty() ? null : Integer.valueOf(fields[2]), fields[3]);
    }
}
