/** Name, description and threshold of a knowledge base, what it is built with, and its removal. */
import { useState } from "preact/hooks";
import { call, type Schemas, tagOf } from "../api/client";
import { useAction } from "../api/load";
import { usePublicUrl } from "../app/deployment";
import { useMay, useWithin } from "../app/organizations";
import { go } from "../app/router";
import { Confirm } from "../parts/dialog";
import { Check, Field, Form, Submit } from "../parts/form";
import { named, t, time } from "../text/translate";
import { PublicTexts } from "./public-texts";

export function Settings({ base, changed }: { base: Schemas["KnowledgeBase"]; changed: () => void }) {
    const within = useWithin();
    const publicUrl = usePublicUrl();
    const writes = useMay("member");
    const removes = useMay("admin");
    const [name, setName] = useState(base.name);
    const [description, setDescription] = useState(base.description ?? "");
    const [threshold, setThreshold] = useState(String(base.similarity_threshold));
    const [active, setActive] = useState(base.is_active);
    const [rerank, setRerank] = useState(base.rerank);
    const [open, setOpen] = useState(base.is_public);
    const [languages, setLanguages] = useState((base.ocr_languages ?? []).join(", "));
    const [passwords, setPasswords] = useState("");
    const [removing, setRemoving] = useState(false);
    const action = useAction();
    const submit = () =>
        void action.run(async () => {
            const typed = passwords.split("\n").filter((line) => line.trim());
            await call("patch", "/knowledge-bases/{knowledgeBase}", {
                path: { knowledgeBase: base.id },
                body: { name, description: description || null, similarity_threshold: Number(threshold), is_active: active, rerank, ...(open === base.is_public ? {} : { is_public: open }), ocr_languages: languages.split(/[\s,]+/).filter(Boolean), ...(typed.length ? { file_passwords: typed } : {}) },
                ifMatch: tagOf(base),
            });
            setPasswords("");
            changed();
        });
    const facts: Array<[string, string]> = [
        [t("knowledge.seenBy"), named("baseType", base.knowledge_base_type)],
        [t("reindex.model"), base.embedding_model],
        [t("reindex.chunkSize"), String(base.chunk_size)],
        [t("reindex.overlap"), String(base.chunk_overlap)],
        [t("field.created"), time(base.created_at)],
        [t("field.id"), base.id],
        ...(base.is_public ? [[t("knowledge.publicAddress"), `${publicUrl}/api/v1/public/knowledge-bases/${base.id}`] as [string, string]] : []),
    ];
    return (
        <>
            <section class="panel">
                <dl class="table">
                    {facts.map(([label, value]) => (
                        <div key={label}>
                            <dt>{label}</dt>
                            <dd>{value}</dd>
                        </div>
                    ))}
                </dl>
            </section>
            {writes && (
                <section class="panel">
                    <Form problem={action.problem} submit={submit} reload={changed}>
                        <Field label={t("field.name")} value={name} change={setName} required />
                        <Field label={t("field.description")} value={description} change={setDescription} rows={3} />
                        <Field label={t("knowledge.threshold")} hint={t("knowledge.thresholdHint")} type="number" min={0} max={1} step={0.01} value={threshold} change={setThreshold} required />
                        <Field label={t("knowledge.ocr")} hint={t("knowledge.ocrHint")} value={languages} change={setLanguages} placeholder="eng, deu, tur" />
                        <Field label={t("knowledge.filePasswords")} hint={t("knowledge.filePasswordsHint", { count: base.file_password_count })} value={passwords} change={setPasswords} rows={2} masked />
                        <Check label={t("search.rerank")} hint={t("knowledge.rerankHint")} checked={rerank} change={setRerank} />
                        <Check label={t("knowledge.active")} hint={t("knowledge.activeHint")} checked={active} change={setActive} />
                        {removes && base.knowledge_base_type !== "personal" && <Check label={t("knowledge.public")} hint={t("knowledge.publicHint")} checked={open} change={setOpen} />}
                        <Submit busy={action.busy}>{t("action.save")}</Submit>
                    </Form>
                </section>
            )}
            {removes && base.is_public && <PublicTexts base={base.id} />}
            {removes && (
                <section class="panel">
                    <h2>{t("knowledge.remove")}</h2>
                    <p class="quiet">{t("knowledge.removeWhat", { name: base.name, count: base.document_count })}</p>
                    <button type="button" class="danger" onClick={() => setRemoving(true)}>
                        {t("knowledge.remove")}
                    </button>
                </section>
            )}
            {removing && (
                <Confirm
                    title={t("knowledge.remove")}
                    what={t("knowledge.removeWhat", { name: base.name, count: base.document_count })}
                    action={t("action.delete")}
                    close={() => setRemoving(false)}
                    run={async () => {
                        await call("delete", "/knowledge-bases/{knowledgeBase}", { path: { knowledgeBase: base.id } });
                        go(within("knowledge"));
                    }}
                />
            )}
        </>
    );
}
