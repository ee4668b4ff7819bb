package io.arketic.rag.run;

import io.arketic.rag.workflow.InlineStep;
import io.arketic.rag.workflow.StepCall;
import io.arketic.rag.workflow.StepField;
import io.arketic.rag.workflow.StepOutcome;
import io.arketic.rag.workflow.StepSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/** {@code transform}: what its configuration gives once its templates are filled in. */
@Component
class TransformStep implements InlineStep {

    private static final StepSpec SPEC = StepSpec.of(
            "transform",
            "Gives the value of output. An object is the step's output itself, another value is in its field value.",
            StepField.required("output", StepField.Kind.ANY, "Any value, with templates in its texts"));

    @Override
    public StepSpec spec() {
        return SPEC;
    }

    @Override
    public StepOutcome run(StepCall call) {
        Object output = call.config().get("output");
        Map<String, Object> result = new LinkedHashMap<>();
        if (output instanceof Map<?, ?> map) {
            map.forEach((key, value) -> result.put(String.valueOf(key), value));
        } else if (output != null) {
            result.put("value", output);
        }
        return new StepOutcome.Completed(result);
    }
}
