/** A message of the reader that is written again. */
import { useState } from "preact/hooks";
import { call, type Schemas } from "../api/client";
import { useAction } from "../api/load";
import { Field, Form, Submit } from "../parts/form";
import { t } from "../text/translate";

export function Edit({ message, answered, close, done }: { message: Schemas["ChatMessage"]; answered: boolean; close: () => void; done: () => void }) {
    const [content, setContent] = useState(message.content);
    const action = useAction();
    const save = () =>
        void action.run(async () => {
            await call("patch", "/messages/{message}", { path: { message: message.id }, body: { content: content.trim() }, ifMatch: "*" });
            done();
        });
    return (
        <div class="editing" onKeyDown={event => event.key === "Escape" && close()}>
            <Form problem={action.problem} submit={save} label={t("ask.edit")}>
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
