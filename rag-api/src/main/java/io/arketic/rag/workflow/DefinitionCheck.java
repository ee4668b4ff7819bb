package io.arketic.rag.workflow;

import io.arketic.rag.expression.Expression;
import io.arketic.rag.expression.ExpressionException;
import io.arketic.rag.expression.Expressions;
import io.arketic.rag.expression.TemplateText;
import io.arketic.rag.workflow.Definition.Action;
import io.arketic.rag.workflow.Definition.Step;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Checks a whole definition: its graph, its expressions, and the configuration of its steps. */
@Component
class DefinitionCheck {

    private static final Set<String> OF_AN_ITEM = Set.of("item", "index");

    /** They are found by the id of their step, which they must therefore have for themselves. */
    private static final Set<String> ALONE = Set.of("for_each", "approval");

    private final Expressions expressions;
    private final StepTypes types;

    DefinitionCheck(Expressions expressions, StepTypes types) {
        this.expressions = expressions;
        this.types = types;
    }

    void check(Definition definition, DefinitionFields root) {
        checkGraph(definition, root);
        Set<String> all = new HashSet<>();
        definition.steps().forEach(step -> all.add(step.id()));
        for (int at = 0; at < definition.steps().size(); at++) {
            Step step = definition.steps().get(at);
            String place = "steps[" + at + "]";
            Scope before = new Scope(definition.upstream(step), false);
            if (step.condition() != null) {
                test(root, place + ".condition", step.condition(), before);
                if (step.condition().strip().equals("false")) {
                    root.error(place + ".condition", "is never true: the step is never reached");
                }
            }
            action(root, place + ".config", step.action(), before);
            if (step.compensation() != null) {
                // It runs once everything has ended, and may read its own step's output.
                if (ALONE.contains(step.compensation().type())) {
                    root.error(place + ".compensate.type", "must be a step type other than for_each and approval");
                }
                action(root, place + ".compensate.config", step.compensation(), new Scope(all, false));
            }
        }
        if (definition.output() != null) {
            expression(root, "output", definition.output(), new Scope(all, false));
        }
        if (definition.trigger().filter() != null) {
            Expression filter =
                    test(root, "trigger.filter", definition.trigger().filter(), new Scope(Set.of(), false));
            if (filter != null && filter.variables().contains("input")) {
                root.error("trigger.filter", "reads input, which there is none of yet; it reads trigger");
            }
        }
    }

    /** @param steps that may be read */
    private record Scope(Set<String> steps, boolean ofAnItem) {}

    private static void checkGraph(Definition definition, DefinitionFields root) {
        Map<String, Integer> places = new HashMap<>();
        List<Step> steps = definition.steps();
        for (int at = 0; at < steps.size(); at++) {
            Integer before = places.putIfAbsent(steps.get(at).id(), at);
            if (before != null) {
                root.error("steps[" + at + "].id", "is that of steps[" + before + "], too");
            }
        }
        for (int at = 0; at < steps.size(); at++) {
            Step step = steps.get(at);
            for (int number = 0; number < step.dependsOn().size(); number++) {
                String id = step.dependsOn().get(number);
                String place = "steps[" + at + "].depends_on[" + number + "]";
                if (!places.containsKey(id)) {
                    root.error(place, "'" + id + "' is no step of this workflow");
                } else if (step.dependsOn().indexOf(id) < number) {
                    root.error(place, "'" + id + "' is named twice");
                }
            }
            Set<String> upstream = definition.upstream(step);
            if (upstream.contains(step.id())) {
                root.error("steps[" + at + "].depends_on", "'" + step.id() + "' depends on itself: a cycle");
            } else if (upstream.stream()
                    .anyMatch(before -> definition.step(before).stream()
                            .anyMatch(one -> definition.upstream(one).contains(one.id())))) {
                root.error("steps[" + at + "]", "is never reached: it depends on a cycle");
            }
        }
    }

    private void action(DefinitionFields root, String place, Action action, Scope scope) {
        StepType type = types.find(action.type()).orElse(null);
        if (type == null) {
            return;
        }
        Map<String, StepField> fields = new HashMap<>();
        type.spec().fields().forEach(field -> fields.put(field.name(), field));
        action.config().forEach((name, value) -> {
            StepField field = fields.get(name);
            if (field == null) {
                root.error(
                        place + "." + name,
                        "is no field of " + action.type() + "; there are "
                                + String.join(
                                        ", ", fields.keySet().stream().sorted().toList()));
            } else {
                field(root, place + "." + name, field, value, scope);
            }
        });
        fields.values().stream()
                .filter(field -> field.required() && !action.config().containsKey(field.name()))
                .forEach(field -> root.error(place + "." + field.name(), "is missing"));
        List<String> ways = type.spec().oneOf();
        long chosen = ways.stream().filter(action.config()::containsKey).count();
        if (!ways.isEmpty() && chosen != 1) {
            root.error(
                    place + "." + ways.get(0),
                    (chosen == 0 ? "is missing" : "is one too many") + "; give one of " + String.join(", ", ways));
        }
    }

    private void field(DefinitionFields root, String place, StepField field, Object value, Scope scope) {
        switch (field.kind()) {
            case EXPRESSION, TEST -> {
                if (!(value instanceof String text)) {
                    root.error(place, "must be an expression");
                } else if (field.kind() == StepField.Kind.TEST) {
                    test(root, place, text, scope);
                } else {
                    expression(root, place, text, scope);
                }
            }
            case STEP -> {
                DefinitionFields step = root.below(root.place(place), value);
                step.allow(Set.of("type", "config"));
                String type = step.text("type", 40);
                if (type == null || types.find(type).isEmpty() || ALONE.contains(type)) {
                    step.error("type", "must be a step type other than for_each and approval");
                } else {
                    action(
                            root,
                            place + ".config",
                            new Action(type, step.object("config")),
                            new Scope(scope.steps(), true));
                }
            }
            default -> {
                boolean fits = field.accepts(value) || value instanceof String text && isOneExpression(text);
                if (!fits) {
                    root.error(place, "must be " + field.wanted());
                }
                templates(root, place, value, scope);
            }
        }
    }

    private static boolean isOneExpression(String text) {
        return text.startsWith("{{") && text.endsWith("}}");
    }

    private void templates(DefinitionFields root, String place, @Nullable Object value, Scope scope) {
        if (value instanceof String text) {
            try {
                for (Expression expression : TemplateText.of(expressions, text).expressions()) {
                    references(root, place, expression, scope);
                }
            } catch (ExpressionException invalid) {
                root.error(place, String.valueOf(invalid.getMessage()));
            }
        } else if (value instanceof Map<?, ?> map) {
            map.forEach((key, entry) -> templates(root, place + "." + key, entry, scope));
        } else if (value instanceof List<?> list) {
            for (int at = 0; at < list.size(); at++) {
                templates(root, place + "[" + at + "]", list.get(at), scope);
            }
        }
    }

    private @Nullable Expression test(DefinitionFields root, String place, String text, Scope scope) {
        Expression expression = expression(root, place, text, scope);
        if (expression != null && !expression.mayBeBoolean()) {
            root.error(place, "must give true or false");
        }
        return expression;
    }

    private @Nullable Expression expression(DefinitionFields root, String place, String text, Scope scope) {
        try {
            Expression expression = expressions.compile(text);
            references(root, place, expression, scope);
            return expression;
        } catch (ExpressionException invalid) {
            root.error(place, String.valueOf(invalid.getMessage()));
            return null;
        }
    }

    private static void references(DefinitionFields root, String place, Expression expression, Scope scope) {
        if (expression.readsUnnamedSteps()) {
            root.error(place, "reads steps without the name of one: write steps.NAME");
        }
        expression.steps().stream()
                .filter(step -> !scope.steps().contains(step))
                .forEach(step -> root.error(place, "reads '" + step + "', which is no step before this one"));
        if (!scope.ofAnItem()) {
            expression.variables().stream()
                    .filter(OF_AN_ITEM::contains)
                    .forEach(name -> root.error(place, "reads " + name + ", which is there in a for_each's step only"));
        }
    }
}
