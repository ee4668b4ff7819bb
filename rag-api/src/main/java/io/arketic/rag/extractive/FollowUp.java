package io.arketic.rag.extractive;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Completes a fragment after a question ("And the approver?") that replaces an earlier subject. */
public final class FollowUp {

    private static final Pattern LEAD = Pattern.compile(
            "^\\s*(?:and|or|but|also|what about|how about|und|oder|aber|was ist mit|et|ou|mais|qu'en est-il (?:de|du)|y|e|o|pero"
                    + "|ve|peki|ya)\\b[\\s,]*+(?:then\\b|dann\\b)?",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    private static final Pattern TOKEN = Pattern.compile("[\\p{L}\\p{M}\\p{N}][\\p{L}\\p{M}\\p{N}'’._/-]*+");

    private static final Set<String> ARTICLES = Set.of(
            "the", "a", "an", "my", "our", "your", "this", "that", "der", "die", "das", "den", "dem", "des", "ein",
            "eine", "einen", "einem", "einer", "le", "la", "les", "un", "une", "du", "el", "los", "las", "una");
    private static final Set<String> PREPOSITIONS = Set.of(
            "in", "on", "at", "for", "from", "to", "of", "by", "with", "without", "under", "over", "after", "before",
            "during", "between", "since", "until", "für", "im", "am", "an", "auf", "aus", "bei", "mit", "nach", "ohne",
            "von", "vor", "zu", "zum", "zur", "en", "dans", "pour", "sur", "avec", "sans", "à", "au", "aux", "para",
            "con", "sin", "por");
    private static final Set<String> AUXILIARIES = Set.of(
            "do", "does", "did", "may", "can", "could", "must", "should", "will", "would", "shall", "might", "darf",
            "kann", "muss", "soll", "wird", "dürfen", "können", "müssen", "sollen", "werden");

    private record Token(String text, int start, int end) {
        String folded() {
            return text.toLowerCase(Locale.ROOT);
        }

        boolean isCapital() {
            return Character.isUpperCase(text.codePointAt(0));
        }

        boolean isCode() {
            return text.codePoints().anyMatch(Character::isDigit);
        }
    }

    private FollowUp() {}

    public static boolean isElliptical(String question) {
        return LEAD.matcher(question).find();
    }

    /** Returns the earlier question about the new subject; null if it is unclear what it replaces. */
    public static @Nullable String replaced(String question, String earlier) {
        Matcher lead = LEAD.matcher(question);
        if (!lead.find()) {
            return null;
        }
        String fragment = question.substring(lead.end()).strip().replaceAll("[\\s?!.？。]+$", "");
        List<Token> other = tokens(fragment);
        List<Token> asked = tokens(earlier);
        if (other.isEmpty() || other.size() > 6) {
            return null;
        }
        int[] place = place(other, asked);
        return place.length == 0
                ? null
                : earlier.substring(0, asked.get(place[0]).start())
                        + fragment
                        + earlier.substring(asked.get(place[1]).end());
    }

    /** Returns the first and last token that the fragment replaces. */
    private static int[] place(List<Token> other, List<Token> asked) {
        Token first = other.get(0);
        Token last = other.get(other.size() - 1);
        if (last.isCode() && other.size() <= 2) {
            for (int i = 0; i < asked.size(); i++) {
                if (asked.get(i).isCode()) {
                    boolean article = other.size() == 2
                            && i > 0
                            && ARTICLES.contains(asked.get(i - 1).folded());
                    return other.size() == 2 && !article ? new int[0] : new int[] {article ? i - 1 : i, i};
                }
            }
        }
        if (PREPOSITIONS.contains(first.folded())) {
            for (int i = 0; i < asked.size(); i++) {
                if (asked.get(i).folded().equals(first.folded())) {
                    return new int[] {i, phraseEnd(asked, i)};
                }
            }
            return new int[0];
        }
        if (ARTICLES.contains(first.folded())) {
            for (int i = 1; i < asked.size(); i++) {
                if (ARTICLES.contains(asked.get(i).folded())) {
                    return new int[] {i, phraseEnd(asked, i)};
                }
            }
        }
        if (first.isCapital() && !ContentWords.isFunctionWord(first.text())) {
            for (int i = asked.size() - 1; i > 0; i--) {
                if (asked.get(i).isCapital()) {
                    int from = i;
                    while (from > 1 && asked.get(from - 1).isCapital()) {
                        from--;
                    }
                    return new int[] {from, i};
                }
            }
        }
        return new int[0];
    }

    /** Returns the last word of the phrase that an article or a preposition begins, without the verb after it. */
    private static int phraseEnd(List<Token> asked, int start) {
        int end = start;
        while (end + 1 < asked.size() && asked.get(end + 1).isCapital()) {
            end++;
        }
        if (end > start && PREPOSITIONS.contains(asked.get(start).folded())) {
            return end;
        }
        end = start;
        while (end + 1 < asked.size() && isPartOfPhrase(asked.get(end + 1), end == start)) {
            end++;
        }
        boolean verbFollows = end + 1 < asked.size()
                && !PREPOSITIONS.contains(asked.get(end + 1).folded())
                && !ARTICLES.contains(asked.get(end + 1).folded());
        boolean verbWanted =
                start > 0 && AUXILIARIES.contains(asked.get(start - 1).folded());
        return verbWanted && !verbFollows && end - start > 1 ? end - 1 : end;
    }

    private static boolean isPartOfPhrase(Token token, boolean first) {
        return first && ARTICLES.contains(token.folded())
                || !ContentWords.isFunctionWord(token.text())
                        && !PREPOSITIONS.contains(token.folded())
                        && !ARTICLES.contains(token.folded())
                        && !AUXILIARIES.contains(token.folded());
    }

    private static List<Token> tokens(String text) {
        List<Token> tokens = new ArrayList<>();
        Matcher token = TOKEN.matcher(text);
        while (token.find()) {
            tokens.add(new Token(token.group(), token.start(), token.end()));
        }
        return tokens;
    }
}
