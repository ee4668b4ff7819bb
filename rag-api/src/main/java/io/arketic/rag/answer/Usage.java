package io.arketic.rag.answer;

/** Tokens that a language model took: as its endpoint counted them, or estimated where it did not come to that. */
public record Usage(int promptTokens, int completionTokens) {

    public static final Usage NONE = new Usage(0, 0);

    public int total() {
        return promptTokens + completionTokens;
    }

    Usage plus(Usage other) {
        return new Usage(promptTokens + other.promptTokens, completionTokens + other.completionTokens);
    }

    /**
     * Of texts that no tokenizer counted, rather too many than too few: four ASCII characters are one token, any other
     * character is one.
     */
    static int estimate(String text) {
        int ascii = 0;
        int others = 0;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < 128) {
                ascii++;
            } else {
                others++;
            }
        }
        return (ascii + 3) / 4 + others;
    }
}
