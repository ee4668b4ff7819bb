package io.arketic.rag.extractive;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Handles rows of tables, as {@link SentenceSplitter} returns them: cells with bars between, the header in the context.
 */
final class TableRows {

    private TableRows() {}

    /** Adds headers to rows at the beginning of an overlap, which precede the repeated header of their table. */
    static List<Sentence> withHeaders(List<Sentence> sentences) {
        Map<Integer, String> headers = new HashMap<>();
        for (Sentence sentence : sentences) {
            String header = header(sentence);
            if (!header.isEmpty()) {
                headers.putIfAbsent(cells(header).size(), header);
            }
        }
        List<Sentence> headed = new ArrayList<>();
        for (Sentence sentence : sentences) {
            boolean lacks =
                    sentence.form() == SentenceForm.ROW && header(sentence).isEmpty();
            String header = lacks ? headers.getOrDefault(cells(sentence.text()).size(), "") : "";
            headed.add(
                    header.isEmpty()
                            ? sentence
                            : new Sentence(
                                    sentence.hit(),
                                    sentence.rank(),
                                    sentence.start(),
                                    sentence.end(),
                                    sentence.text(),
                                    sentence.context().isEmpty() ? header : sentence.context() + "\n" + header,
                                    sentence.form(),
                                    sentence.block(),
                                    sentence.section()));
        }
        return headed;
    }

    /** Returns the row as "column: value; column: value"; unchanged if it has no header. */
    static String told(Sentence row) {
        List<String> columns = cells(header(row));
        List<String> values = cells(row.text());
        if (columns.size() != values.size() || columns.size() < 2) {
            return row.text();
        }
        StringBuilder told = new StringBuilder();
        for (int i = 0; i < values.size(); i++) {
            if (!values.get(i).isEmpty()) {
                told.append(told.isEmpty() ? "" : "; ");
                told.append(columns.get(i).isEmpty() ? "" : columns.get(i) + ": ");
                told.append(values.get(i));
            }
        }
        return told.toString();
    }

    private static String header(Sentence row) {
        if (row.form() != SentenceForm.ROW) {
            return "";
        }
        String header = row.context().substring(row.context().lastIndexOf('\n') + 1);
        return header.indexOf('|') < 0 ? "" : header;
    }

    private static List<String> cells(String row) {
        return Arrays.stream(row.split("\\|", -1)).map(String::strip).toList();
    }
}
