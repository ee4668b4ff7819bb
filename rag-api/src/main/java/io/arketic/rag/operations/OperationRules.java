package io.arketic.rag.operations;

import io.arketic.rag.permission.Audience;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.swagger.v3.oas.models.Operation;
import java.util.List;
import java.util.Locale;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;

/** Lets the documentation of each operation say who may call it, as the code that enforces it has it. */
@Component
class OperationRules implements OperationCustomizer {

    @Override
    public Operation customize(Operation operation, HandlerMethod handler) {
        Requires requires = handler.getMethodAnnotation(Requires.class);
        if (requires == null) {
            return operation;
        }
        Permission permission = requires.value();
        operation.addExtension("x-permission", permission.name().toLowerCase(Locale.ROOT));
        String said = operation.getDescription();
        operation.setDescription((said == null ? "" : said + "\n\n") + who(permission.audience()));
        if (permission.audience() == Audience.ANYONE) {
            operation.setSecurity(List.of());
        }
        return operation;
    }

    private static String who(Audience audience) {
        return switch (audience) {
            case ANYONE -> "Needs no token.";
            case USER -> "For every account.";
            case VIEWER, MEMBER, ADMIN ->
                "For members of the organization from the role `"
                        + audience.name().toLowerCase(Locale.ROOT) + "` up.";
            case OWNER -> "For owners of the organization.";
            case SYSTEM_ADMIN -> "For the system roles `admin` and `super_admin`.";
            case SUPER_ADMIN -> "For the system role `super_admin`.";
        };
    }
}
