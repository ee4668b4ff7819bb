package io.arketic.rag.approval;

import io.arketic.rag.chat.ChatPosts;
import io.arketic.rag.letter.Letter;
import io.arketic.rag.letter.Letters;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.workflow.FailureKind;
import io.arketic.rag.workflow.StepCall;
import io.arketic.rag.workflow.StepFailure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Asks the members that may decide, in a chat and by mail. What it sends commits with the step. */
@Component
class ApprovalQuestions {

    private final Memberships memberships;
    private final Letters letters;

    ApprovalQuestions(Memberships memberships, Letters letters) {
        this.memberships = memberships;
        this.letters = letters;
    }

    /** Returns the event of a reply to a message. */
    static String replyTo(UUID message) {
        return "reply/" + message.toString().replace("-", "");
    }

    /** Writes the question into a chat. Its message has the id of the step's effect. */
    void post(JdbcClient sql, StepCall call, UUID chat, String message) {
        ChatPosts.post(
                sql,
                call.membership(),
                chat,
                call.effectId(),
                question(sql, call, message) + "\n\nReply to this message with “approve” or “reject”.");
    }

    /** Sends the question to each member that may decide; its link ends with the question. */
    void mail(JdbcClient sql, StepCall call, Map<String, Object> state, String message, Instant until) {
        List<UUID> asked = asked(sql, call, state);
        if (asked.isEmpty()) {
            throw new StepFailure(FailureKind.INVALID, "There is no member that may decide");
        }
        if (asked.size() > Letters.MOST_RECEIVERS) {
            throw new StepFailure(
                    FailureKind.INVALID,
                    asked.size() + " members may decide; mail asks at most " + Letters.MOST_RECEIVERS
                            + ": name them in users");
        }
        String content = question(sql, call, message);
        asked.forEach(member -> letters.send(
                sql,
                new Letter(
                        call.executionId(), call.step(), member, "A workflow asks for your decision", content, until)));
    }

    private List<UUID> asked(JdbcClient sql, StepCall call, Map<String, Object> state) {
        Membership acting = call.membership();
        List<UUID> asked = new ArrayList<>();
        sql.sql(
                        "SELECT user_id FROM organization_members WHERE is_active AND organization_id = :organization ORDER BY id")
                .param("organization", acting.organizationId())
                .query(UUID.class)
                .list()
                .forEach(member -> memberships
                        .find(sql, acting.organizationId(), member)
                        .filter(found -> ApprovalStep.mayDecide(state, found, acting.userId()))
                        .ifPresent(found -> asked.add(member)));
        return asked;
    }

    private static String question(JdbcClient sql, StepCall call, String message) {
        String workflow =
                sql.sql("""
                        SELECT w.name || ', run ' || e.execution_number
                        FROM workflow_executions e JOIN workflows w ON w.id = e.workflow_id WHERE e.id = :id""").param("id", call.executionId()).query(String.class).single();
        return "The workflow " + workflow + " asks for a decision:\n\n" + message;
    }
}
