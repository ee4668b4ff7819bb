package io.arketic.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Generates endless English-like text, for machines without a collection: words follow each other as in the samples of
 * the repository. Unlike the samples it does not repeat, so no text is in a cache.
 */
public final class Texts {

    private final Random random;
    private final List<String> starts = new ArrayList<>();
    private final Map<String, List<String>> followers = new HashMap<>();

    private Texts(long seed) {
        random = new Random(seed);
    }

    public static Texts likeTheSamples(Path root, long seed) throws IOException {
        Texts texts = new Texts(seed);
        try (Stream<Path> files = Files.list(root.resolve("infra/samples/source"))) {
            for (Path file : files.filter(Texts::isText).sorted().toList()) {
                texts.learn(Files.readString(file).replaceAll("(?s)<style.*?</style>|<[^>]*>|&\\w+;", " "));
            }
        }
        texts.learn(Files.readString(root.resolve("infra/samples/files/incident-response.md")));
        return texts;
    }

    private static boolean isText(Path file) {
        return file.toString().endsWith(".html") || file.toString().endsWith(".txt");
    }

    private void learn(String text) {
        String before = null;
        for (String word : text.strip().split("\\s+")) {
            if (before == null || before.endsWith(".")) {
                starts.add(word);
            } else {
                followers.computeIfAbsent(before, first -> new ArrayList<>()).add(word);
            }
            before = word;
        }
    }

    /** Returns sentences and paragraphs of together at least {@code characters}. */
    public String text(int characters) {
        StringBuilder text = new StringBuilder();
        while (text.length() < characters) {
            String word = starts.get(random.nextInt(starts.size()));
            for (int words = 0; words < 24; words++) {
                text.append(word).append(' ');
                // Some words that the samples lack, as real collections have them; this also makes each text its own.
                if (random.nextInt(12) == 0) {
                    text.append(Integer.toString(100_000 + random.nextInt(60_000_000), 36))
                            .append(' ');
                }
                List<String> next = followers.get(word);
                if (word.endsWith(".") || next == null) {
                    break;
                }
                word = next.get(random.nextInt(next.size()));
            }
            text.setLength(text.length() - 1);
            text.append(text.charAt(text.length() - 1) == '.' ? "" : ".");
            text.append(random.nextInt(6) == 0 ? "\n\n" : " ");
        }
        return text.toString().strip();
    }

    /**
     * Returns passages of about {@code characters}: from the text files below a directory, or generated if there is
     * none.
     */
    static List<String> passages(@Nullable Path directory, Path root, int count, int characters) throws IOException {
        if (directory == null) {
            Texts texts = likeTheSamples(root, 1);
            return Stream.generate(() -> texts.text(characters)).limit(count).toList();
        }
        List<String> passages = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
                if (name.matches(".*\\.(txt|md|jsonl)")) {
                    cut(new String(Files.readAllBytes(file), StandardCharsets.UTF_8), characters, passages, count);
                }
            }
        }
        if (passages.size() < count) {
            throw new IOException("only " + passages.size() + " passages of " + characters
                    + " characters in the .txt, .md and .jsonl files of " + directory + ", " + count + " wanted");
        }
        return passages;
    }

    private static void cut(String text, int characters, List<String> passages, int count) {
        for (int start = 0; start + characters <= text.length() && passages.size() < count; ) {
            int end = text.lastIndexOf(' ', start + characters);
            end = end <= start ? start + characters : end;
            passages.add(text.substring(start, end));
            start = end + 1;
        }
    }
}
