package io.arketic.extractors.pdf;

import java.util.ArrayList;
import java.util.List;

/**
 * Holds the words that Tesseract found in a picture.
 *
 * @param paragraphs in the order in which they are read; coordinates in pixels of the picture
 * @param confidence from 0 to 100, of the mean letter
 * @param letters letters and digits
 */
record RecognizedText(List<List<PdfSegment>> paragraphs, int confidence, int letters) {

    static final RecognizedText NONE = new RecognizedText(List.of(), 0, 0);

    /** Sets the least confidence of a word; lower ones are specks and lines of drawings. */
    private static final double LEAST_CONFIDENCE = 25;

    /** Numbers the columns of Tesseract's table. */
    private static final int LEVEL = 0;

    private static final int BLOCK = 2;
    private static final int PARAGRAPH = 3;
    private static final int LINE = 4;
    private static final int LEFT = 6;
    private static final int CONFIDENCE = 10;
    private static final int TEXT = 11;
    private static final int LEVEL_OF_WORDS = 5;

    /** Sets the height of a line's box, from its highest to its deepest letter, as a share of the font's size. */
    private static final double SIZE_OF_HEIGHT = 0.9;

    /** Sets how much higher than most a larger line is; smaller differences come from its letters. */
    private static final double LARGER = 1.5;

    RecognizedText {
        paragraphs = List.copyOf(paragraphs);
    }

    private record Word(String line, String paragraph, double[] box, double confidence, String text) {}

    /** Reads a table of words; skips other lines. */
    static RecognizedText of(String table) {
        List<Word> words = table.lines().flatMap(line -> word(line).stream()).toList();
        double weighted = 0;
        int letters = 0;
        for (Word word : words) {
            int counted = letters(word.text());
            letters += counted;
            weighted += counted * word.confidence();
        }
        int confidence = letters == 0 ? 0 : (int) Math.round(weighted / letters);
        return new RecognizedText(paragraphs(words), confidence, letters);
    }

    static int letters(String text) {
        return (int) text.codePoints().filter(Character::isLetterOrDigit).count();
    }

    private static List<Word> word(String row) {
        String[] cells = row.split("\t", -1);
        if (cells.length <= TEXT || !cells[LEVEL].equals(Integer.toString(LEVEL_OF_WORDS))) {
            return List.of();
        }
        try {
            double confidence = Double.parseDouble(cells[CONFIDENCE]);
            double left = Double.parseDouble(cells[LEFT]);
            double top = Double.parseDouble(cells[LEFT + 1]);
            double right = left + Double.parseDouble(cells[LEFT + 2]);
            double bottom = top + Double.parseDouble(cells[LEFT + 3]);
            if (cells[TEXT].isBlank() || !(confidence >= LEAST_CONFIDENCE)) {
                return List.of();
            }
            String paragraph = cells[BLOCK] + "." + cells[PARAGRAPH];
            double[] box = {left, top, right, bottom};
            return List.of(new Word(paragraph + "." + cells[LINE], paragraph, box, confidence, cells[TEXT].strip()));
        } catch (NumberFormatException noNumber) {
            return List.of();
        }
    }

    private static List<List<PdfSegment>> paragraphs(List<Word> words) {
        List<List<Word>> lines = runs(words);
        double usual = usualHeight(lines);
        List<List<PdfSegment>> paragraphs = new ArrayList<>();
        String open = "";
        for (List<Word> line : lines) {
            if (!line.get(0).paragraph().equals(open)) {
                open = line.get(0).paragraph();
                paragraphs.add(new ArrayList<>());
            }
            paragraphs.get(paragraphs.size() - 1).add(segment(line, usual));
        }
        return paragraphs;
    }

    private static List<List<Word>> runs(List<Word> words) {
        List<List<Word>> lines = new ArrayList<>();
        String open = "";
        for (Word word : words) {
            if (!word.line().equals(open)) {
                open = word.line();
                lines.add(new ArrayList<>());
            }
            lines.get(lines.size() - 1).add(word);
        }
        return lines;
    }

    private static double usualHeight(List<List<Word>> lines) {
        double[] heights =
                lines.stream().mapToDouble(RecognizedText::height).sorted().toArray();
        return heights.length == 0 ? 0 : heights[heights.length / 2];
    }

    private static double height(List<Word> line) {
        double top = line.stream().mapToDouble(word -> word.box()[1]).min().orElse(0);
        return line.stream().mapToDouble(word -> word.box()[3]).max().orElse(0) - top;
    }

    private static PdfSegment segment(List<Word> line, double usual) {
        StringBuilder text = new StringBuilder();
        double[] box = line.get(0).box().clone();
        for (Word word : line) {
            text.append(between(text, word.text())).append(word.text());
            box[0] = Math.min(box[0], word.box()[0]);
            box[2] = Math.max(box[2], word.box()[2]);
            box[3] = Math.max(box[3], word.box()[3]);
        }
        double height = height(line);
        double size = SIZE_OF_HEIGHT * (height > LARGER * usual ? height : usual);
        return new PdfSegment(text.toString(), box[0], box[2], box[3], Math.max(1, size), false, false);
    }

    /** Returns the separator of two words; Tesseract treats each Chinese character as a word. */
    private static String between(CharSequence before, String after) {
        boolean joined = before.isEmpty()
                || isFullWidth(Character.codePointBefore(before, before.length())) && isFullWidth(after.codePointAt(0));
        return joined ? "" : " ";
    }

    /** Returns whether it is a Chinese or Japanese character or punctuation mark. */
    private static boolean isFullWidth(int character) {
        return Character.isIdeographic(character)
                || character >= 0x2018 && character <= 0x201D
                || character >= 0x3000 && character <= 0x30FF
                || character >= 0xFF00 && character <= 0xFF60;
    }

    /** Returns the same with coordinates in points, of which {@code scale} pixels make one. */
    RecognizedText inPoints(double scale) {
        List<List<PdfSegment>> scaled = paragraphs.stream()
                .map(paragraph ->
                        paragraph.stream().map(line -> inPoints(line, scale)).toList())
                .toList();
        return new RecognizedText(scaled, confidence, letters);
    }

    private static PdfSegment inPoints(PdfSegment line, double scale) {
        return new PdfSegment(
                line.text(),
                line.left() / scale,
                line.right() / scale,
                line.baseline() / scale,
                line.size() / scale,
                line.bold(),
                line.alone());
    }
}
