/** A group of some members, or a channel that every member may read. */
import { useState } from "preact/hooks";
import { call, pages } from "../api/client";
import { useAction, useLoad } from "../api/load";
import { usePlace, useWithin } from "../app/organizations";
import { go } from "../app/router";
import { Dialog } from "../parts/dialog";
import { Check, Choice, Field, Form, Submit } from "../parts/form";
import { memberName } from "../parts/person";
import { Failure } from "../parts/state";
import { named, t } from "../text/translate";

export function NewGroup({ close, made }: { close: () => void; made: () => void }) {
    const { organization, user } = usePlace();
    const within = useWithin();
    const path = { organization: organization.id };
    const [title, setTitle] = useState("");
    const [type, setType] = useState("group");
    const [chosen, setChosen] = useState<string[]>([]);
    const [answers, setAnswers] = useState(false);
    const action = useAction();
    const members = useLoad(() => pages(cursor => call("get", "/organizations/{organization}/members", { path, query: { limit: 200, ...(cursor ? { cursor } : {}) } })), [organization.id]);
    const submit = () =>
        void action.run(async () => {
            const chat = await call("post", "/organizations/{organization}/chats", { path, body: { title, chat_type: type, enable_ai_responses: answers, ...(type === "group" && chosen.length ? { participant_ids: chosen } : {}) } });
            made();
            close();
            go(within(`ask/${chat.id}`));
        });
    return (
        <Dialog title={t("chat.new")} close={close}>
            <Form problem={action.problem} submit={submit}>
                <Field label={t("field.title")} value={title} change={setTitle} required focus />
                <Choice label={t("field.type")} value={type} change={setType} options={["group", "channel"].map(one => [one, named("chat.type", one)] as const)} />
                {members.problem && <Failure problem={members.problem} retry={members.reload} />}
                {type === "group" && (
                    <fieldset class="checks tall">
                        <legend>{t("chat.people")}</legend>
                        {(members.data ?? [])
                            .filter(one => one.user_id !== user.id)
                            .map(one => (
                                <Check
                                    key={one.user_id}
                                    label={memberName(one)}
                                    checked={chosen.includes(one.user_id)}
                                    change={checked => setChosen(checked ? [...chosen, one.user_id] : chosen.filter(other => other !== one.user_id))}
                                />
                            ))}
                    </fieldset>
                )}
                <Check label={t("chat.answers")} checked={answers} change={setAnswers} hint={t("chat.answersWhat")} />
                <div class="actions">
                    <button type="button" onClick={close}>
                        {t("action.cancel")}
                    </button>
                    <Submit busy={action.busy}>{t("action.create")}</Submit>
                </div>
            </Form>
        </Dialog>
    );
}
