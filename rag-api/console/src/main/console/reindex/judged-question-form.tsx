/** Writes a judged question, and names the documents that answer it. */
import { useState } from "preact/hooks";
import { basisOf, call, type Schemas } from "../api/client";
import { useAction, useLoad } from "../api/load";
import { Dialog } from "../parts/dialog";
import { Field, Form, Submit } from "../parts/form";
import { Icon } from "../parts/icon";
import { useLater } from "../parts/later";
import { Failure } from "../parts/state";
import { t } from "../text/translate";

type Question = Schemas["JudgedQuestion"];

interface Props {
    base: string;
    edited: Question | undefined;
    saved: () => void;
    close: () => void;
}

export function JudgedQuestionForm({ base, edited, saved, close }: Props) {
    const [question, setQuestion] = useState(edited?.question ?? "");
    const [relevant, setRelevant] = useState(edited?.relevant_documents ?? []);
    const [name, setName] = useState("");
    const action = useAction();
    const sought = useLater(name.trim());
    const found = useLoad(
        async () => (sought.length > 1 ? (await call("get", "/knowledge-bases/{knowledgeBase}/documents", { path: { knowledgeBase: base }, query: { q: sought, limit: 8 } })).items : []),
        [sought],
    );
    const choices = (name.trim() ? (found.data ?? []) : []).filter(document => !relevant.some(one => one.document_id === document.id));
    const save = () =>
        void action
            .run(async () => {
                const relevant_document_ids = relevant.map(one => one.document_id);
                if (!edited) {
                    await call("post", "/knowledge-bases/{knowledgeBase}/judged-questions", { path: { knowledgeBase: base }, body: { question, relevant_document_ids } });
                    return;
                }
                const path = { knowledgeBase: base, question: edited.id };
                const ifMatch = await basisOf(edited, () => call("get", "/knowledge-bases/{knowledgeBase}/judged-questions/{question}", { path }), now => now.updated_at);
                await call("patch", "/knowledge-bases/{knowledgeBase}/judged-questions/{question}", { path, body: { question, relevant_document_ids }, ifMatch });
            })
            .then(done => done && saved());
    return (
        <Dialog title={edited ? t("judged.edit") : t("judged.add")} close={close}>
            <Form problem={action.problem} submit={save} reload={saved}>
                <Field label={t("ask.question")} value={question} change={setQuestion} rows={2} required />
                {relevant.length > 0 && (
                    <ul class="rows" aria-label={t("judged.relevant")}>
                        {relevant.map(one => (
                            <li key={one.document_id}>
                                <bdi class="grow">{one.filename}</bdi>
                                <button type="button" class="bare" aria-label={t("judged.leaveOut", { name: one.filename })} onClick={() => setRelevant(relevant.filter(other => other !== one))}>
                                    <Icon name="close" />
                                </button>
                            </li>
                        ))}
                    </ul>
                )}
                <Field label={t("judged.document")} hint={t("judged.documentHint")} value={name} change={setName} />
                {found.problem && <Failure problem={found.problem} retry={found.reload} />}
                {choices.length > 0 && (
                    <ul class="rows" aria-label={t("judged.document")}>
                        {choices.map(document => (
                            <li key={document.id}>
                                <button type="button" class="plain" onClick={() => (setRelevant([...relevant, { document_id: document.id, filename: document.filename }]), setName(""))}>
                                    <bdi>{document.filename}</bdi>
                                </button>
                            </li>
                        ))}
                    </ul>
                )}
                <div class="actions">
                    <button type="button" onClick={close}>
                        {t("action.cancel")}
                    </button>
                    <Submit busy={action.busy}>{t("action.save")}</Submit>
                </div>
            </Form>
        </Dialog>
    );
}
