/** What a chat is called, which model answers, from where, and which users take part. */
import { useState } from "preact/hooks";
import { basisOf, call, pages, type Schemas, tagOf } from "../api/client";
import { useAction, useLoad } from "../api/load";
import { usePlace } from "../app/organizations";
import { Dialog } from "../parts/dialog";
import { Check, Choice, Field, Form, Submit } from "../parts/form";
import { memberName, personName } from "../parts/person";
import { Failure } from "../parts/state";
import { named, t } from "../text/translate";

type Chat = Schemas["Chat"];

export function ChatSettings({ chat, people, close, changed }: { chat: Chat; people: Schemas["Participant"][]; close: () => void; changed: () => void }) {
    const [title, setTitle] = useState(chat.title);
    const [model, setModel] = useState(chat.ai_model ?? "");
    const [answers, setAnswers] = useState(chat.enable_ai_responses);
    // The chat may be loaded again while the dialog is open; the fields stay those of the first one.
    const [basis] = useState(() => tagOf(chat));
    const action = useAction();
    const change = (body: Schemas["ChatChange"]) =>
        void action.run(async () => {
            await call("patch", "/chats/{chat}", { path: { chat: chat.id }, body, ifMatch: basis });
            changed();
            close();
        });
    const save = () => change({ title, ai_model: model, enable_ai_responses: answers });
    return (
        <Dialog title={t("chat.settings")} close={close}>
            <Form problem={action.problem} submit={save} reload={() => (changed(), close())}>
                <Field label={t("field.title")} value={title} change={setTitle} required />
                <Model value={model} change={setModel} />
                <Check label={t("chat.answers")} checked={answers} change={setAnswers} hint={t("chat.answersWhat")} />
                <div class="actions">
                    <button type="button" disabled={action.busy} onClick={() => change({ is_archived: !chat.is_archived })}>
                        {chat.is_archived ? t("chat.unarchive") : t("chat.archive")}
                    </button>
                    <button type="button" onClick={close}>
                        {t("action.cancel")}
                    </button>
                    <Submit busy={action.busy}>{t("action.save")}</Submit>
                </div>
            </Form>
            {chat.chat_type !== "direct" && <People chat={chat} people={people} changed={changed} />}
        </Dialog>
    );
}

/** The models that the organization allows and the deployment has. */
export function Model({ value, change }: { value: string; change: (model: string) => void }) {
    const { organization } = usePlace();
    const models = useLoad(() => call("get", "/organizations/{organization}/chat-models", { path: { organization: organization.id } }), [organization.id]);
    const names = models.data?.models ?? [];
    const all = value && !names.includes(value) ? [...names, value] : names;
    if (models.problem) {
        return <Failure problem={models.problem} retry={models.reload} />;
    }
    return (
        <Choice
            label={t("chat.model")}
            value={value}
            change={change}
            options={[["", models.data ? t("chat.modelDefault", { model: models.data.default_model }) : t("workflow.default")] as const, ...all.map(one => [one, one === "extractive" ? t("chat.modelExtractive") : one] as const)]}
        />
    );
}

function People({ chat, people, changed }: { chat: Chat; people: Schemas["Participant"][]; changed: () => void }) {
    const { organization } = usePlace();
    const [user, setUser] = useState("");
    const action = useAction();
    const members = useLoad(() => pages(cursor => call("get", "/organizations/{organization}/members", { path: { organization: organization.id }, query: { limit: 200, ...(cursor ? { cursor } : {}) } })), [organization.id]);
    const others = (members.data ?? []).filter(one => !people.some(there => there.user_id === one.user_id));
    const add = () =>
        void action.run(async () => {
            await call("post", "/chats/{chat}/participants", { path: { chat: chat.id }, body: { user_id: user } });
            setUser("");
            changed();
        });
    return (
        <section>
            <h3>{t("chat.people")}</h3>
            <ul class="rows">
                {people.map(one => (
                    <li key={one.id}>
                        <bdi class="grow cut">{personName(one)}</bdi>
                        <span class="badge">{named("role", one.role)}</span>
                        {chat.chat_type === "channel" && !one.can_send_messages && (
                            <button
                                type="button"
                                disabled={action.busy}
                                onClick={() =>
                                    void action.run(async () => {
                                        const path = { chat: chat.id, participant: one.id };
                                        const ifMatch = await basisOf(one, () => call("get", "/chats/{chat}/participants/{participant}", { path }), now => now.can_send_messages);
                                        await call("patch", "/chats/{chat}/participants/{participant}", { path, body: { can_send_messages: true, can_upload_files: true }, ifMatch });
                                        changed();
                                    })
                                }
                            >
                                {t("chat.allowWriting")}
                            </button>
                        )}
                    </li>
                ))}
            </ul>
            {members.problem && <Failure problem={members.problem} retry={members.reload} />}
            {others.length > 0 && (
                <Form problem={action.problem} submit={add} label={t("chat.addPerson")}>
                    <Choice label={t("chat.addPerson")} value={user} change={setUser} options={[["", "—"] as const, ...others.map(one => [one.user_id, memberName(one)] as const)]} />
                    <Submit busy={action.busy || !user}>{t("chat.add")}</Submit>
                </Form>
            )}
        </section>
    );
}
