package io.arketic.rag.chat;

import io.arketic.rag.answer.AnswerOutcome;
import io.arketic.rag.deployment.MaintenanceDatabase;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.idempotency.LastTry;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Accesses the table {@code open_questions}: the questions in progress. Each ends in the chat: with its answer, with
 * its failure (stored later if the database is down), or with the failure {@code answer-lost} after its process has
 * died.
 */
@Component
class OpenQuestions {

    /** Holds the end of an answer that could not be stored yet. */
    private record Ending(
            OpenQuestion question,
            UUID answerId,
            AnswerOutcome outcome,
            Duration took,
            boolean heard,
            long since,
            LastTry last) {

        boolean isOld() {
            return System.nanoTime() - since > LONGEST.toNanos();
        }
    }

    private static final Logger log = LoggerFactory.getLogger(OpenQuestions.class);
    private static final Duration LONGEST = Duration.ofMinutes(30);
    private static final int MOST = 1000;

    private final Transactions maintenance;
    private final AnswerMessages answers;
    private final Set<UUID> answering = ConcurrentHashMap.newKeySet();
    private final Queue<Ending> waiting = new ConcurrentLinkedQueue<>();

    OpenQuestions(MaintenanceDatabase maintenance, AnswerMessages answers) {
        this.maintenance = maintenance.transactions();
        this.answers = answers;
    }

    /** Opens a question in the commit that stores or charges it. */
    static void open(JdbcClient sql, OpenQuestion question) {
        sql.sql("""
                        INSERT INTO open_questions (id, organization_id, chat_id, message_id)
                        VALUES (:id, :organization, :chat, :message)""")
                .param("id", question.id())
                .param("organization", question.access().membership().organizationId())
                .param("chat", question.access().chat().id())
                .param("message", question.messageId())
                .update();
    }

    /** Closes a question in the commit that stores its answer or failure; returns false if it was not open any more. */
    static boolean close(JdbcClient sql, OpenQuestion question) {
        return sql.sql("DELETE FROM open_questions WHERE id = :id")
                        .param("id", question.id())
                        .update()
                == 1;
    }

    /** Marks the question as answered by this process until {@link #left}. */
    void began(OpenQuestion question) {
        answering.add(question.id());
    }

    /** Ends this process's work on the question; without an end it counts as lost. */
    void left(OpenQuestion question) {
        answering.remove(question.id());
    }

    /**
     * Stores the end of a question.
     *
     * @param heard whether a part of the answer was sent
     * @return the answer
     * @throws ProblemException that it ended with; also where the answer can only be kept later
     */
    ChatMessage end(OpenQuestion question, AnswerOutcome outcome, Duration took, boolean heard) {
        Ending ending = new Ending(question, answers.id(), outcome, took, heard, System.nanoTime(), new LastTry());
        try {
            return keep(ending)
                    .orElseThrow(() -> outcome instanceof AnswerOutcome.Broken broken
                            ? broken.problem()
                            : ProblemException.notFound("chat"));
        } catch (DataAccessException failure) {
            log.warn("How an answer ended could not be kept, it is tried again: {}", failure.getMessage());
            if (waiting.size() < MOST) {
                waiting.add(ending);
            }
            throw outcome instanceof AnswerOutcome.Broken broken
                    ? broken.problem()
                    : ProblemException.goingOn(
                            ProblemReason.DATABASE_UNAVAILABLE,
                            "The answer could not be stored yet; it appears in the chat when the database is available.",
                            failure);
        }
    }

    /** Stores the answer if it is complete and its asker still takes part; otherwise its failure. */
    private Optional<ChatMessage> keep(Ending ending) {
        if (ending.outcome() instanceof AnswerOutcome.Broken broken) {
            addFailure(ending, broken);
            return Optional.empty();
        }
        AnswerOutcome.Complete complete = (AnswerOutcome.Complete) ending.outcome();
        Optional<ChatMessage> kept;
        try {
            kept = answers.add(ending.question(), ending.answerId(), complete.answer(), ending.took());
        } catch (RuntimeException failure) {
            if (Transactions.isTransient(failure) || failure instanceof ProblemException) {
                throw failure;
            }
            log.error("An answer cannot be kept", failure);
            ProblemException problem =
                    new ProblemException(ProblemReason.INTERNAL, "The answer could not be stored.", failure);
            addFailure(ending, broken(complete, problem, ""));
            throw problem;
        }
        if (kept.isEmpty()) {
            addFailure(
                    ending,
                    broken(
                            complete,
                            ProblemException.notFound("chat"),
                            complete.answer().content()));
        }
        return kept;
    }

    private void addFailure(Ending ending, AnswerOutcome.Broken broken) {
        answers.addFailure(ending.question(), ending.answerId(), broken, ending.took(), ending.heard(), ending.last());
    }

    private static AnswerOutcome.Broken broken(
            AnswerOutcome.Complete complete, ProblemException problem, String content) {
        return new AnswerOutcome.Broken(problem, content, complete.answer().model(), complete.usage(), true);
    }

    /** Renews the questions of this process, which it alone knows. */
    @Scheduled(initialDelay = 5, fixedDelay = 5, timeUnit = TimeUnit.SECONDS)
    void renew() {
        try {
            new ArrayList<>(waiting).forEach(this::keepAgain);
            UUID[] mine = Stream.concat(
                            answering.stream(),
                            waiting.stream().map(ending -> ending.question().id()))
                    .toArray(UUID[]::new);
            if (mine.length > 0) {
                maintenance.single(sql -> sql.sql("SELECT renew_open_questions(:questions)")
                        .param("questions", mine)
                        .query((row, number) -> true)
                        .list());
            }
        } catch (DataAccessException failure) {
            log.warn("Open questions could not be renewed, again in five seconds: {}", failure.getMessage());
        }
    }

    /** Tries again to store an end, without delaying others. */
    private void keepAgain(Ending ending) {
        try {
            keep(ending);
        } catch (ProblemException ended) {
            log.debug("Kept as a failure", ended);
        } catch (RuntimeException failure) {
            if (!ending.isOld()) {
                return;
            }
            log.error("How an answer ended is given up on", failure);
        }
        waiting.remove(ending);
    }
}
