package io.arketic.extractors.text;

import java.util.Map;

/**
 * Scores how much the characters beyond ASCII resemble written words: from about -1 to 1. For one-byte sets it uses
 * letter frequency, scripts and cases inside words. For two-byte sets it uses the rows of common characters (GB 2312,
 * Big5, JIS X 0208 and KS X 1001 all order them so).
 */
final class Plausibility {

    /** Lists letters by frequency, commonest first. */
    private static final Map<Character.UnicodeScript, String> COMMON = Map.of(
            Character.UnicodeScript.CYRILLIC, "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъёіїєґўјљњџћђ",
            Character.UnicodeScript.GREEK, "αοιετσνηυρπκμλωγδχθφβξζψςάέήίόύώ",
            Character.UnicodeScript.HEBREW, "יוהלאמרתבשנםעדקחכפגצטןסזךףץ",
            Character.UnicodeScript.ARABIC, "اليمنوترهبعدفسةكقحجىأشصضخطإذثغءزئظؤآپچگکیہژ",
            Character.UnicodeScript.THAI, "านรอกเงยลมวดทสตะปบคหัีิ่้แจพชขใไโูุ์ำึผถซณญศธษภ็ฐฒฤฎฏฉฝฟฮื๊๋ๆฯ",
            Character.UnicodeScript.LATIN, "éáíóüöäàèçñãêúôâışğßåøæěčřšžýůąęłśżćńőűõîûïëÿœ");

    private static final String MARKS = "«»„“”‘’–—…•°§©®№€£·\u00A0¿¡،؛؟";

    /** Sets the step between similar alphabets: with fewer letters each is commoner. */
    private static final double ALPHABET_STEP = 0.022;

    private Plausibility() {}

    static double of(String text, byte[] bytes, String charset) {
        return switch (charset) {
            case "GB18030", "Big5", "EUC-KR", "EUC-JP", "Shift_JIS" -> DoubleByteRows.score(bytes, charset);
            default -> ofLetters(text);
        };
    }

    private static double ofLetters(String text) {
        double sum = 0;
        int count = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                continue;
            }
            count++;
            char before = i > 0 ? text.charAt(i - 1) : ' ';
            char after = i + 1 < text.length() ? text.charAt(i + 1) : ' ';
            sum += ofCharacter(c, before, after);
        }
        return count == 0 ? 0 : sum / count;
    }

    private static double ofCharacter(char c, char before, char after) {
        if (MARKS.indexOf(c) >= 0) {
            boolean insideWord = c != '’' && Character.isLetter(before) && Character.isLetter(after);
            return insideWord ? -1 : 0.5;
        }
        if (!Character.isLetter(c) && Character.getType(c) != Character.NON_SPACING_MARK) {
            return -1;
        }
        Character.UnicodeScript script = Character.UnicodeScript.of(c);
        String common = COMMON.get(script);
        if (common == null) {
            return script == Character.UnicodeScript.INHERITED ? 0 : -1;
        }
        int rank = common.indexOf(Character.toLowerCase(c));
        double score = rank < 0 ? -0.3 : 1 - rank * stepOf(script, common);
        if (Character.isUpperCase(c) && Character.isLowerCase(before)) {
            score -= 1.5;
        } else if (Character.isUpperCase(c) && Character.isUpperCase(before)) {
            // Most words are not written in capitals throughout.
            score -= 0.2;
        }
        if (script == Character.UnicodeScript.LATIN) {
            // Accented letters stand among plain ones.
            score -= isForeign(before) || isForeign(after) ? 1.2 : 0;
        } else {
            score -= isOfAnother(script, before) || isOfAnother(script, after) ? 1.5 : 0;
        }
        return score;
    }

    private static double stepOf(Character.UnicodeScript script, String common) {
        return switch (script) {
            case CYRILLIC, GREEK, HEBREW -> ALPHABET_STEP;
            default -> 0.8 / common.length();
        };
    }

    private static boolean isOfAnother(Character.UnicodeScript script, char neighbour) {
        return Character.isLetter(neighbour) && Character.UnicodeScript.of(neighbour) != script;
    }

    private static boolean isForeign(char c) {
        return c >= 0x80 && MARKS.indexOf(c) < 0;
    }
}
