package io.arketic.rag.approval;

import io.arketic.rag.connection.RequestThreads;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.letter.Letters;
import io.arketic.rag.letter.Letters.Question;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.run.ExecutionRow;
import io.arketic.rag.run.ExecutionRows;
import io.arketic.rag.run.StepRun;
import io.arketic.schema.tenancy.TenantContext;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Serves {@code /approvals/{token}}, the links of mails that ask. Opening one changes nothing, because mail programs open links
 * by themselves; a button decides.
 */
@RestController
@RequestMapping("/api/v1/approvals/{token}")
class ApprovalLinkController {

    /**
     * What a link asks.
     *
     * @param theme that the member prefers: {@code light}, {@code dark} or {@code system}
     * @param decision of the member; null before
     */
    record ApprovalQuestion(
            String workflow,
            int executionNumber,
            String step,
            String message,
            String theme,
            @Nullable String decision) {}

    private static final String HTML = MediaType.TEXT_HTML_VALUE;

    private final Transactions transactions;
    private final Memberships memberships;
    private final Letters letters;
    private final ExecutionRows rows;
    private final ApprovalDecisions decisions;

    ApprovalLinkController(
            Transactions transactions,
            Memberships memberships,
            Letters letters,
            ExecutionRows rows,
            ApprovalDecisions decisions) {
        this.transactions = transactions;
        this.memberships = memberships;
        this.letters = letters;
        this.rows = rows;
        this.decisions = decisions;
    }

    @Operation(
            summary = "See what a workflow asks by mail",
            description = "A browser gets a page. The link is open while the step waits and its member may decide.")
    @Requires(Permission.APPROVAL_OPEN)
    @GetMapping
    ApprovalQuestion see(@PathVariable String token) {
        return asked(token, (sql, asked) -> asked.shown(null));
    }

    @Operation(
            summary = "Approve or reject what a workflow asks by mail",
            description = "It decides in the name of the member that got the mail; the first decision counts.")
    @Requires(Permission.APPROVAL_OPEN)
    @PostMapping
    ApprovalQuestion decide(
            @PathVariable String token,
            @RequestParam @Pattern(regexp = "approve|reject", message = "must be approve or reject") String decision,
            @RequestParam(required = false) @Nullable @Size(max = 2000) String comment) {
        return asked(token, (sql, asked) -> {
            decisions.decide(sql, asked.run(), asked.step(), asked.membership(), decision, comment);
            return asked.shown(decision);
        });
    }

    @Operation(hidden = true)
    @Requires(Permission.APPROVAL_OPEN)
    @GetMapping(produces = HTML)
    ResponseEntity<String> page(HttpServletResponse response, @PathVariable String token) {
        response.setHeader("Content-Security-Policy", ApprovalPage.POLICY);
        try {
            return ApprovalPage.of(see(token));
        } catch (ProblemException closed) {
            return ApprovalPage.of(closed);
        }
    }

    @Operation(hidden = true)
    @Requires(Permission.APPROVAL_OPEN)
    @PostMapping(produces = HTML)
    ResponseEntity<String> press(
            HttpServletResponse response,
            @PathVariable String token,
            @RequestParam @Pattern(regexp = "approve|reject", message = "must be approve or reject") String decision,
            @RequestParam(required = false) @Nullable @Size(max = 2000) String comment) {
        response.setHeader("Content-Security-Policy", ApprovalPage.POLICY);
        try {
            return ApprovalPage.of(decide(token, decision, comment));
        } catch (ProblemException closed) {
            return ApprovalPage.of(closed);
        }
    }

    /** The name of the workflow that asks, and the theme that its member prefers. */
    private record Workflow(String name, String theme) {}

    /** A question whose step waits, and the member that it is put to. The run's row is locked. */
    private record Asked(Membership membership, ExecutionRow run, String step, Workflow workflow, String message) {

        ApprovalQuestion shown(@Nullable String decision) {
            return new ApprovalQuestion(workflow.name(), run.number(), step, message, workflow.theme(), decision);
        }
    }

    private <T> T asked(String token, BiFunction<JdbcClient, Asked, T> work) {
        Question question = letters.question(token).orElseThrow(ApprovalLinkController::closed);
        RequestThreads.belongsTo(question.organizationId());
        return transactions.run(TenantContext.of(question.organizationId(), question.userId()), sql -> {
            Membership membership = memberships
                    .find(sql, question.organizationId(), question.userId())
                    .filter(member -> Permission.WORKFLOW_DECIDE.allows(member.role()))
                    .orElseThrow(ApprovalLinkController::closed);
            ExecutionRow run = rows.lock(sql, question.executionId())
                    .filter(locked -> !locked.ended())
                    .orElseThrow(ApprovalLinkController::closed);
            StepRun step = decisions.waiting(sql, run, question.step());
            Workflow workflow = sql.sql("""
                            SELECT w.name, coalesce(p.theme, 'system') AS theme
                            FROM workflows w LEFT JOIN user_preferences p ON p.user_id = :user
                            WHERE w.id = :id""")
                    .param("id", run.workflowId())
                    .param("user", question.userId())
                    .query((row, number) -> new Workflow(row.getString("name"), row.getString("theme")))
                    .single();
            String message =
                    String.valueOf(step.state() == null ? "" : step.state().get("message"));
            return work.apply(sql, new Asked(membership, run, question.step(), workflow, message));
        });
    }

    private static ProblemException closed() {
        return ProblemException.notFound("open question of this link");
    }
}
