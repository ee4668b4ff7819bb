/** What the live index and another generation find for judged questions, those of chats or others: what got worse first. */
import { useState } from "preact/hooks";
import { call, type Schemas } from "../api/client";
import { useAction } from "../api/load";
import { Choice, Field, Form, Submit } from "../parts/form";
import { Empty } from "../parts/state";
import { named, number, t } from "../text/translate";

const SOURCES = ["judged", "chats", "own"];

/** How much better the other generation answers a judged question. */
function gain(one: Schemas["ComparisonsCompared"]): number {
    return one.live_ndcg_at10 === null || one.candidate_ndcg_at10 === null ? 0 : one.candidate_ndcg_at10 - one.live_ndcg_at10;
}

export function Compare({ base, generation }: { base: string; generation: number }) {
    const [source, setSource] = useState("judged");
    const [questions, setQuestions] = useState("");
    const [result, setResult] = useState<Schemas["ComparisonsComparison"]>();
    const action = useAction();
    const compare = () =>
        void action.run(async () => {
            const queries = questions
                .split("\n")
                .map(line => line.trim())
                .filter(Boolean)
                .map(query => ({ query }));
            setResult(await call("post", "/knowledge-bases/{knowledgeBase}/reindex/compare", { path: { knowledgeBase: base }, body: { generation, ...(source === "judged" ? { judged: true } : source === "own" && queries.length ? { queries } : {}) } }));
        });
    const items = [...(result?.items ?? [])].sort((one, other) => gain(one) - gain(other) || one.overlap_at10 - other.overlap_at10);
    const judged = result?.live_ndcg_at10 !== null && result?.candidate_ndcg_at10 !== null ? result : undefined;
    return (
        <details>
            <summary>{t("compare.title")}</summary>
            <Form problem={action.problem} submit={compare} label={t("compare.title")}>
                <Choice label={t("compare.source")} value={source} change={setSource} options={SOURCES.map(one => [one, named("compare.source", one)] as const)} />
                {source === "own" && <Field label={t("compare.questions")} hint={t("compare.hint")} rows={3} value={questions} change={setQuestions} required />}
                <Submit busy={action.busy}>{t("compare.run")}</Submit>
            </Form>
            {result && items.length === 0 && <Empty icon="search" title={source === "judged" ? t("judged.none") : t("compare.none")} />}
            {result && items.length > 0 && (
                <>
                    <p role="status">{t("compare.overlap", { share: number(result.overlap_at10 * 100), count: result.queries })}</p>
                    {judged && (
                        <p class={judged.worse ? "note" : "note fine"} role="status">
                            {t("compare.ndcg", { live: number(judged.live_ndcg_at10!, 3), candidate: number(judged.candidate_ndcg_at10!, 3) })} {t("compare.worse", { count: judged.worse })} {t("compare.better", { count: judged.better })}
                        </p>
                    )}
                    <div class="wide" tabIndex={0} role="region" aria-label={t("compare.title")}>
                        <table>
                            <thead>
                                <tr>
                                    <th>{t("ask.question")}</th>
                                    <th class="number">{t("compare.same")}</th>
                                    {judged && <th class="number">nDCG@10</th>}
                                </tr>
                            </thead>
                            <tbody>
                                {items.map(one => (
                                    <tr key={one.query}>
                                        <td>
                                            <bdi>{one.query}</bdi>
                                        </td>
                                        <td class="number">
                                            <meter min={0} max={1} value={one.overlap_at10} aria-label={t("compare.same")} /> {number(one.overlap_at10 * 100)} %
                                        </td>
                                        {judged && (
                                            <td class="number">
                                                {one.live_ndcg_at10 === null || one.candidate_ndcg_at10 === null ? (
                                                    "—"
                                                ) : (
                                                    <span class={gain(one) < 0 ? "badge bad" : gain(one) > 0 ? "badge good" : "badge"}>
                                                        {number(one.live_ndcg_at10, 2)} → {number(one.candidate_ndcg_at10, 2)}
                                                    </span>
                                                )}
                                            </td>
                                        )}
                                    </tr>
                                ))}
                            </tbody>
                        </table>
                    </div>
                </>
            )}
        </details>
    );
}
