package io.arketic.rag.workflow;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** The types of steps that the features of this deployment contribute. */
@Component
public class StepTypes {

    private final ObjectProvider<StepType> beans;
    private volatile Map<String, StepType> byName = Map.of();

    StepTypes(ObjectProvider<StepType> beans) {
        this.beans = beans;
    }

    public Optional<StepType> find(String name) {
        return Optional.ofNullable(types().get(name));
    }

    /** @throws StepFailure where no feature contributes it any longer */
    public StepType require(String name) {
        return find(name)
                .orElseThrow(() -> new StepFailure(FailureKind.INVALID, "There is no step type '" + name + "' here"));
    }

    public Collection<StepType> all() {
        return List.copyOf(types().values());
    }

    /** Looked up with the first use: a step may itself need what reads definitions. */
    private Map<String, StepType> types() {
        Map<String, StepType> known = byName;
        if (known.isEmpty()) {
            Map<String, StepType> found = new TreeMap<>();
            beans.forEach(type -> found.put(type.spec().name(), type));
            known = Collections.unmodifiableMap(found);
            byName = known;
        }
        return known;
    }
}
