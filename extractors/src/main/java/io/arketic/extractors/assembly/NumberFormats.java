package io.arketic.extractors.assembly;

import com.ibm.icu.text.RuleBasedNumberFormat;
import com.ibm.icu.util.ULocale;
import java.util.Locale;

/** Formats numbers of paragraphs as office programs do: ST_NumberFormat of ECMA-376 and the formats of ODF. */
public final class NumberFormats {

    private NumberFormats() {}

    public static String format(String format, int number) {
        return switch (format) {
            case "lowerLetter", "a" -> letters(number).toLowerCase(Locale.ROOT);
            case "upperLetter", "A" -> letters(number);
            case "lowerRoman", "i" -> roman(number).toLowerCase(Locale.ROOT);
            case "upperRoman", "I" -> roman(number);
            case "decimalZero" -> number >= 0 && number < 10 ? "0" + number : Integer.toString(number);
            case "ordinal" -> new RuleBasedNumberFormat(ULocale.ENGLISH, RuleBasedNumberFormat.ORDINAL).format(number);
            case "none", "bullet", "" -> "";
            default -> Integer.toString(number);
        };
    }

    /** Counts a, b … z, aa, bb …, as Word does. */
    private static String letters(int number) {
        if (number < 1 || number > 26 * 30) {
            return Integer.toString(number);
        }
        String letter = String.valueOf((char) ('A' + (number - 1) % 26));
        return letter.repeat((number - 1) / 26 + 1);
    }

    private static String roman(int number) {
        if (number < 1 || number > 3999) {
            return Integer.toString(number);
        }
        int[] values = {1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1};
        String[] signs = {"M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"};
        StringBuilder roman = new StringBuilder();
        int rest = number;
        for (int i = 0; i < values.length; i++) {
            while (rest >= values[i]) {
                roman.append(signs[i]);
                rest -= values[i];
            }
        }
        return roman.toString();
    }
}
