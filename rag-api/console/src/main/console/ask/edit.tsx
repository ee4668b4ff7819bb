/** A message of the reader that is written again. */
import { useState } from "preact/hooks";
import { basisOf, call, type Schemas } from "../api/client";
import { useAction } from "../api/load";
import { Field, Form, Submit } from "../parts/form";
import { t } from "../text/translate";

export function Edit({ message, answered, close, done }: { message: Schemas["ChatMessage"]; answered: boolean; close: () => void; done: () => void }) {
    const [basis, setBasis] = useState(message);
    const [content, setContent] = useState(message.content);
    const action = useAction();
    const path = { message: message.id };
    const reload = () =>
        void action.run(async () => {
            const now = await call("get", "/messages/{message}", { path });
            setBasis(now);
            setContent(now.content);
        });
    const save = () =>
        void action.run(async () => {
            const ifMatch = await basisOf(basis, () => call("get", "/messages/{message}", { path }), now => now.content);
            await call("patch", "/messages/{message}", { path, body: { content: content.trim() }, ifMatch });
            done();
        });
    return (
        <div class="editing" onKeyDown={event => event.key === "Escape" && close()}>
            <Form problem={action.problem} submit={save} reload={reload} label={t("ask.edit")}>
                <Field label={t("ask.edit")} value={content} change={setContent} rows={Math.min(10, content.split("\n").length + 1)} required />
                <div class="actions">
                    <button type="button" onClick={close}>
                        {t("action.cancel")}
                    </button>
                    <Submit busy={action.busy || !content.trim()}>{answered ? t("ask.editAgain") : t("action.save")}</Submit>
                </div>
            </Form>
        </div>
    );
}
