package io.arketic.rag.permission;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Finds the permission of each operation from its handler. */
@Component
public class Rules {

    /** Holds a rule; {@code path} is a pattern, for example {@code /api/v1/chats/{chat}}. */
    public record Rule(HttpMethod method, String path, Permission permission) {}

    private static final String OURS = "io.arketic.";

    private final List<Rule> rules;

    Rules(@Qualifier("requestMappingHandlerMapping") RequestMappingHandlerMapping mapping) {
        List<Rule> found = new ArrayList<>();
        mapping.getHandlerMethods().forEach((info, handler) -> {
            if (handler.getBeanType().getName().startsWith(OURS)) {
                found.addAll(rules(info, handler));
            }
        });
        found.sort(Comparator.comparing(Rule::path)
                .thenComparing(rule -> rule.method().name()));
        rules = List.copyOf(found);
    }

    /** Returns all rules by path, then by method. */
    public List<Rule> all() {
        return rules;
    }

    /** Returns the operations without a token. */
    public List<Rule> open() {
        return rules.stream()
                .filter(rule -> rule.permission().audience() == Audience.ANYONE)
                .toList();
    }

    private static List<Rule> rules(RequestMappingInfo info, HandlerMethod handler) {
        Requires requires = handler.getMethodAnnotation(Requires.class);
        if (requires == null) {
            throw new IllegalStateException(
                    handler.getShortLogMessage() + " serves " + info + " and has no @Requires(Permission)");
        }
        List<Rule> found = new ArrayList<>();
        for (String path : info.getPatternValues()) {
            for (RequestMethod method : info.getMethodsCondition().getMethods()) {
                found.add(new Rule(method.asHttpMethod(), path, requires.value()));
            }
        }
        return found;
    }
}
