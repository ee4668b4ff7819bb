package io.arketic.rag.answer;

import io.arketic.rag.extractive.ContentWords;
import io.arketic.rag.extractive.FollowUp;
import io.arketic.rag.extractive.SmallTalk;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Decides whether a question is understandable without its conversation, and completes it without a language model. A
 * question without a conversation stays unchanged.
 */
final class StandaloneQuestion {

    private static final Set<String> POINTING = Set.of(
            "it", "its", "they", "them", "their", "theirs", "this", "these", "those", "he", "him", "his", "she", "her",
            "hers", "ones", "same", "former", "latter");

    private static final Pattern BLANKS = Pattern.compile("[^\\p{L}\\p{N}']+");

    /** Limits the content words of a question that needs its conversation. */
    private static final int SAYS_LITTLE = 1;

    private static final int SAYS_ENOUGH = 5;

    /** Limits the chain of follow-ups. */
    private static final int CHAIN = 3;

    private StandaloneQuestion() {}

    static boolean needsConversation(String question) {
        int words = ContentWords.of(question).size();
        if (words <= SAYS_LITTLE) {
            return true;
        }
        String lower = question.toLowerCase(Locale.ROOT);
        return words < SAYS_ENOUGH
                && (FollowUp.isElliptical(question)
                        || BLANKS.splitAsStream(lower).anyMatch(POINTING::contains));
    }

    /**
     * Returns the question with the subject of the earlier ones, or with its own subject in place of an earlier one, or
     * unchanged if it needs none.
     */
    static String of(Question question) {
        List<String> earlier = question.earlier().stream()
                .filter(Question.Turn::fromUser)
                .map(Question.Turn::text)
                .filter(text -> SmallTalk.of(text) == null)
                .toList();
        return standalone(question.text(), earlier.subList(Math.max(0, earlier.size() - CHAIN), earlier.size()));
    }

    private static String standalone(String question, List<String> earlier) {
        if (earlier.isEmpty() || !needsConversation(question)) {
            return question;
        }
        int last = earlier.size() - 1;
        String before = standalone(earlier.get(last), earlier.subList(0, last));
        String replaced = FollowUp.replaced(question, before);
        if (replaced != null) {
            return replaced;
        }
        String subject = BLANKS.splitAsStream(before)
                .filter(word -> !word.isEmpty() && !ContentWords.isFunctionWord(word))
                .collect(Collectors.joining(" "));
        return subject.isEmpty() ? question : question + " " + subject;
    }
}
