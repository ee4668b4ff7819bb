/** What the live index and another generation find for the questions that were asked here, the most different first. */
import { useState } from "preact/hooks";
import { call, type Schemas } from "../api/client";
import { useAction } from "../api/load";
import { Field, Form, Submit } from "../parts/form";
import { Empty } from "../parts/state";
import { number, t } from "../text/translate";

export function Compare({ base, generation }: { base: string; generation: number }) {
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
            setResult(await call("post", "/knowledge-bases/{knowledgeBase}/reindex/compare", { path: { knowledgeBase: base }, body: { generation, ...(queries.length ? { queries } : {}) } }));
        });
    const items = [...(result?.items ?? [])].sort((one, other) => one.overlap_at10 - other.overlap_at10);
    return (
        <details>
            <summary>{t("compare.title")}</summary>
            <Form problem={action.problem} submit={compare} label={t("compare.title")}>
                <Field label={t("compare.questions")} hint={t("compare.hint")} rows={3} value={questions} change={setQuestions} />
                <Submit busy={action.busy}>{t("compare.run")}</Submit>
            </Form>
            {result && items.length === 0 && <Empty icon="search" title={t("compare.none")} />}
            {result && items.length > 0 && (
                <>
                    <p role="status">{t("compare.overlap", { share: number(result.overlap_at10 * 100), count: result.queries })}</p>
                    <div class="wide">
                        <table>
                            <thead>
                                <tr>
                                    <th>{t("ask.question")}</th>
                                    <th class="number">{t("compare.same")}</th>
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
