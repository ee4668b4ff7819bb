/** What a notification says, and the page that it is about. */
import type { Schemas } from "../api/client";
import type { Organization } from "../app/organizations";
import { browserName } from "../parts/browser-name";
import { named } from "../text/translate";

type Notification = Schemas["Notification"];

export function said(one: Notification): string {
    const agent = text(one, "user_agent");
    const name = ["filename", "name", "organization"].map(key => text(one, key)).find(Boolean) ?? (agent ? browserName(agent) : "—");
    const unit = named("caps.units", text(one, "unit"));
    const period = named("caps.periods", text(one, "period"));
    return named("notification", one.kind, { name, unit, period });
}

/** Undefined where there is no such page, or the reader is no member of its organization any more. */
export function target(one: Notification, organizations: readonly Organization[], here: Organization): string | undefined {
    const organization = one.organization_id === null ? here : organizations.find(known => known.id === one.organization_id);
    const path = organization && pathOf(one);
    return path && `/o/${encodeURIComponent(organization.slug)}/${path}`;
}

function pathOf(one: Notification): string | undefined {
    const base = text(one, "knowledge_base_id");
    switch (one.kind) {
        case "mention":
        case "reply":
            return `ask/${text(one, "chat_id")}?message=${text(one, "message_id")}`;
        case "chat_shared":
            return `ask/${text(one, "chat_id")}`;
        case "document_read":
        case "document_failed":
            return `knowledge/${base}/documents/${text(one, "document_id")}`;
        case "reindex_done":
        case "reindex_failed":
            return `knowledge/${base}/reindex`;
        case "approval":
            return "workflows/approvals";
        case "budget":
        case "cap":
        case "subscription_ends":
        case "subscription_ended":
            return "administration/usage";
        case "key_expires":
            return "administration/keys";
        case "sign_in":
            return "account";
        default:
            return undefined;
    }
}

function text(one: Notification, key: string): string {
    const value: unknown = one.content[key];
    return typeof value === "string" ? value : "";
}
