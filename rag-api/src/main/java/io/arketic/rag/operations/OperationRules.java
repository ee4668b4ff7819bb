package io.arketic.rag.operations;

import io.arketic.rag.permission.Audience;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.swagger.v3.oas.models.Operation;
import java.util.List;
import java.util.Locale;
import org.springdoc.core.customizers.GlobalOperationCustomizer;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.method.HandlerMethod;

/** Documents which callers each operation allows, from the code that enforces it. */
@Component
class OperationRules implements GlobalOperationCustomizer {

    @Override
    public Operation customize(Operation operation, HandlerMethod handler) {
        if (answersWhole(handler)) {
            operation.setOperationId(name(handler));
        }
        Requires requires = handler.getMethodAnnotation(Requires.class);
        if (requires == null) {
            return operation;
        }
        Permission permission = requires.value();
        operation.addExtension("x-permission", permission.name().toLowerCase(Locale.ROOT));
        String said = operation.getDescription();
        operation.setDescription((said == null ? "" : said + "\n\n") + callers(permission.audience()));
        if (permission.audience() == Audience.ANYONE) {
            operation.setSecurity(List.of());
        }
        return operation;
    }

    /** Names an operation by feature and verb, for example {@code chatCreate}: a new endpoint renames no other. */
    private static String name(HandlerMethod handler) {
        String feature = handler.getBeanType().getSimpleName().replace("Controller", "");
        String verb = handler.getMethod().getName();
        if (verb.startsWith(feature.toLowerCase(Locale.ROOT))) {
            return verb;
        }
        return feature.substring(0, 1).toLowerCase(Locale.ROOT)
                + feature.substring(1)
                + verb.substring(0, 1).toUpperCase(Locale.ROOT)
                + verb.substring(1);
    }

    /** Returns false for a method with events or plain text whose address also has one with JSON. */
    private static boolean answersWhole(HandlerMethod handler) {
        RequestMapping mapped = handler.getMethodAnnotation(RequestMapping.class);
        List<String> produced = mapped == null ? List.of() : List.of(mapped.produces());
        return produced.isEmpty() || produced.contains(MediaType.APPLICATION_JSON_VALUE);
    }

    private static String callers(Audience audience) {
        return switch (audience) {
            case ANYONE -> "Needs no token.";
            case USER -> "For every account.";
            case VIEWER, MEMBER, ADMIN ->
                "For members of the organization from the role `"
                        + audience.name().toLowerCase(Locale.ROOT) + "` up.";
            case OWNER -> "For owners of the organization.";
            case SYSTEM_ADMIN -> "For the system roles `admin` and `super_admin`.";
            case SUPER_ADMIN -> "For the system role `super_admin`.";
            case DIRECTORY -> "For a SCIM token of the organization.";
        };
    }
}
