package io.arketic.rag.openai;

import io.arketic.rag.answer.AnswerListener;
import io.arketic.rag.answer.AnswerOutcome;
import io.arketic.rag.answer.Answers;
import io.arketic.rag.answer.Question;
import io.arketic.rag.attendance.Cancellation;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.knowledge.KnowledgeAccess;
import io.arketic.rag.knowledge.KnowledgeBase;
import io.arketic.rag.knowledge.KnowledgeBases;
import io.arketic.rag.openai.CompletionRequest.Message;
import io.arketic.rag.organization.AiAllowance;
import io.arketic.rag.organization.AiWork;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.profile.Asker;
import io.arketic.rag.retrieval.Expand;
import io.arketic.rag.retrieval.FilterBody;
import io.arketic.schema.search.SearchFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Answers questions of programs; only their costs are stored. */
@Component
class Completions {

    /** Holds a question whose request is charged. */
    record Charged(Question question, AiWork work) {}

    private static final int LONGEST_QUESTION = 4000;
    private static final int EARLIER = 20;
    private static final double TEMPERATURE = 0.2;

    private final KnowledgeBases knowledgeBases;
    private final Answers answers;
    private final AiAllowance allowance;
    private final Transactions transactions;

    Completions(KnowledgeBases knowledgeBases, Answers answers, AiAllowance allowance, Transactions transactions) {
        this.knowledgeBases = knowledgeBases;
        this.answers = answers;
        this.allowance = allowance;
        this.transactions = transactions;
    }

    /** Refuses what cannot be asked. */
    Question question(Caller caller, CompletionRequest request) {
        request.mustBeAnswerable();
        List<Message> turns = new ArrayList<>(request.messages().stream()
                .filter(message -> !message.instructs() && !message.text().isBlank())
                .toList());
        Message last = turns.isEmpty() ? null : turns.remove(turns.size() - 1);
        if (last == null || !last.role().equals("user")) {
            throw ProblemException.ofField(ProblemReason.INVALID_INPUT, "messages", "must end with a text of the user");
        }
        if (last.text().length() > LONGEST_QUESTION) {
            throw ProblemException.ofField(
                    ProblemReason.INVALID_INPUT,
                    "messages",
                    "must end with at most " + LONGEST_QUESTION + " characters");
        }
        List<KnowledgeAccess> asked = KnowledgeModel.ids(request.model()).stream()
                .map(id -> KnowledgeModel.known(() -> knowledgeBases.require(caller, id)))
                .toList();
        Membership membership = asked.get(0).membership();
        List<KnowledgeBase> bases =
                asked.stream().map(KnowledgeAccess::knowledgeBase).toList();
        if (bases.stream().anyMatch(base -> !base.organizationId().equals(membership.organizationId()))) {
            throw ProblemException.ofField(
                    ProblemReason.INVALID_INPUT, "model", "names knowledge bases of several organizations");
        }
        String instructions = request.messages().stream()
                .filter(Message::instructs)
                .map(Message::text)
                .collect(Collectors.joining("\n"));
        SearchFilter filter = FilterBody.of(request.filter());
        String model = allowance.model(membership, null);
        return new Question(
                membership,
                bases.stream().filter(KnowledgeBase::isActive).toList(),
                filter,
                Expand.of(request.expand()),
                last.text().strip(),
                turns.subList(Math.max(0, turns.size() - EARLIER), turns.size()).stream()
                        .map(turn -> new Question.Turn(turn.role().equals("user"), turn.text(), null))
                        .toList(),
                instructions.isBlank() ? null : instructions,
                null,
                model,
                request.temperature() == null ? TEMPERATURE : request.temperature(),
                Asker.PROGRAM);
    }

    /** Charges a request to the organization, before it is answered. */
    Charged charged(Question question) {
        AiWork work = answers.work(UUID.randomUUID(), question);
        return allowance.charged(question.membership(), work, sql -> new Charged(question, work));
    }

    /** Charges the tokens, whether the answer is complete or not. */
    AnswerOutcome answer(Charged charged, AnswerListener listener, Cancellation cancellation) {
        return answers.answer(charged.question(), listener, cancellation, outcome -> {
            transactions.execute(
                    charged.question().membership().context(),
                    sql -> allowance.settle(sql, charged.work().id(), outcome.spentBy(), outcome.usage()));
            return outcome;
        });
    }
}
