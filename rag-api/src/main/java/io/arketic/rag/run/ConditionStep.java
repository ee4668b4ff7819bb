package io.arketic.rag.run;

import io.arketic.rag.workflow.FailureKind;
import io.arketic.rag.workflow.InlineStep;
import io.arketic.rag.workflow.StepCall;
import io.arketic.rag.workflow.StepFailure;
import io.arketic.rag.workflow.StepField;
import io.arketic.rag.workflow.StepOutcome;
import io.arketic.rag.workflow.StepSpec;
import java.util.Map;
import org.springframework.stereotype.Component;

/** {@code condition}: what depends on it is skipped where it is false, unless that has a condition of its own. */
@Component
class ConditionStep implements InlineStep {

    static final String NAME = "condition";
    static final String RESULT = "result";

    private static final StepSpec SPEC = StepSpec.of(
            NAME,
            "Gives result, true or false. Steps that depend on it are skipped where it is false, unless they have a condition"
                    + " of their own.",
            StepField.required("expression", StepField.Kind.TEST, "An expression that gives true or false"));

    @Override
    public StepSpec spec() {
        return SPEC;
    }

    @Override
    public StepOutcome run(StepCall call) {
        if (call.config().get("expression") instanceof Boolean result) {
            return new StepOutcome.Completed(Map.of(RESULT, result));
        }
        throw new StepFailure(FailureKind.INVALID, "expression gives neither true nor false");
    }
}
