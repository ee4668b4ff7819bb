package io.arketic.extractors.chunk;

import io.arketic.extractors.DocumentMetadata;
import io.arketic.extractors.ExtractedDocument;
import io.arketic.extractors.ExtractedDocument.Block;
import io.arketic.extractors.ExtractedDocument.BlockType;
import io.arketic.extractors.ExtractedDocument.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Generates documents of random structure in a script, the same for the same seed. */
final class RandomDocuments {

    enum Script {
        ENGLISH(
                "en",
                "the quick brown fox jumps over lazy dogs while Dr. Smith reads 3.14 pages e.g. quietly",
                " ",
                ". "),
        TURKISH("tr", "ığdır şehrinde güneş doğarken İstanbul çarşısı açıldı ve öğrenciler koştu", " ", ". "),
        ARABIC("ar", "اللغة العربية من أكثر اللغات انتشارا في العالم ويتحدثها الناس", " ", "؟ "),
        CHINESE("zh", "人 工 智 能 技 术 正 在 改 变 世 界 的 面 貌 我 们 需 要 学 习", "", "。"),
        THAI("th", "ภาษาไทย เป็น ภาษา ที่ มี ระดับเสียง ของ คำ แน่นอน หรือ วรรณยุกต์", "", " "),
        EMOJI("en", "👩‍👩‍👧‍👦 🇹🇷 👍🏽 😀 z̴̡̢̛a̷lgo 𝒳𝒴 é", "", "! ");

        private final String language;
        private final String[] words;
        private final String gap;
        private final String stop;

        Script(String language, String words, String gap, String stop) {
            this.language = language;
            this.words = words.split(" ");
            this.gap = gap;
            this.stop = stop;
        }
    }

    private RandomDocuments() {}

    static ExtractedDocument of(Script script, Random random) {
        StringBuilder text = new StringBuilder();
        List<Block> blocks = new ArrayList<>();
        List<Page> pages = new ArrayList<>();
        int pageStart = 0;
        int count = 1 + random.nextInt(40);
        for (int i = 0; i < count; i++) {
            if (i > 0) {
                text.append("\n\n");
                if (random.nextInt(5) == 0) {
                    pages.add(new Page(pages.size() + 1, pageStart, text.length()));
                    pageStart = text.length();
                }
            }
            BlockType type = BlockType.values()[random.nextInt(BlockType.values().length)];
            int start = text.length();
            text.append(content(script, type, random));
            blocks.add(new Block(type, type == BlockType.HEADING ? 1 + random.nextInt(6) : 0, start, text.length()));
        }
        pages.add(new Page(pages.size() + 1, pageStart, text.length()));
        DocumentMetadata metadata = new DocumentMetadata(null, null, script.language, null);
        return new ExtractedDocument(text.toString(), pages, blocks, metadata, "text/plain");
    }

    private static String content(Script script, BlockType type, Random random) {
        return switch (type) {
            case HEADING, FILE -> sentence(script, random, 4);
            case PARAGRAPH -> sentences(script, random, 1 + random.nextInt(12));
            case LIST -> lines(script, random, "- ", "");
            case TABLE -> lines(script, random, "| ", " |");
            case CODE -> lines(script, random, "    ", "").strip();
        };
    }

    private static String lines(Script script, Random random, String before, String after) {
        List<String> lines = new ArrayList<>();
        for (int i = random.nextInt(12); i >= 0; i--) {
            lines.add(before + sentence(script, random, 6) + after);
        }
        return String.join("\n", lines);
    }

    private static String sentences(Script script, Random random, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(sentence(script, random, 20))
                    .append(random.nextInt(8) == 0 ? script.stop.strip() + "\n" : script.stop);
        }
        return text.toString().strip();
    }

    private static String sentence(Script script, Random random, int most) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(most); i >= 0; i--) {
            text.append(script.words[random.nextInt(script.words.length)]).append(i > 0 ? script.gap : "");
        }
        return text.toString();
    }
}
