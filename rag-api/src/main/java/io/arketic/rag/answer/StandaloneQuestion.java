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
 * Whether a question can be understood without its conversation, and how it can be made so without a language model. A
 * question without a conversation stays as it is.
 */
final class StandaloneQuestion {

    private static final Set<String> POINTING = Set.of(
            "it", "its", "they", "them", "their", "theirs", "this", "these", "those", "he", "him", "his", "she", "her",
            "hers", "ones", "same", "former", "latter");

    private static final Pattern BLANKS = Pattern.compile("[^\\p{L}\\p{N}']+");

    /** Longer questions say what they are about. */
    private static final int SAYS_LITTLE = 1;

    private static final int SAYS_ENOUGH = 5;

    /** How far back a chain of follow-ups is followed. */
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
     * The question with what the earlier ones were about; about its own thing where that takes the place of an earlier one;
     * itself where it needs none of them.
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
