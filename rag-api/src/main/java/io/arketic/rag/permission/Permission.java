package io.arketic.rag.permission;

import static io.arketic.rag.permission.Audience.ADMIN;
import static io.arketic.rag.permission.Audience.ANYONE;
import static io.arketic.rag.permission.Audience.DIRECTORY;
import static io.arketic.rag.permission.Audience.MEMBER;
import static io.arketic.rag.permission.Audience.OWNER;
import static io.arketic.rag.permission.Audience.SUPER_ADMIN;
import static io.arketic.rag.permission.Audience.SYSTEM_ADMIN;
import static io.arketic.rag.permission.Audience.USER;
import static io.arketic.rag.permission.Audience.VIEWER;

import org.jspecify.annotations.Nullable;

/**
 * Lists what each role may do. Endpoints enforce it through {@link Requires}; infra/docs/permissions.md is generated
 * from it.
 */
public enum Permission {
    ACCOUNT_OPEN(
            ANYONE, null, "Register, verify an address, log in, refresh and end sessions, ask for another password"),
    INVITATION_READ(ANYONE, null, "See what an invitation's token opens"),
    LINK_OPEN(ANYONE, null, "Open a citation's link, as long as its asker may read the document"),
    PUBLIC_LINK_OPEN(ANYONE, null, "Open a public link to a file of the drive"),
    KNOWLEDGE_PUBLIC(ANYONE, null, "See, read, search and ask a public knowledge base by its address or its name"),
    APPROVAL_OPEN(
            ANYONE,
            null,
            "See and decide what a workflow asks, by the link of a mail, in the name of the member asked"),
    NOTIFICATION_MAILS_END(ANYONE, null, "End the mails of one's notifications, by the signed address of one of them"),
    HOOK_DELIVER(ANYONE, null, "Start a workflow by the address of its webhook, with a signature"),
    SIGN_IN(ANYONE, null, "Sign in through an identity provider"),
    SIGN_OUT_REPORT(ANYONE, null, "Report, as an identity provider with its signature, that sessions have ended"),
    ACCOUNT_OWN(
            USER,
            null,
            "See, change, export and erase one's own account, with profile, preferences, password, second factor, sessions,"
                    + " personal tokens and provider keys"),
    NOTIFICATIONS(USER, null, "See one's own notifications, and mark them read"),
    ACCOUNTS_READ(SYSTEM_ADMIN, null, "See every account"),
    OPERATIONS_READ(SYSTEM_ADMIN, null, "See the health and the work in the background"),
    ACCOUNTS_ADMINISTER(SUPER_ADMIN, null, "Suspend accounts and give system roles"),
    API_KEYS_ADMINISTER(ADMIN, null, "See, make and revoke the organization's API keys"),
    PROVIDER_KEYS_ADMINISTER(ADMIN, null, "See, leave, replace and delete the organization's keys of model providers"),
    ORGANIZATION_CREATE(USER, null, "Create an organization, and own it (but not with the system role viewer)"),
    ORGANIZATION_LIST(USER, null, "List the organizations one belongs to"),
    INVITATION_ACCEPT(USER, null, "Accept an invitation to one's own address"),
    ORGANIZATION_READ(VIEWER, Scope.READ, "See the organization, its members, limits and use"),
    ORGANIZATION_LEAVE(VIEWER, null, "Leave the organization"),
    KNOWLEDGE_READ(VIEWER, Scope.READ, "See knowledge bases, documents, texts, chunks, originals and progress"),
    KNOWLEDGE_SEARCH(VIEWER, Scope.SEARCH, "Search knowledge bases"),
    DOCUMENT_READ(VIEWER, Scope.READ, "See, list and download the drive's folders, files and versions"),
    CHAT_READ(VIEWER, Scope.READ, "Read chats"),
    CHAT_TAKE_PART(
            VIEWER, Scope.CHAT, "Join, leave and mute chats, mark them read, and do what one's role in a chat allows"),
    WORKFLOW_READ(VIEWER, Scope.READ, "See workflows, their versions and their runs"),
    KNOWLEDGE_EXPORT(MEMBER, Scope.READ, "Export a knowledge base as an archive, as far as one sees it"),
    KNOWLEDGE_WRITE(MEMBER, Scope.WRITE, "Create, change and import knowledge bases; upload and delete documents"),
    DOCUMENT_WRITE(
            MEMBER,
            Scope.WRITE,
            "Upload to the drive, make folders, move, rename and restore; delete one's own, as an admin also others'"),
    CHAT_WRITE(MEMBER, Scope.CHAT, "Start and change chats, write messages, ask"),
    WORKFLOW_WRITE(
            MEMBER,
            Scope.WRITE,
            "Make, change, activate and archive workflows; start, stop and repeat their runs, with one's own rights"),
    WORKFLOW_DECIDE(MEMBER, null, "Approve or reject what a workflow asks oneself or one's role"),
    KNOWLEDGE_REMOVE(ADMIN, null, "Remove knowledge bases"),
    ORGANIZATION_CHANGE(ADMIN, null, "Change the organization's name and description"),
    SETTINGS_READ(ADMIN, null, "See the organization's settings"),
    SETTINGS_CHANGE(ADMIN, null, "Change the organization's settings"),
    SIGN_IN_READ(ADMIN, null, "See the organization's identity provider and domains"),
    SIGN_IN_CHANGE(
            OWNER,
            null,
            "Choose the organization's identity provider, verify its domains, and unlink accounts: the provider opens"
                    + " every account with an address of these domains"),
    SCIM_TOKENS_ADMINISTER(
            OWNER,
            null,
            "See, make, replace and revoke the SCIM tokens of the organization, which add and remove members"),
    DIRECTORY_PROVISION(DIRECTORY, null, "Add, change and remove members and groups over SCIM"),
    MEMBERS_CHANGE(ADMIN, null, "Change roles and remove members; owners' only as an owner"),
    GROUPS_CHANGE(ADMIN, null, "Make, rename and delete groups, and choose their members"),
    WORKFLOW_SECRETS(ADMIN, null, "Keep, replace and delete the secrets that workflows refer to"),
    PUBLIC_LINKS_ADMINISTER(ADMIN, null, "See and revoke all public links to files of the organization"),
    USAGE_READ(ADMIN, null, "See use and cost by person, group, model, knowledge base and day, and the caps"),
    CAPS_CHANGE(OWNER, null, "Set caps on requests, tokens and cost"),
    INVITATIONS(ADMIN, null, "Invite, list and call back invitations; owners only as an owner"),
    AUDIT_READ(ADMIN, null, "Read and export the audit log"),
    ORGANIZATION_EXPORT(OWNER, null, "Export what the organization owns"),
    OWNERSHIP_TRANSFER(OWNER, null, "Hand the organization to another member"),
    ORGANIZATION_REMOVE(OWNER, null, "Remove the organization with all that it owns"),
    SUBSCRIPTION_CHANGE(SUPER_ADMIN, null, "See and change an organization's tier, limits and expiry");

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

    /** Returns the scope that an API key needs; null for what only users may do. */
    public @Nullable Scope scope() {
        return scope;
    }

    public String description() {
        return description;
    }

    /** Returns whether it ends with the organization's trial or subscription. */
    public boolean needsSubscription() {
        return switch (this) {
            case KNOWLEDGE_SEARCH, KNOWLEDGE_WRITE, DOCUMENT_WRITE, CHAT_WRITE, WORKFLOW_WRITE, INVITATIONS -> true;
            default -> false;
        };
    }

    /** Returns whether a member of {@code role} may; always true if no role in an organization is required. */
    public boolean allows(Role role) {
        return audience.includes(role);
    }
}
