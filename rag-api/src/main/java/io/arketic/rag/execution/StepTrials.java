package io.arketic.rag.execution;

import io.arketic.rag.attendance.Cancellation;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.run.StepActions;
import io.arketic.rag.run.StepRun;
import io.arketic.rag.workflow.Definition.Action;
import io.arketic.rag.workflow.FailureKind;
import io.arketic.rag.workflow.InlineStep;
import io.arketic.rag.workflow.OutsideStep;
import io.arketic.rag.workflow.StepCall;
import io.arketic.rag.workflow.StepFailure;
import io.arketic.rag.workflow.StepOutcome;
import io.arketic.rag.workflow.StepType;
import io.arketic.rag.workflow.StepTypes;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Steps outside of any run. */
@Component
class StepTrials {

    private final Transactions transactions;
    private final StepActions actions;
    private final StepTypes types;

    StepTrials(Transactions transactions, StepActions actions, StepTypes types) {
        this.transactions = transactions;
        this.actions = actions;
        this.types = types;
    }

    /** @throws StepFailure where the step would change something */
    StepOutcome run(
            Membership membership,
            Action action,
            Map<String, Object> variables,
            Duration timeout,
            Cancellation cancellation) {
        UUID none = new UUID(0, 0);
        StepRun draft = StepRun.draft(none, none, "trial", UUID.randomUUID());
        StepCall call = actions.call(membership, draft, action, variables, timeout);
        StepType type = types.require(action.type());
        if (type instanceof InlineStep inline) {
            return inline.run(call);
        }
        if (type instanceof OutsideStep outside && outside.reads(call)) {
            transactions.execute(membership.context(), sql -> outside.charge(sql, call));
            try {
                StepOutcome outcome = outside.run(call, cancellation);
                transactions.execute(membership.context(), sql -> outside.settle(sql, call, outcome));
                return outcome;
            } catch (RuntimeException failure) {
                StepOutcome failed = StepActions.failed(failure);
                transactions.execute(membership.context(), sql -> outside.settle(sql, call, failed));
                throw failure;
            }
        }
        throw new StepFailure(FailureKind.REFUSED, "A step with an effect is not tried alone");
    }
}
