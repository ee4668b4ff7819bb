package io.arketic.benchmarks.extraction;

import com.fasterxml.jackson.databind.JsonNode;
import io.arketic.services.judged.JudgedCollection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Holds what people know of the text of files: whole texts, and strings that stand in them.
 *
 * @param texts whole text by path of the file
 * @param strings some strings by path of the file
 */
record ExtractionTruth(Map<String, String> texts, Map<String, List<String>> strings) {

    /** Matches a word; scripts without blanks between words have one of each character. */
    private static final Pattern WORD = Pattern.compile("[\\u0e00-\\u0e7f\\u3040-\\u30ff\\u3400-\\u9fff\\uac00-\\ud7af]"
            + "|[\\p{L}\\p{N}&&[^\\u0e00-\\u0e7f\\u3040-\\u30ff\\u3400-\\u9fff\\uac00-\\ud7af]]+");

    /**
     * Holds mean recall and precision of words over the files with a whole text, and how many strings of the files that
     * exist were found.
     *
     * @param files those with a whole text
     * @param strings those that should be found
     */
    record Score(int files, double recall, double precision, int strings, int found) {
        double share() {
            return strings == 0 ? 1 : (double) found / strings;
        }
    }

    /**
     * Reads {@code manifest.tsv} (its columns {@code path} and {@code truth}), {@code truth/} and {@code asserts.jsonl}
     * of a directory; each may be missing.
     */
    static ExtractionTruth read(Path directory) throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        Path manifest = directory.resolve("manifest.tsv");
        if (Files.exists(manifest)) {
            List<String> lines = Files.readAllLines(manifest);
            List<String> columns = List.of(lines.get(0).split("\t"));
            for (String line : lines.subList(1, lines.size())) {
                String[] cells = line.split("\t", -1);
                String truth = cells[columns.indexOf("truth")];
                if (!truth.isEmpty()) {
                    String text = Files.readString(directory.resolve("truth").resolve(truth));
                    texts.put(cells[columns.indexOf("path")], withoutMarkup(text));
                }
            }
        }
        Map<String, List<String>> strings = new LinkedHashMap<>();
        Path asserts = directory.resolve("asserts.jsonl");
        if (Files.exists(asserts)) {
            for (JsonNode file : JudgedCollection.lines(asserts)) {
                List<String> wanted = new ArrayList<>();
                for (JsonNode found : file.path("asserts")) {
                    if (found.path("kind").asText().equals("contains")
                            && found.path("tika_3_2_2").asBoolean()) {
                        wanted.add(squeezed(withoutMarkup(found.path("text").asText())));
                    }
                }
                strings.put(file.path("path").asText(), wanted);
            }
        }
        return new ExtractionTruth(texts, strings);
    }

    /** Compares what an extractor gave for each path: empty for no text, null for no such file. */
    Score score(Function<String, @Nullable String> extracted) {
        double recall = 0;
        double precision = 0;
        for (Map.Entry<String, String> file : texts.entrySet()) {
            String text = extracted.apply(file.getKey());
            Map<String, Integer> wanted = words(file.getValue());
            Map<String, Integer> given = words(text == null ? "" : text);
            double both = given.entrySet().stream()
                    .mapToInt(word -> Math.min(word.getValue(), wanted.getOrDefault(word.getKey(), 0)))
                    .sum();
            recall += both / Math.max(1, total(wanted));
            precision += both / Math.max(1, total(given));
        }
        int all = 0;
        int found = 0;
        for (Map.Entry<String, List<String>> file : strings.entrySet()) {
            String text = extracted.apply(file.getKey());
            if (text == null) {
                continue;
            }
            String squeezed = squeezed(text);
            all += file.getValue().size();
            found += (int) file.getValue().stream().filter(squeezed::contains).count();
        }
        int files = Math.max(1, texts.size());
        return new Score(texts.size(), recall / files, precision / files, all, found);
    }

    private static int total(Map<String, Integer> words) {
        return words.values().stream().mapToInt(Integer::intValue).sum();
    }

    private static Map<String, Integer> words(String text) {
        Map<String, Integer> words = new HashMap<>();
        Matcher matcher =
                WORD.matcher(Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT));
        while (matcher.find()) {
            words.merge(matcher.group(), 1, Integer::sum);
        }
        return words;
    }

    /** Leaves layout out: blanks, lines between cells, and hyphens that show only at a line's end. */
    private static String squeezed(String text) {
        return text.replaceAll("(?m)^\\|(?: --- \\|)+$", "").replaceAll("[\\s|\u00AD]+", "");
    }

    private static String withoutMarkup(String text) {
        return text.replaceAll("(?s)<!--.*?-->", " ")
                .replaceAll("!?\\[([^]]*)]\\([^)]*\\)", "$1")
                .replaceAll("</?[a-zA-Z][^>]*>", " ")
                .replace("\\_", "_")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&nbsp;", " ")
                .replace("&amp;", "&");
    }
}
