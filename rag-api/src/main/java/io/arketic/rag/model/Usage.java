package io.arketic.rag.model;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * Counts the tokens of a language model: by its endpoint, or estimated if the endpoint did not report them.
 *
 * @param cost what the organization is charged for them
 */
public record Usage(int promptTokens, int completionTokens, BigDecimal cost) {

    public static final Usage NONE = new Usage(0, 0);

    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

    /** Creates a usage without cost. */
    public Usage(int promptTokens, int completionTokens) {
        this(promptTokens, completionTokens, BigDecimal.ZERO);
    }

    public int total() {
        return promptTokens + completionTokens;
    }

    public Usage plus(Usage other) {
        return new Usage(
                promptTokens + other.promptTokens, completionTokens + other.completionTokens, cost.add(other.cost));
    }

    Usage at(ModelPrice each) {
        BigDecimal price = each.inputPerMillionTokens()
                .multiply(BigDecimal.valueOf(promptTokens))
                .add(each.outputPerMillionTokens().multiply(BigDecimal.valueOf(completionTokens)));
        return new Usage(
                promptTokens,
                completionTokens,
                price.signum() == 0 ? BigDecimal.ZERO : price.divide(MILLION, MathContext.DECIMAL64));
    }

    /**
     * Estimates the tokens of a text, rather too many than too few: four ASCII characters are one token, any other
     * character is one.
     */
    public static int estimate(String text) {
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
