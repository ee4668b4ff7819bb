package io.arketic.rag.permission;

import static io.arketic.rag.permission.Audience.ANYONE;
import static io.arketic.rag.permission.Audience.MEMBER;
import static io.arketic.rag.permission.Audience.USER;
import static io.arketic.rag.permission.Audience.VIEWER;

import org.jspecify.annotations.Nullable;

/** The table of what each role may do. Endpoints enforce it through {@link Requires}; README's table is made from it. */
public enum Permission {
    ACCOUNT_OPEN(ANYONE, null, "Register, log in, refresh and end tokens"),
    ACCOUNT_OWN(USER, null, "See one's own account"),
    ORGANIZATION_CREATE(USER, null, "Create an organization, and own it"),
    ORGANIZATION_LIST(USER, null, "List the organizations one belongs to"),
    ORGANIZATION_READ(VIEWER, Scope.READ, "See the organization"),
    KNOWLEDGE_READ(VIEWER, Scope.READ, "See knowledge bases, documents, texts, chunks, originals and progress"),
    KNOWLEDGE_SEARCH(VIEWER, Scope.SEARCH, "Search knowledge bases"),
    CHAT_READ(VIEWER, Scope.READ, "Read chats"),
    KNOWLEDGE_WRITE(MEMBER, Scope.WRITE, "Create and change knowledge bases; upload and delete documents"),
    CHAT_WRITE(MEMBER, Scope.CHAT, "Start chats and ask");

    private final Audience audience;
    private final @Nullable Scope scope;
    private final String description;

    Permission(Audience audience, @Nullable Scope scope, String description) {
        this.audience = audience;
        this.scope = scope;
        this.description = description;
    }

    public Audience audience() {
        return audience;
    }

    /** What an API key must be allowed; null for what only people may do. */
    public @Nullable Scope scope() {
        return scope;
    }

    public String description() {
        return description;
    }

    /** Whether a member of {@code role} may; always true where no role in an organization is asked for. */
    public boolean allows(Role role) {
        return audience.includes(role);
    }
}
