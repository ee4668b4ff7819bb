package io.arketic.rag.chat;

import io.arketic.rag.letter.Letter;
import io.arketic.rag.letter.Letters;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.workflow.FailureKind;
import io.arketic.rag.workflow.OwnStep;
import io.arketic.rag.workflow.StepCall;
import io.arketic.rag.workflow.StepFailure;
import io.arketic.rag.workflow.StepField;
import io.arketic.rag.workflow.StepOutcome;
import io.arketic.rag.workflow.StepSpec;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * {@code send_message}: writes into a chat as the acting member, or a mail to members. The message and the letters commit with
 * the step; letters are delivered afterwards.
 */
@Component
class SendMessageStep implements OwnStep {

    private static final int LONGEST_MAIL = 200_000;
    private static final String CHAT = "chat_id";
    private static final String MAIL_TO = "mail_to";
    private static final StepSpec SPEC = StepSpec.of(
                    "send_message",
                    "Writes into a chat, as the member whose rights the run has, and gives message_id; or sends a mail to members,"
                            + " and gives letters.",
                    StepField.optional(CHAT, StepField.Kind.ID, "Of a chat that the member may write in"),
                    StepField.optional(
                            MAIL_TO, StepField.Kind.LIST, "Ids of members, who each get a mail; at most 100"),
                    StepField.optional("subject", StepField.Kind.TEXT, "Of the mail"),
                    StepField.required("content", StepField.Kind.TEXT, "What it says"))
            .oneOf(CHAT, MAIL_TO);

    private final Memberships memberships;
    private final Letters letters;

    SendMessageStep(Memberships memberships, Letters letters) {
        this.memberships = memberships;
        this.letters = letters;
    }

    @Override
    public StepSpec spec() {
        return SPEC;
    }

    @Override
    public StepOutcome run(JdbcClient sql, StepCall call) {
        call.require(Permission.CHAT_WRITE);
        if (call.config().containsKey(MAIL_TO)) {
            return mail(sql, call);
        }
        UUID id = call.effectId();
        ChatPosts.post(sql, call.membership(), call.requireId(CHAT), id, call.requireText("content"));
        return new StepOutcome.Completed(Map.of("message_id", id.toString()));
    }

    private StepOutcome mail(JdbcClient sql, StepCall call) {
        String content = call.requireText("content").strip();
        List<UUID> receivers = call.ids(MAIL_TO).stream().distinct().toList();
        if (content.isEmpty() || content.length() > LONGEST_MAIL) {
            throw new StepFailure(FailureKind.INVALID, "content must have 1 to " + LONGEST_MAIL + " characters");
        }
        if (receivers.isEmpty() || receivers.size() > Letters.MOST_RECEIVERS) {
            throw new StepFailure(FailureKind.INVALID, "mail_to needs 1 to " + Letters.MOST_RECEIVERS + " members");
        }
        UUID organization = call.membership().organizationId();
        for (UUID receiver : receivers) {
            if (memberships.find(sql, organization, receiver).isEmpty()) {
                throw new StepFailure(FailureKind.REFUSED, "mail_to names an account that is no member");
            }
        }
        String subject = call.text("subject").orElse("A message of a workflow");
        List<String> sent = receivers.stream()
                .map(receiver -> letters.send(
                                sql, new Letter(call.executionId(), call.step(), receiver, subject, content, null))
                        .toString())
                .toList();
        return new StepOutcome.Completed(Map.of("letters", sent));
    }
}
