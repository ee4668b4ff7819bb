package io.arketic.rag.approval;

import io.arketic.rag.organization.Membership;
import io.arketic.rag.permission.Role;
import io.arketic.rag.workflow.FailureKind;
import io.arketic.rag.workflow.OwnStep;
import io.arketic.rag.workflow.StepCall;
import io.arketic.rag.workflow.StepField;
import io.arketic.rag.workflow.StepOutcome;
import io.arketic.rag.workflow.StepSpec;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** {@code approval}: asks members, by mail and in a chat where it says so, and waits for their decision. */
@Component
class ApprovalStep implements OwnStep {

    private static final int LONGEST = 30 * 24 * 3600;
    private static final String USERS = "users";
    private static final String ROLE = "role";
    static final String FOUR_EYES = "four_eyes";
    private static final String DEADLINE = "deadline";
    private static final String CHAT = "chat_id";
    private static final StepSpec SPEC = StepSpec.of(
            "approval",
            "Waits until members approve or one rejects. Gives approved, and the decisions with their comments.",
            StepField.required("message", StepField.Kind.TEXT, "What is to be decided"),
            StepField.optional(USERS, StepField.Kind.LIST, "Ids of the members that may decide"),
            StepField.choice(
                    ROLE, "The least role that may decide, where users is left out", "owner", "admin", "member"),
            StepField.optional("approvals", StepField.Kind.INTEGER, "How many members must approve; 1 by default"),
            StepField.optional(
                    FOUR_EYES, StepField.Kind.FLAG, "Whether the member whose rights the run has may not decide"),
            StepField.optional(
                    "mail",
                    StepField.Kind.FLAG,
                    "Whether each member that may decide gets a mail with a link that decides"),
            StepField.optional(CHAT, StepField.Kind.ID, "Of a chat in which it is asked, and in which a reply decides"),
            StepField.optional("timeout_seconds", StepField.Kind.INTEGER, "A day by default"),
            StepField.choice(
                    "on_timeout", "What a missing decision means; fail by default", "approve", "reject", "fail"),
            StepField.choice(
                    "on_reject", "Whether the step fails where it is rejected; fail by default", "fail", "continue"));

    private record Said(
            String userId, String decision, @Nullable String comment) {}

    private final ApprovalQuestions questions;
    private final ApprovalDecisions decisions;

    ApprovalStep(ApprovalQuestions questions, ApprovalDecisions decisions) {
        this.questions = questions;
        this.decisions = decisions;
    }

    @Override
    public StepSpec spec() {
        return SPEC;
    }

    /** Returns whether the member may decide on a step that waits in this state. */
    static boolean mayDecide(Map<String, Object> state, Membership membership, @Nullable UUID acting) {
        if (Boolean.TRUE.equals(state.get(FOUR_EYES)) && membership.userId().equals(acting)) {
            return false;
        }
        if (state.get(USERS) instanceof List<?> users && !users.isEmpty()) {
            return users.contains(membership.userId().toString());
        }
        return membership.role().isAtLeast(Role.of(String.valueOf(state.get(ROLE))));
    }

    @Override
    public StepOutcome run(JdbcClient sql, StepCall call) {
        Map<String, Object> state = call.state();
        if (state == null) {
            return ask(sql, call);
        }
        if (state.get(StepOutcome.EVENTS) instanceof List<?> replies) {
            replies.forEach(reply -> decisions.reply(sql, call, state, (Map<?, ?>) reply));
        }
        List<Said> said = sql.sql("""
                        SELECT d.user_id, d.decision, d.comment FROM workflow_decisions d
                        JOIN workflow_step_runs r ON r.execution_id = d.execution_id AND r.step = d.step
                        WHERE r.id = :run ORDER BY d.id""")
                .param("run", call.stepRunId())
                .query((row, number) -> new Said(
                        String.valueOf(row.getString("user_id")),
                        String.valueOf(row.getString("decision")),
                        row.getString("comment")))
                .list();
        if (said.stream().anyMatch(one -> one.decision().equals("reject"))) {
            return rejected(call, said, "It was rejected");
        }
        if (said.size() >= Math.max(1, call.number("approvals", 1))) {
            return new StepOutcome.Completed(output(true, said));
        }
        Instant deadline = Instant.parse(String.valueOf(state.get(DEADLINE)));
        if (Instant.now().isBefore(deadline)) {
            Map<String, Object> kept = new LinkedHashMap<>(state);
            kept.remove(StepOutcome.EVENTS);
            return waiting(call, deadline, kept);
        }
        return switch (call.text("on_timeout").orElse("fail")) {
            case "approve" -> new StepOutcome.Completed(output(true, said));
            case "reject" -> rejected(call, said, "There was no decision in time, which rejects it");
            default -> new StepOutcome.Failed(FailureKind.REJECTED, "There was no decision in time");
        };
    }

    private StepOutcome ask(JdbcClient sql, StepCall call) {
        int seconds = Math.max(1, Math.min(LONGEST, call.number("timeout_seconds", 24 * 3600)));
        Instant deadline = Instant.now().plusSeconds(seconds);
        String message = call.requireText("message");
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("message", message);
        state.put(USERS, call.ids(USERS).stream().map(UUID::toString).toList());
        state.put(ROLE, call.text(ROLE).orElse("admin"));
        state.put(FOUR_EYES, call.flag(FOUR_EYES, false));
        state.put(DEADLINE, deadline.toString());
        call.id(CHAT).ifPresent(chat -> questions.post(sql, call, chat, message));
        if (call.flag("mail", false)) {
            questions.mail(sql, call, state, message, deadline);
        }
        return waiting(call, deadline, state);
    }

    private static StepOutcome waiting(StepCall call, Instant deadline, Map<String, Object> state) {
        return new StepOutcome.Waiting(
                deadline, state, call.config().containsKey(CHAT) ? ApprovalQuestions.replyTo(call.effectId()) : null);
    }

    private static StepOutcome rejected(StepCall call, List<Said> said, String message) {
        return call.text("on_reject").orElse("fail").equals("continue")
                ? new StepOutcome.Completed(output(false, said))
                : new StepOutcome.Failed(FailureKind.REJECTED, message);
    }

    private static Map<String, Object> output(boolean approved, List<Said> said) {
        List<Map<String, Object>> decisions = said.stream()
                .map(one -> {
                    Map<String, Object> decision = new LinkedHashMap<>();
                    decision.put("user_id", one.userId());
                    decision.put("decision", one.decision());
                    decision.put("comment", one.comment() == null ? "" : one.comment());
                    return decision;
                })
                .toList();
        return Map.of("approved", approved, "decisions", decisions);
    }
}
