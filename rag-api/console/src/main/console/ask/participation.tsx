/** What the reader may do with the own part in a shared chat: mute it, and leave it. */
import { useState } from "preact/hooks";
import { call, type Schemas, tagOf } from "../api/client";
import { useAction } from "../api/load";
import { useWithin } from "../app/organizations";
import { go } from "../app/router";
import { Confirm } from "../parts/dialog";
import { Icon } from "../parts/icon";
import { Failure } from "../parts/state";
import { t } from "../text/translate";

export function OwnPart({ chat, changed, left }: { chat: Schemas["Chat"]; changed: () => void; left: () => void }) {
    const within = useWithin();
    const action = useAction();
    const [leaving, setLeaving] = useState(false);
    const own = chat.participation;
    if (!own || chat.chat_type === "direct") {
        return null;
    }
    const label = own.is_muted ? t("chat.unmute") : t("chat.mute");
    const mute = () =>
        void action.run(async () => {
            const path = { chat: chat.id, participant: own.id };
            const ifMatch = tagOf(await call("get", "/chats/{chat}/participants/{participant}", { path }));
            await call("patch", "/chats/{chat}/participants/{participant}", { path, body: { is_muted: !own.is_muted }, ifMatch });
            changed();
        });
    return (
        <>
            {action.problem && <Failure problem={action.problem} />}
            <button type="button" class="bare" disabled={action.busy} aria-pressed={own.is_muted} aria-label={label} title={label} onClick={mute}>
                <Icon name={own.is_muted ? "muted" : "bell"} />
            </button>
            <button type="button" class="bare" aria-label={t("chat.leave")} title={t("chat.leave")} onClick={() => setLeaving(true)}>
                <Icon name="leave" />
            </button>
            {leaving && (
                <Confirm
                    title={t("chat.leave")}
                    what={t("chat.leaveWhat", { title: chat.title })}
                    action={t("chat.leave")}
                    close={() => setLeaving(false)}
                    run={async () => {
                        await call("post", "/chats/{chat}/leave", { path: { chat: chat.id } });
                        left();
                        go(within("ask"));
                    }}
                />
            )}
        </>
    );
}
