/** Names a passage that should have been found, and says which stage lost it. */
import { useState } from "preact/hooks";
import { call, type Schemas } from "../api/client";
import { useAction, useLoad } from "../api/load";
import { Field, Form, Submit } from "../parts/form";
import { Icon } from "../parts/icon";
import { named, number, t } from "../text/translate";

/** @param sent the search that did not find it */
export function WhyNot({ base, sent }: { base: string; sent: Schemas["SearchQuery"] }) {
    const [name, setName] = useState("");
    const [offset, setOffset] = useState("");
    const [chosen, setChosen] = useState<Schemas["KnowledgeDocument"]>();
    const [explained, setExplained] = useState<Schemas["ExplainExplained"]>();
    const action = useAction();
    const found = useLoad(
        async () => (name.trim().length > 1 && !chosen ? (await call("get", "/knowledge-bases/{knowledgeBase}/documents", { path: { knowledgeBase: base }, query: { q: name, limit: 8 } })).items : []),
        [name, chosen?.id],
    );
    const explain = () =>
        chosen &&
        void action.run(async () =>
            setExplained(
                await call("post", "/knowledge-bases/{knowledgeBase}/search/explain", {
                    path: { knowledgeBase: base },
                    body: { ...sent, expect: { document_id: chosen.id, ...(offset ? { offset: Number(offset) } : {}) } },
                }),
            ),
        );
    return (
        <section class="panel">
            <h2>{t("whyNot.title")}</h2>
            <p class="quiet">{t("whyNot.what")}</p>
            <Form problem={action.problem} submit={explain} label={t("whyNot.title")}>
                <div class="pair">
                    <Field label={t("whyNot.document")} value={chosen?.filename ?? name} change={value => (setChosen(undefined), setExplained(undefined), setName(value))} required />
                    <Field label={t("whyNot.offset")} hint={t("whyNot.offsetHint")} type="number" min={0} value={offset} change={setOffset} />
                </div>
                {!!found.data?.length && (
                    <ul class="rows" aria-label={t("whyNot.document")}>
                        {found.data.map(document => (
                            <li key={document.id}>
                                <button type="button" class="plain" onClick={() => setChosen(document)}>
                                    <bdi>{document.filename}</bdi>
                                </button>
                            </li>
                        ))}
                    </ul>
                )}
                {chosen && <Submit busy={action.busy}>{t("whyNot.explain")}</Submit>}
            </Form>
            {explained && (
                <div role="status">
                    <p class={explained.found ? "note fine" : "note"}>
                        {explained.found ? t("whyNot.found") : t("whyNot.lost", { stage: named("stage", explained.lost_at ?? "") })}
                    </p>
                    <ol class="stages">
                        {explained.stages.map(stage => (
                            <li key={stage.stage} class={stage.stage === explained.lost_at ? "lost" : ""}>
                                <span class={stage.passed === null ? "quiet" : stage.passed ? "good" : "bad"}>
                                    {stage.passed !== null && <Icon name={stage.passed ? "check" : "close"} />}
                                </span>
                                <strong>{named("stage", stage.stage)}</strong>
                                <span class="grow small">{stage.detail}</span>
                                <span class="quiet small">
                                    {stage.rank !== null && t("whyNot.rank", { rank: stage.rank })} {stage.score !== null && number(stage.score, 4)}
                                </span>
                            </li>
                        ))}
                    </ol>
                </div>
            )}
        </section>
    );
}
