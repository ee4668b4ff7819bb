package io.arketic.rag.chat;

import io.arketic.rag.permission.Permission;
import io.arketic.rag.workflow.FailureKind;
import io.arketic.rag.workflow.OwnStep;
import io.arketic.rag.workflow.StepCall;
import io.arketic.rag.workflow.StepFailure;
import io.arketic.rag.workflow.StepField;
import io.arketic.rag.workflow.StepOutcome;
import io.arketic.rag.workflow.StepSpec;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** {@code send_message}: writes into a chat as the acting member. The message commits with the step. */
@Component
class SendMessageStep implements OwnStep {

    private static final int LONGEST = 32_000;
    private static final StepSpec SPEC = StepSpec.of(
            "send_message",
            "Writes into a chat, as the member whose rights the run has. Gives message_id.",
            StepField.required("chat_id", StepField.Kind.ID, "Of a chat that the member may write in"),
            StepField.required("content", StepField.Kind.TEXT, "What it says"));

    @Override
    public StepSpec spec() {
        return SPEC;
    }

    @Override
    public StepOutcome run(JdbcClient sql, StepCall call) {
        call.require(Permission.CHAT_WRITE);
        String content = call.requireText("content").replace("\0", "").strip();
        if (content.isEmpty() || content.length() > LONGEST) {
            throw new StepFailure(FailureKind.INVALID, "content must have 1 to " + LONGEST + " characters");
        }
        Chat chat = Chats.find(sql, call.requireId("chat_id"))
                .orElseThrow(() -> new StepFailure(FailureKind.REFUSED, "There is no such chat for the member"));
        UUID id = call.effectId();
        Messages.insert(sql, new ChatAccess(call.membership(), chat), id, content, null);
        return new StepOutcome.Completed(Map.of("message_id", id.toString()));
    }
}
