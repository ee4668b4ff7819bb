package io.arketic.rag.extractive;

import java.util.HashSet;
import java.util.Set;

/**
 * Describes what a question asks for.
 *
 * @param content its words that carry meaning, as {@link ContentWords} has them
 * @param words all its words
 * @param names those of the content words that are names or hold digits
 * @param codes that must stand in an answer
 * @param turned whether it asks for what is not so
 */
record AskedFor(
        String question,
        Set<String> content,
        Set<String> words,
        Set<String> names,
        Codes codes,
        AnswerKind kind,
        WordPairs pairs,
        boolean english,
        boolean turned) {

    static AskedFor of(String question) {
        boolean english = ContentWords.english(question);
        return new AskedFor(
                question,
                ContentWords.of(question),
                Set.copyOf(ContentWords.words(question)),
                ContentWords.names(question),
                new Codes(question),
                AnswerKind.of(question),
                new WordPairs(question),
                english,
                english && ContentWords.negatedQuestion(question));
    }

    /** Returns its names as they are written there, case folded. */
    Set<String> spelledNames() {
        Set<String> spelled = new HashSet<>(words);
        spelled.removeIf(word -> {
            Set<String> stems = ContentWords.of(word);
            return stems.isEmpty() || !names.containsAll(stems);
        });
        return spelled;
    }

    /** Returns whether it asks for the entry of a code, and not for a property of it. */
    boolean looksUp() {
        if (codes.isEmpty() || kind.isExact()) {
            return false;
        }
        Set<String> rest = new HashSet<>(content);
        codes.all().forEach(code -> rest.removeAll(ContentWords.of(code)));
        return rest.size() <= 1;
    }

    /** Scores how well a text contains the answer: 1 for the sentence, less for its passage only. */
    double fit(Sentence sentence, Passage passage) {
        if (kind.isExact()) {
            return kind.mayBeIn(sentence.text(), words) ? 1 : kind.mayBeIn(passage.told(), words) ? 0.6 : 0;
        }
        if (kind.speaksIn(sentence.form(), sentence.text())) {
            return 1;
        }
        return kind.speaksIn(sentence.form(), passage.told()) ? 0.6 : 0;
    }

    /** Returns 1 if the code leads the sentence, its heading or its row; less if it is only mentioned. */
    double code(Sentence sentence, Passage passage) {
        if (codes.isEmpty()) {
            return 0;
        }
        String over = sentence.context();
        if (codes.leads(sentence.text()) || over.lines().anyMatch(codes::leads)) {
            return 1;
        }
        if (sentence.form().isEntry() && sentence.form() != SentenceForm.FIELD && codes.allIn(sentence.text())) {
            return 0.8;
        }
        if (codes.allIn(sentence.text())) {
            return 0.6;
        }
        return codes.allIn(passage.quote()) ? 0.4 : 0.2;
    }

    /** Returns whether the answer can be in this text: not in a row, a line or a section of another code. */
    boolean isIn(Sentence sentence, Passage passage) {
        return codes.isEmpty()
                || codes.allIn(
                        sentence.context() + "\n" + passage.quote() + "\n" + PassageRanking.titles(sentence.hit()));
    }
}
