package io.arketic.rag.caller;

import io.arketic.rag.caller.Identity.Credential;
import io.arketic.rag.permission.Audience;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.permission.Scope;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.EnumSet;
import java.util.Set;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Checks an endpoint's requirements that are known before it runs: the system role, and the scopes of a program. The
 * role in the organization is checked when the organization is known.
 */
final class PermissionInterceptor implements HandlerInterceptor {

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        Requires requires = handler instanceof HandlerMethod method ? method.getMethodAnnotation(Requires.class) : null;
        if (requires != null
                && requires.value().audience() != Audience.ANYONE
                && SecurityContextHolder.getContext().getAuthentication() instanceof CallerAuthentication known) {
            require(known.getPrincipal(), requires.value());
        }
        return true;
    }

    static void require(Identity identity, Permission permission) {
        SystemRole role = identity.systemRole();
        boolean allowed = switch (permission.audience()) {
            case SUPER_ADMIN -> role == SystemRole.SUPER_ADMIN;
            case SYSTEM_ADMIN ->
                EnumSet.of(SystemRole.SUPER_ADMIN, SystemRole.ADMIN).contains(role);
            case DIRECTORY -> false;
            case ANYONE, USER, VIEWER, MEMBER, ADMIN, OWNER ->
                permission != Permission.ORGANIZATION_CREATE || role.mayWrite();
        };
        if (!allowed) {
            throw new ProblemException(
                    ProblemReason.FORBIDDEN, "The system role " + role.label() + " may not do this.");
        }
        if (identity.credential() instanceof Credential.ApiKey key) {
            require("API key", key.scopes(), permission);
        } else if (identity.credential() instanceof Credential.PersonalToken token) {
            require("personal token", token.scopes(), permission);
        }
    }

    private static void require(String program, Set<Scope> scopes, Permission permission) {
        Scope scope = permission.scope();
        if (scope == null) {
            throw new ProblemException(ProblemReason.FORBIDDEN, "Only users may do this, not " + program + "s.");
        }
        if (!scopes.contains(scope)) {
            throw new ProblemException(
                    ProblemReason.FORBIDDEN, "The " + program + " lacks the scope " + scope.label() + ".");
        }
    }
}
