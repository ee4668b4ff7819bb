package io.arketic.rag.extractive;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Completes a sentence to a whole answer: with the list after its colon, its command, the term that it defines, the
 * sentence that it refers to, and the rest of its paragraph.
 */
final class PassageBuilder {

    /** Limits the characters of a paragraph beyond the sentence. */
    private static final int ENOUGH = 300;

    /** Limits them if the sentence already contains the answer. */
    private static final int BRIEF = 0;

    /** Limits them with a list, a table or a command. */
    private static final int MOST = 800;

    private static final Set<String> POINTING_BACK = Set.of(
            "this",
            "these",
            "that",
            "those",
            "it",
            "its",
            "they",
            "them",
            "their",
            "he",
            "she",
            "his",
            "her",
            "however",
            "therefore",
            "otherwise",
            "then",
            "so",
            "thus",
            "hence",
            "such",
            "but",
            "and",
            "also",
            "instead",
            "dies",
            "diese",
            "dieser",
            "dieses",
            "er",
            "sie",
            "es",
            "jedoch",
            "sonst",
            "daher",
            "dann",
            "il",
            "elle",
            "ils",
            "elles",
            "cela",
            "ceci",
            "ce",
            "cette",
            "donc",
            "bu",
            "o",
            "bunlar",
            "ancak");
    private static final int LONGEST_TERM = 90;

    /** Matches text that is not written like words of a language. */
    private static final Pattern MARKED = Pattern.compile("[\\d=_<>(){}`\\[\\]/#]|\\p{L}[-.]\\p{L}|\\p{Ll}\\p{Lu}");

    private final AskedFor asked;
    private final Codes codes;

    PassageBuilder(AskedFor asked) {
        this.asked = asked;
        this.codes = asked.codes();
    }

    /** @param sentences of a whole chunk */
    Passage around(List<Sentence> sentences, int anchor) {
        Sentence sentence = sentences.get(anchor);
        int first = anchor;
        int last = anchor;
        if (!sentence.form().isEntry()) {
            if (sentence.form() == SentenceForm.CODE && runsOn(sentences, first - 1, anchor)) {
                first--;
            }
            if (pointsBack(sentence)
                    && runsOn(sentences, first - 1, anchor)
                    && sameBlock(sentences, first - 1, anchor)) {
                first--;
            }
            boolean held = asked.kind().isExact() && asked.kind().mayBeIn(sentence.text(), asked.words());
            last = following(sentences, first, anchor, held ? BRIEF : ENOUGH);
        } else if (sentence.text().endsWith(":") || sentence.text().endsWith("：")) {
            last = following(sentences, first, anchor, ENOUGH);
        }
        if (first > 0
                && sentences.get(first - 1).form() == SentenceForm.HEADING
                && sentences.get(first).form() != SentenceForm.HEADING
                && isTerm(sentences.get(first - 1).text())) {
            first--;
        }
        return Passage.of(sentences.subList(first, last + 1));
    }

    private int following(List<Sentence> sentences, int first, int anchor, int enough) {
        int last = anchor;
        boolean announced = false;
        for (int next = anchor + 1; next < sentences.size() && runsOn(sentences, next, anchor); next++) {
            Sentence before = sentences.get(last);
            Sentence after = sentences.get(next);
            int length = after.end() - sentences.get(first).start();
            int beyond = after.end() - sentences.get(anchor).end();
            boolean announces = announces(before);
            announced |= announces;
            boolean listed = after.form() == SentenceForm.ITEM
                    || after.form() == SentenceForm.CODE
                    || after.form().isEntry();
            boolean belongs = sameBlock(sentences, next, anchor)
                    ? beyond <= enough || announces && length <= MOST
                    : announces && length <= MOST
                            || announced && listed && length <= MOST
                            || after.form() == SentenceForm.CODE && beyond <= enough
                            || before.form() == SentenceForm.ITEM
                                    && after.form() == SentenceForm.PROSE
                                    && next + 1 < sentences.size()
                                    && sentences.get(next + 1).form() == SentenceForm.ITEM
                                    && beyond <= enough;
            if (!belongs) {
                break;
            }
            last = next;
        }
        return last;
    }

    /** Returns whether a heading is an option, a function or a code, and not words. */
    private static boolean isTerm(String heading) {
        int end = heading.indexOf(' ');
        String word = end < 0 ? heading : heading.substring(0, end);
        return heading.length() <= LONGEST_TERM
                && !TextBlocks.isQuestion(heading)
                && (word.startsWith("-")
                                && word.length() > 1
                                && Character.isLetterOrDigit(word.charAt(word.length() - 1))
                        || (end < 0 || word.indexOf('(') > 0 || word.indexOf('=') > 0)
                                && MARKED.matcher(word).find());
    }

    private static boolean announces(Sentence sentence) {
        return sentence.text().endsWith(":") || sentence.text().endsWith("：");
    }

    /** Returns whether such a sentence follows under the same heading, and belongs to no other code. */
    private boolean runsOn(List<Sentence> sentences, int index, int anchor) {
        if (index < 0 || index >= sentences.size()) {
            return false;
        }
        Sentence other = sentences.get(index);
        return other.form() != SentenceForm.HEADING
                && other.section() == sentences.get(anchor).section()
                && (!codes.otherIn(other.text()) || codes.anyIn(other.text()));
    }

    private static boolean sameBlock(List<Sentence> sentences, int index, int anchor) {
        return sentences.get(index).block() == sentences.get(anchor).block();
    }

    private static boolean pointsBack(Sentence sentence) {
        String text = sentence.text();
        int end = 0;
        while (end < text.length() && Character.isLetter(text.charAt(end))) {
            end++;
        }
        return POINTING_BACK.contains(text.substring(0, end).toLowerCase(Locale.ROOT));
    }
}
