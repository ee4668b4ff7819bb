/** The title of a chat, the users that are there, and what its owners may change. */
import { useState } from "preact/hooks";
import { call, type Schemas } from "../api/client";
import { useAction } from "../api/load";
import { useMay, useWithin } from "../app/organizations";
import { go } from "../app/router";
import { Confirm } from "../parts/dialog";
import { Icon } from "../parts/icon";
import { Failure } from "../parts/state";
import { named, t } from "../text/translate";
import { ChatSettings } from "./chat-settings";
import { OwnPart } from "./participation";

interface ChatHeadProps {
    chat: Schemas["Chat"];
    people: Schemas["Participant"][];
    /** Their names. */
    present: string[];
    changed: () => void;
    left: () => void;
}

export function ChatHead({ chat, people, present, changed, left }: ChatHeadProps) {
    const within = useWithin();
    const member = useMay("member");
    const role = chat.participation?.role;
    const [open, setOpen] = useState<"settings" | "removal">();
    const joining = useAction();
    const shared = chat.chat_type !== "direct";
    return (
        <header class="head">
            <h1 class="cut" title={chat.title}>
                <bdi>{chat.title}</bdi>
            </h1>
            {shared && <span class="badge">{named("chat.type", chat.chat_type)}</span>}
            {present.length > 0 && (
                <span class="badge good presence" title={present.join(", ")}>
                    {present.length < 3 ? t("chat.present", { names: present.join(", "), count: present.length }) : t("chat.presentCount", { count: present.length })}
                </span>
            )}
            {chat.ai_model && <span class="badge">{chat.ai_model}</span>}
            {joining.problem && <Failure problem={joining.problem} />}
            {!chat.participation && chat.chat_type === "channel" && (
                <button type="button" class="primary" disabled={joining.busy} onClick={() => void joining.run(async () => (await call("post", "/chats/{chat}/participants", { path: { chat: chat.id }, body: {} }), changed()))}>
                    {t("chat.join")}
                </button>
            )}
            <OwnPart chat={chat} changed={changed} left={left} />
            {member && (role === "owner" || role === "admin") && (
                <button type="button" class="bare" aria-label={t("chat.settings")} title={t("chat.settings")} onClick={() => setOpen("settings")}>
                    <Icon name="edit" />
                </button>
            )}
            {member && role === "owner" && (
                <button type="button" class="bare" aria-label={t("ask.remove")} title={t("ask.remove")} onClick={() => setOpen("removal")}>
                    <Icon name="trash" />
                </button>
            )}
            {open === "settings" && <ChatSettings chat={chat} people={people} close={() => setOpen(undefined)} changed={changed} />}
            {open === "removal" && (
                <Confirm
                    title={t("ask.remove")}
                    what={t("ask.removeWhat", { title: chat.title })}
                    action={t("action.delete")}
                    close={() => setOpen(undefined)}
                    run={async () => {
                        await call("delete", "/chats/{chat}", { path: { chat: chat.id } });
                        left();
                        go(within("ask"));
                    }}
                />
            )}
        </header>
    );
}
