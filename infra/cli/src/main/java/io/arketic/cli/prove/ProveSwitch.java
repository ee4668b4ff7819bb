package io.arketic.cli.prove;

import com.fasterxml.jackson.databind.JsonNode;
import io.arketic.cli.reindex.Generations;
import io.arketic.cli.stack.Stack;
import io.arketic.cli.terminal.Terminal;
import io.arketic.schema.ledger.ObjectVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Searches continuously while the index changes in every possible way. */
final class ProveSwitch {

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final int QUESTIONS_BETWEEN = 100;

    private final Terminal terminal;
    private final int documents;

    ProveSwitch(Terminal terminal, int documents) {
        this.terminal = terminal;
        this.documents = documents;
    }

    boolean holds() throws Exception {
        try (ProofBase base = ProofBase.make(Stack.current(), "Proof of switches")) {
            List<ObjectVersion> dropped = IntStream.range(0, documents)
                    .mapToObj(document -> base.put(document, 1))
                    .toList();
            base.awaitEnd(dropped, PATIENCE);
            terminal.line("  " + documents + " files indexed");
            var questions = new SwitchQuestions(base, documents);
            questions.start();
            try {
                change(base, questions);
            } finally {
                questions.stop();
            }
            if (questions.right()) {
                base.discard();
            }
            terminal.line(questions.figures());
            return questions.right();
        }
    }

    private void change(ProofBase base, SwitchQuestions questions) throws Exception {
        Generations generations = base.generations();
        int third = documents / 3;
        update(base, questions, 0, third / 2, 2);

        int first = generations.active();
        int second = begin(generations, Map.of("chunk_size", 400, "chunk_overlap", 40));
        update(base, questions, third / 2, third, 2);
        delete(base, questions, third, third + third / 2);
        activate(generations, second);
        questions.await(QUESTIONS_BETWEEN);
        terminal.line("  switched to generation " + second + " (other chunk size)");

        rollBack(generations, first);
        questions.await(QUESTIONS_BETWEEN);
        update(base, questions, 0, third / 2, 3);
        rollBack(generations, second);
        delete(base, questions, third + third / 2, 2 * third);
        questions.await(QUESTIONS_BETWEEN);
        terminal.line("  back, and to generation " + second + " again");

        int third0 = begin(generations, Map.of("embedding_model", "all-MiniLM-L6-v2"));
        activate(generations, third0);
        questions.await(QUESTIONS_BETWEEN);
        rollBack(generations, second);
        questions.await(QUESTIONS_BETWEEN);
        terminal.line("  to generation " + third0 + " (another model), and back");
    }

    private static int begin(Generations generations, Map<String, ?> plan) throws Exception {
        return generations.begunOr(plan).path("generation").asInt();
    }

    /** Switches, and repeats while the switch is refused for missing documents. */
    private static void activate(Generations generations, int generation) throws Exception {
        ProofBase.await(
                "generation " + generation + " active",
                () -> generations.activate(generation),
                JsonNode::isObject,
                PATIENCE);
    }

    private static void rollBack(Generations generations, int former) throws Exception {
        ProofBase.await(
                "generation " + former + " active again",
                () -> generations.rollBack(former),
                JsonNode::isObject,
                PATIENCE);
    }

    private static void update(ProofBase base, SwitchQuestions questions, int from, int to, int edition)
            throws Exception {
        List<ObjectVersion> dropped = new ArrayList<>();
        for (int document = from; document < to; document++) {
            dropped.add(base.put(document, edition));
        }
        base.awaitEnd(dropped, PATIENCE);
        IntStream.range(from, to).forEach(document -> questions.expectEdition(document, edition));
    }

    private static void delete(ProofBase base, SwitchQuestions questions, int from, int to) throws Exception {
        for (int document = from; document < to; document++) {
            questions.expectNothing(document);
            base.delete(document);
            questions.expectGone(document);
        }
    }
}
