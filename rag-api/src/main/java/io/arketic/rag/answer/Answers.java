package io.arketic.rag.answer;

import io.arketic.rag.attendance.Cancellation;
import io.arketic.rag.bulkhead.Bulkheads;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.knowledge.KnowledgeBase;
import io.arketic.rag.model.AnswerBroken;
import io.arketic.rag.model.ChatProperties;
import io.arketic.rag.model.Usage;
import io.arketic.rag.organization.AiWork;
import io.arketic.rag.problem.DatabaseProblem;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.providerkey.ProviderKeys;
import io.arketic.rag.retrieval.Retrieval;
import io.arketic.rag.retrieval.RetrievalRequest;
import io.arketic.schema.search.ChunkHit;
import io.arketic.schema.tenancy.Turns;
import io.arketic.schema.tenancy.Turns.Turn;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Answers questions from knowledge bases. No database connection is held while a model works. */
@Component
public class Answers {

    private static final int PASSAGES = 10;

    /** Estimates an earlier turn of a chat. */
    private static final int TURN_TOKENS = 250;

    /** Limits how long a reservation outlives the calls of models: answers wait for a turn, and for the database. */
    private static final Duration RESERVED = Duration.ofMinutes(30);

    private record Pages(int version, List<Integer> starts) {}

    private static final Pages NO_PAGES = new Pages(0, List.of());

    private final Retrieval retrieval;
    private final ChatProperties settings;
    private final ChatModel extractive;
    private final ChatModel language;
    private final Transactions transactions;
    private final AskingMembers members;
    private final Turns turns;
    private final ProviderKeys keys;

    Answers(
            Retrieval retrieval,
            ChatProperties settings,
            Transactions transactions,
            AskingMembers members,
            ProviderKeys keys,
            Bulkheads bulkheads,
            Clock clock) {
        this.retrieval = retrieval;
        this.keys = keys;
        this.turns = bulkheads.turns(
                "extractive-answers", Math.max(2, Runtime.getRuntime().availableProcessors()));
        this.settings = settings;
        this.extractive = new ExtractiveModel(retrieval, new DocumentDates(transactions));
        this.language = settings.configured() ? new LanguageModel(settings, keys::keyFor, clock) : extractive;
        this.transactions = transactions;
        this.members = members;
    }

    /**
     * Answers the question, or says in the content, without citations, that the knowledge bases hold no answer. The
     * outcome of a failed answer has the failure and the tokens spent until then.
     *
     * @param keep stores the outcome, and gives what this method returns
     */
    public <T> T answer(
            Question question, AnswerListener listener, Cancellation cancellation, Function<AnswerOutcome, T> keep) {
        ChatModel model = ChatProperties.EXTRACTIVE.equals(question.model()) ? extractive : language;
        return keep.apply(attended(model, question, listener, cancellation));
    }

    private AnswerOutcome attended(
            ChatModel model, Question question, AnswerListener listener, Cancellation cancellation) {
        try (AskingMembers.Recorded asker = members.record(question.membership(), cancellation)) {
            if (model != extractive) {
                return outcome(model, question, listener, cancellation);
            }
            try (Turn turn = turn(question, cancellation)) {
                return outcome(model, question, listener, cancellation);
            }
        }
    }

    /**
     * Describes the answer to a question within a transaction, for its charge.
     *
     * @param instructions of the chat or the step; null for none
     * @param earlierTurns of the conversation, which may be condensed first
     */
    public AiWork work(
            JdbcClient sql,
            UUID id,
            String model,
            List<UUID> knowledgeBases,
            String question,
            @Nullable String instructions,
            int earlierTurns) {
        return work(
                id,
                model,
                knowledgeBases,
                ExpectedPrompt.of(question, instructions, earlierTurns * TURN_TOKENS, earlierTurns > 0),
                provider -> keys.has(sql, provider));
    }

    /** Describes the answer to a whole question, for its charge. */
    public AiWork work(UUID id, Question question) {
        return work(
                id,
                question.model() == null ? settings.defaultModel() : question.model(),
                question.knowledgeBases().stream().map(KnowledgeBase::id).toList(),
                ExpectedPrompt.of(question),
                provider -> transactions.run(question.membership().context(), sql -> keys.has(sql, provider)));
    }

    private AiWork work(
            UUID id, String model, List<UUID> knowledgeBases, ExpectedPrompt prompt, Predicate<String> ownKey) {
        ChatModel answering = ChatProperties.EXTRACTIVE.equals(model) ? extractive : language;
        Usage expected = answering.expected(model, prompt, ownKey);
        return new AiWork(
                id,
                answering == extractive ? ChatProperties.EXTRACTIVE : model,
                knowledgeBases,
                expected.total(),
                expected.cost(),
                settings.timeout().multipliedBy(2).plus(RESERVED));
    }

    /** Returns whether the deployment has a language model. */
    boolean hasLanguageModel() {
        return language != extractive;
    }

    /**
     * Has the language model write about one chunk, without a search.
     *
     * @throws AnswerBroken when the model failed after something was spent
     * @throws ProblemException when it did not answer
     */
    ChatModel.Composition compose(Question question, ChunkHit chunk, Cancellation cancellation) {
        return language.compose(question, question.text(), List.of(chunk), piece -> {}, cancellation);
    }

    private AnswerOutcome outcome(
            ChatModel model, Question question, AnswerListener listener, Cancellation cancellation) {
        Told told = new Told(listener);
        String name = model == extractive
                ? ChatProperties.EXTRACTIVE
                : question.model() == null ? settings.defaultModel() : question.model();
        Usage spent = Usage.NONE;
        try {
            String reply = model.withoutSources(question);
            if (reply != null) {
                told.retrieved(List.of());
                told.text(reply);
                return new AnswerOutcome.Complete(new Answer(reply, name, spent, 0, List.of()));
            }
            if (question.knowledgeBases().isEmpty()) {
                told.retrieved(List.of());
                String none = AnswerTexts.noKnowledge(question.asker().language());
                told.text(none);
                return new AnswerOutcome.Complete(new Answer(none, Answer.NO_MODEL, spent, 0, List.of()));
            }
            ChatModel.Standalone standalone = model.standalone(question, cancellation);
            spent = standalone.usage();
            cancellation.check();
            List<ChunkHit> hits = retrieval
                    .find(
                            question.membership(),
                            question.knowledgeBases(),
                            RetrievalRequest.forAnswer(
                                    standalone.text(), PASSAGES, question.filter(), question.expansion()),
                            cancellation)
                    .widened();
            told.retrieved(hits);
            cancellation.check();
            if (hits.isEmpty()) {
                String none = AnswerTexts.noAnswer(question.asker().language());
                told.text(none);
                return new AnswerOutcome.Complete(new Answer(none, Answer.NO_MODEL, spent, 0, List.of()));
            }
            ChatModel.Composition composition;
            try {
                composition = model.compose(question, standalone.text(), hits, told::text, cancellation);
            } catch (AnswerBroken broken) {
                if (!told.content.isEmpty() || cancellation.isCancelled() || !standIn()) {
                    throw broken;
                }
                spent = spent.plus(broken.usage());
                try (Turn turn = turn(question, cancellation)) {
                    composition = extractive.compose(
                            question, StandaloneQuestion.of(question), hits, told::text, cancellation);
                }
            }
            return new AnswerOutcome.Complete(new Answer(
                    composition.content(),
                    composition.model(),
                    spent.plus(composition.usage()),
                    composition.confidence(),
                    onPages(question, composition.citations())));
        } catch (AnswerBroken broken) {
            return told.broken(broken.problem(), broken.model(), spent.plus(broken.usage()), cancellation);
        } catch (ProblemException problem) {
            return told.broken(problem, name, spent, cancellation);
        } catch (DataAccessException failure) {
            return told.broken(DatabaseProblem.of(failure), name, spent, cancellation);
        } catch (RuntimeException failure) {
            return told.broken(
                    new ProblemException(ProblemReason.INTERNAL, "The answer failed.", failure),
                    name,
                    spent,
                    cancellation);
        }
    }

    /**
     * Waits for a turn among the answers that this machine computes alone; none is given after a cancellation, since
     * there is no work left. Without turns, one tenant's questions would take all processors and connections: no
     * model's pace holds them back.
     */
    private @Nullable Turn turn(Question question, Cancellation cancellation) {
        try {
            return cancellation.turn(turns, question.membership().organizationId());
        } catch (ProblemException cancelled) {
            return null;
        }
    }

    private boolean standIn() {
        return settings.failover().contains(ChatProperties.EXTRACTIVE);
    }

    /** Records what the listener received. */
    private static final class Told {

        private final AnswerListener listener;
        private final StringBuilder content = new StringBuilder();

        Told(AnswerListener listener) {
            this.listener = listener;
        }

        void retrieved(List<ChunkHit> hits) {
            listener.retrieved(hits);
        }

        void text(String piece) {
            content.append(piece);
            listener.text(piece);
        }

        AnswerOutcome broken(ProblemException problem, String model, Usage usage, Cancellation cancellation) {
            boolean cancelled = cancellation.isCancelled();
            return new AnswerOutcome.Broken(
                    cancelled ? cancellation.why() : problem, content.toString(), model, usage, cancelled);
        }
    }

    /** Sets the page of each quote, which may begin pages after its chunk. */
    private List<Citation> onPages(Question question, List<Citation> citations) {
        if (citations.isEmpty()) {
            return citations;
        }
        Map<UUID, Pages> pages = new HashMap<>();
        transactions.execute(
                question.membership().context(),
                sql -> sql.sql("SELECT id, version, page_starts FROM knowledge_documents WHERE id IN (:ids)")
                        .param(
                                "ids",
                                citations.stream()
                                        .map(Citation::documentId)
                                        .distinct()
                                        .toList())
                        .query((row, number) -> pages.put(
                                row.getObject("id", UUID.class), new Pages(row.getInt("version"), List.of((Integer[])
                                        row.getArray("page_starts").getArray()))))
                        .list());
        return citations.stream()
                .map(citation -> {
                    Pages known = pages.getOrDefault(citation.documentId(), NO_PAGES);
                    return known.version() == citation.documentVersion()
                                    && !known.starts().isEmpty()
                            ? citation.onPage(page(known.starts(), citation.startOffset()))
                            : citation;
                })
                .toList();
    }

    /** Returns the page, counted from 1. */
    static int page(List<Integer> pageStarts, int offset) {
        int page = 0;
        while (page < pageStarts.size() && pageStarts.get(page) <= offset) {
            page++;
        }
        return Math.max(1, page);
    }
}
