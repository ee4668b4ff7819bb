package io.arketic.rag.answer;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What kind of thing an English question asks for, and whether a sentence holds one that the question does not name. */
enum AnswerKind {
    /** How many, how much, how long. */
    NUMBER,
    /** When, which year. */
    TIME,
    /** Who. */
    PERSON,
    /** Something that no word tells, and every question in another language. */
    ANY;

    private static final Pattern NUMBER_ASKED =
            Pattern.compile("\\bhow (many|much|long|far|old|tall|large|big|high|often|fast|deep|wide|heavy)\\b"
                    + "|\\bwhat (percentage|percent|number|amount|fraction|size|age|speed|temperature)\\b");
    private static final Pattern TIME_ASKED = Pattern.compile(
            "\\bwhen (was|were|did|is|are|does|do|will|has|had)\\b|\\b(what|which) (year|date|day|month|century|decade)\\b");
    private static final Pattern PERSON_ASKED = Pattern.compile("\\bwho\\b");

    private static final Set<String> NUMBERS = Set.of(
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "eighteen",
            "twenty",
            "thirty",
            "forty",
            "fifty",
            "sixty",
            "seventy",
            "eighty",
            "ninety",
            "hundred",
            "hundreds",
            "thousand",
            "thousands",
            "million",
            "millions",
            "billion",
            "half",
            "quarter",
            "every",
            "each",
            "daily",
            "weekly",
            "monthly",
            "yearly",
            "annually",
            "third",
            "once",
            "twice",
            "dozen",
            "several",
            "few",
            "always",
            "forever");

    private static final Set<String> TIMES = Set.of(
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
            "sunday",
            "century",
            "decade",
            "today",
            "yesterday",
            "tomorrow",
            "morning",
            "evening",
            "night",
            "noon",
            "midnight",
            "before",
            "after",
            "during",
            "until",
            "since",
            "once",
            "if",
            "as",
            "when",
            "whenever",
            "spring",
            "summer",
            "autumn",
            "winter",
            "at",
            "below",
            "above");

    static AnswerKind of(String question) {
        if (!ContentWords.english(question)) {
            return ANY;
        }
        String folded = String.join(" ", ContentWords.words(question));
        if (NUMBER_ASKED.matcher(folded).find()) {
            return NUMBER;
        }
        if (TIME_ASKED.matcher(folded).find()) {
            return TIME;
        }
        return PERSON_ASKED.matcher(folded).find() ? PERSON : ANY;
    }

    /** @param asked the question's words, which are not what it asks for */
    boolean mayBeIn(String sentence, Set<String> asked) {
        if (this == ANY) {
            return true;
        }
        if (this == PERSON) {
            return holdsName(sentence, asked);
        }
        List<String> words = ContentWords.words(sentence);
        return words.stream()
                .filter(word -> !asked.contains(word))
                .anyMatch(word -> word.codePoints().anyMatch(Character::isDigit)
                        || (this == NUMBER ? NUMBERS : TIMES).contains(word));
    }

    private static boolean holdsName(String sentence, Set<String> asked) {
        for (String word : sentence.split("[^\\p{L}\\p{M}\\p{N}]+")) {
            if (!word.isEmpty()
                    && Character.isUpperCase(word.codePointAt(0))
                    && !ContentWords.isFunctionWord(word)
                    && !asked.containsAll(ContentWords.words(word))) {
                return true;
            }
        }
        return false;
    }
}
