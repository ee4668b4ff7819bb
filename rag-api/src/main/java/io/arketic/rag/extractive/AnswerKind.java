package io.arketic.rag.extractive;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Names what kind of answer an English question asks for, and checks whether a sentence contains one that the question
 * does not name.
 */
enum AnswerKind {
    /** Asks how many, how much, how long. */
    NUMBER,
    /** Asks when, or which year. */
    TIME,
    /** Asks for a person. */
    PERSON,
    /** Asks why. */
    REASON,
    /** Asks how to do something, or which command or setting does it. */
    METHOD,
    /** Asks what happens if. */
    CONSEQUENCE,
    /** Asks for the difference of things. */
    COMPARISON,
    /** Asks what something costs. */
    PRICE,
    /** Covers questions without such a word, and every question in another language. */
    ANY;

    private static final Pattern NUMBER_ASKED =
            Pattern.compile("\\bhow (many|much|long|far|old|tall|large|big|high|often|fast|deep|wide|heavy)\\b"
                    + "|\\bwhat (percentage|percent|number|amount|fraction|size|age|speed|temperature)\\b");
    private static final Pattern TIME_ASKED = Pattern.compile(
            "\\bwhen (was|were|did|is|are|does|do|will|has|had)\\b|\\b(what|which) (year|date|day|month|century|decade)\\b");
    private static final Pattern PERSON_ASKED = Pattern.compile("\\bwho\\b");

    private static final Pattern REASON_ASKED = Pattern.compile(
            "\\bwhy\\b|\\b(what|which) (is|are|was|were) the (cause|reason)s?\\b|\\bhow come\\b|\\bwhat cause[sd]?\\b|\\bwhat is wrong\\b");
    private static final Pattern METHOD_ASKED = Pattern.compile(
            "\\bhow (do|can|could|should|to|would|must) |\\bhow (is|are) .*ed\\b|\\b(what|which) (command|option|setting|variable|flag|parameter|switch|function|key|button)\\b"
                    + "|\\bin (what|which) order\\b|\\bwhat (do|must|should|can) i\\b");
    private static final Pattern CONSEQUENCE_ASKED =
            Pattern.compile("\\bwhat (happens?|will happen|would happen|if)\\b");
    private static final Pattern CONSEQUENCE_TOLD = Pattern.compile(
            "\\b(raises?|raised|throws?|thrown|errors?|exceptions?|fails?|failure|returns?|ignored|refused|rejected|dropped|lost"
                    + "|deleted|removed|stops?|stopped|results? in|leads? to|causes?|will be|then|never)\\b",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern COMPARISON_ASKED =
            Pattern.compile("\\b(differences?|differs?|differ from|compared?|comparison|versus|vs)\\b");
    private static final Pattern PRICE_ASKED =
            Pattern.compile("\\b(costs?|prices?|priced|fees?|fares?|deposit|rent|fine|toll)\\b");
    private static final Pattern PRICE_TOLD = Pattern.compile(
            "\\p{Sc}\\s?\\d|\\d\\s?(\\p{Sc}|(euros?|dollars?|cents?|pounds?|francs?|yen|lira|EUR|USD|GBP|CHF|JPY|TRY)\\b)"
                    + "|\\b(EUR|USD|GBP|CHF|JPY|TRY)\\s?\\d|\\bfree\\b|\\bfor nothing\\b|\\bno (charge|fee|cost)\\b",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern REASON_TOLD = Pattern.compile(
            "\\b(because|since|due to|caused?|causes|reasons?|so that|in order to|owing|failure|failed|results?|resulted|to avoid"
                    + "|prevents?|therefore|thus|hence|happens (if|when)|otherwise|needs?|required)\\b",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern METHOD_TOLD = Pattern.compile(
            "\\b(use|using|uses|run|running|command|set|setting|press|click|choose|select|type|open|enter|call|add|specify"
                    + "|by \\w+ing|pass|must|can be|first|then|next|options?|variable|parameter|enables?|disables?|sets?)\\b"
                    + "|`|(?<=\\s)--?\\w|\\w[_=]\\w|\\w\\(\\)",
            Pattern.CASE_INSENSITIVE);

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
        if (PERSON_ASKED.matcher(folded).find()) {
            return PERSON;
        }
        if (REASON_ASKED.matcher(folded).find()) {
            return REASON;
        }
        if (CONSEQUENCE_ASKED.matcher(folded).find()) {
            return CONSEQUENCE;
        }
        if (COMPARISON_ASKED.matcher(folded).find()) {
            return COMPARISON;
        }
        if (METHOD_ASKED.matcher(folded).find()) {
            return METHOD;
        }
        return PRICE_ASKED.matcher(folded).find() ? PRICE : ANY;
    }

    /** Returns whether the answer has a recognisable form, so that a text without it is no answer. */
    boolean isExact() {
        return this == NUMBER || this == TIME || this == PERSON;
    }

    /** Returns whether a text has the form of such answers; false if no such form is known. */
    boolean speaksIn(SentenceForm form, String text) {
        return this == REASON && REASON_TOLD.matcher(text).find()
                || this == PRICE && PRICE_TOLD.matcher(text).find()
                || this == CONSEQUENCE && CONSEQUENCE_TOLD.matcher(text).find()
                || this == METHOD
                        && (form == SentenceForm.CODE
                                || METHOD_TOLD.matcher(text).find());
    }

    /** @param asked the question's words, which are not what it asks for */
    boolean mayBeIn(String sentence, Set<String> asked) {
        if (!isExact()) {
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
