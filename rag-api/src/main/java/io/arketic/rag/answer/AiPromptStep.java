package io.arketic.rag.answer;

import io.arketic.rag.attendance.Cancellation;
import io.arketic.rag.bulkhead.Bulkhead;
import io.arketic.rag.bulkhead.Bulkhead.Place;
import io.arketic.rag.bulkhead.Bulkheads;
import io.arketic.rag.bulkhead.Kind;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.knowledge.KnowledgeBase;
import io.arketic.rag.knowledge.KnowledgeBases;
import io.arketic.rag.model.ChatProperties;
import io.arketic.rag.model.Usage;
import io.arketic.rag.organization.AiAllowance;
import io.arketic.rag.organization.AiWork;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.profile.Asker;
import io.arketic.rag.workflow.FailureKind;
import io.arketic.rag.workflow.OutsideStep;
import io.arketic.rag.workflow.StepCall;
import io.arketic.rag.workflow.StepFailure;
import io.arketic.rag.workflow.StepField;
import io.arketic.rag.workflow.StepOutcome;
import io.arketic.rag.workflow.StepSpec;
import io.arketic.schema.search.ChunkHit;
import io.arketic.schema.search.Expansion;
import io.arketic.schema.search.SearchFilter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** {@code ai_prompt}: an answer from knowledge bases with its citations. Each attempt is charged as a question is. */
@Component
class AiPromptStep implements OutsideStep {

    private static final String SCHEMA = "schema";
    private static final double TEMPERATURE = 0.7;
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final StepSpec SPEC = StepSpec.of(
            "ai_prompt",
            "Answers from knowledge bases that the member may read. Gives content, model, citations, sources as a text, and data"
                    + " where a schema is given.",
            StepField.required("prompt", StepField.Kind.TEXT, "What is asked"),
            StepField.required("knowledge_base_ids", StepField.Kind.LIST, "Ids of knowledge bases"),
            StepField.optional(
                    "model",
                    StepField.Kind.TEXT,
                    "extractive, or a model of the deployment that the organization allows"),
            StepField.optional("instructions", StepField.Kind.TEXT, "To the model"),
            StepField.optional(
                    SCHEMA,
                    StepField.Kind.OBJECT,
                    "A JSON Schema that the answer of a language model must fit; what it holds is then data"));

    private final Transactions transactions;
    private final KnowledgeBases knowledgeBases;
    private final Answers answers;
    private final AiAllowance allowance;
    private final Bulkhead places;

    AiPromptStep(
            Transactions transactions,
            KnowledgeBases knowledgeBases,
            Answers answers,
            AiAllowance allowance,
            Bulkheads bulkheads) {
        this.transactions = transactions;
        this.knowledgeBases = knowledgeBases;
        this.answers = answers;
        this.allowance = allowance;
        this.places = bulkheads.of(Kind.ANSWERS);
    }

    @Override
    public StepSpec spec() {
        return SPEC;
    }

    @Override
    public boolean reads(StepCall call) {
        return true;
    }

    @Override
    public boolean repeatable(StepCall call) {
        return true;
    }

    @Override
    public void charge(JdbcClient sql, StepCall call) {
        call.require(Permission.CHAT_WRITE);
        String model =
                allowance.model(sql, call.membership(), call.text("model").orElse(null));
        AiWork work = answers.work(
                sql,
                charge(call),
                model,
                call.ids("knowledge_base_ids"),
                call.text("prompt").orElse("")
                        + (call.config().containsKey(SCHEMA)
                                ? call.object(SCHEMA).toString()
                                : ""),
                call.text("instructions").orElse(null),
                0);
        Duration left = Duration.between(Instant.now(), call.deadline());
        allowance.charge(sql, work.lasting(left));
    }

    @Override
    public StepOutcome run(StepCall call, Cancellation cancellation) {
        List<UUID> ids = call.ids("knowledge_base_ids");
        String prompt = call.requireText("prompt");
        if (ids.isEmpty() || prompt.isBlank() || prompt.length() > 32_000) {
            throw new StepFailure(
                    FailureKind.INVALID, "prompt needs 1 to 32000 characters, knowledge_base_ids one id or more");
        }
        List<KnowledgeBase> bases = knowledgeBases.readable(call.membership(), ids);
        AnswerForm form = call.config().containsKey(SCHEMA) ? AnswerForm.of(call.object(SCHEMA)) : null;
        String model = allowance.model(call.membership(), call.text("model").orElse(null));
        if (form != null && model.equals(ChatProperties.EXTRACTIVE)) {
            throw new StepFailure(FailureKind.INVALID, "schema needs a language model");
        }
        Question question = new Question(
                call.membership(),
                bases,
                SearchFilter.NONE,
                Expansion.NONE,
                prompt,
                List.of(),
                call.text("instructions").orElse(null),
                form == null ? null : form.instructions(),
                model,
                TEMPERATURE,
                Asker.PROGRAM);
        AnswerOutcome outcome;
        try (Place place = place(call, cancellation)) {
            outcome = answers.answer(question, new Unheard(), cancellation, result -> result);
        }
        try {
            if (outcome instanceof AnswerOutcome.Complete complete) {
                Map<String, Object> output = output(complete.answer());
                if (form != null) {
                    output.put("data", form.read(complete.answer().content()));
                }
                return new StepOutcome.Completed(output);
            }
            throw ((AnswerOutcome.Broken) outcome).problem();
        } catch (StepFailure | ProblemException failure) {
            // It was spent, too, and no outcome carries it to settle.
            transactions.execute(
                    call.membership().context(),
                    sql -> allowance.settle(sql, charge(call), outcome.spentBy(), outcome.usage()));
            throw failure;
        }
    }

    /** Waits for one of the places of answers, as long as the step may take. */
    private Place place(StepCall call, Cancellation cancellation) {
        while (true) {
            Place free = places.tryEnter(call.membership().organizationId()).orElse(null);
            if (free != null) {
                return free;
            }
            if (Instant.now().plus(LOOK).isAfter(call.deadline()) || cancellation.await(LOOK)) {
                return places.enter(call.membership().organizationId());
            }
        }
    }

    @Override
    public void settle(JdbcClient sql, StepCall call, StepOutcome outcome) {
        Usage usage = Usage.NONE;
        String model = null;
        if (outcome instanceof StepOutcome.Completed completed
                && completed.output().get("prompt_tokens") instanceof Integer prompt
                && completed.output().get("tokens") instanceof Integer tokens
                && completed.output().get("cost") instanceof BigDecimal cost) {
            usage = new Usage(prompt, tokens - prompt, cost);
            model = String.valueOf(completed.output().get("model"));
        }
        allowance.settle(sql, charge(call), Answer.NO_MODEL.equals(model) ? null : model, usage);
    }

    /** Returns the id of an attempt's charge: attempts of a step differ in their deadlines. */
    private static UUID charge(StepCall call) {
        return UUID.nameUUIDFromBytes((call.stepRunId() + " " + call.deadline()).getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, Object> output(Answer answer) {
        Map<String, Object> output = new LinkedHashMap<>();
        output.put("content", answer.content());
        output.put("model", answer.model());
        output.put("confidence", answer.confidence());
        output.put("tokens", answer.tokens());
        output.put("prompt_tokens", answer.usage().promptTokens());
        output.put("cost", answer.usage().cost());
        output.put(
                "citations",
                answer.citations().stream().map(AiPromptStep::citation).toList());
        output.put(
                "sources",
                answer.citations().stream()
                        .map(cited -> "[" + cited.number() + "] " + cited.filename()
                                + (cited.pageNumber() == null ? "" : ", page " + cited.pageNumber()))
                        .collect(Collectors.joining("\n")));
        return output;
    }

    private static Map<String, Object> citation(Citation cited) {
        Map<String, Object> citation = new LinkedHashMap<>();
        citation.put("number", cited.number());
        // only the citations of stored answers may have lost their document
        citation.put("document_id", Objects.requireNonNull(cited.documentId()).toString());
        citation.put("document_version", cited.documentVersion());
        citation.put("filename", cited.filename());
        citation.put("start_offset", cited.startOffset());
        citation.put("end_offset", cited.endOffset());
        citation.put("quote", cited.quote());
        return citation;
    }

    /** The answer is read when it is whole. */
    private static final class Unheard implements AnswerListener {

        @Override
        public void retrieved(List<ChunkHit> hits) {}

        @Override
        public void text(String piece) {}
    }
}
