/** The candidates of each stage of a search, with rank and score; ordered by the stage that the reader chooses. */
import { useState } from "preact/hooks";
import type { Schemas } from "../api/client";
import { useWithin } from "../app/organizations";
import { Link } from "../app/router";
import { Choice } from "../parts/form";
import { Empty } from "../parts/state";
import { named, number, t } from "../text/translate";

type Candidate = Schemas["StagesCandidate"];
type Stage = "vector" | "words" | "fusion" | "rerank";

const SHOWN = 25;

export function Stages({ base, stages }: { base: string; stages: Schemas["StagesStages"] }) {
    const within = useWithin();
    const [by, setBy] = useState("limit");
    const [shown, setShown] = useState(SHOWN);
    const columns: Stage[] = ["vector", "words", "fusion", ...(stages.reranked ? ["rerank" as const] : [])];
    const items = ordered(stages.items, by);
    return (
        <section class="panel">
            <header class="head">
                <h2>{t("stages.title")}</h2>
                <Choice label={t("stages.order")} value={by} change={setBy} options={[...columns.map(one => [one, named("stage", one)] as const), ["limit", t("stages.result")] as const]} />
            </header>
            <p class="quiet small">{t("stages.what", { count: stages.items.length, threshold: number(stages.threshold, 2), limit: stages.limit })}</p>
            {items.length === 0 && <Empty icon="search" title={t("state.nothingFound")} />}
            {items.length > 0 && (
                <div class="wide" tabIndex={0} role="region" aria-label={t("stages.title")}>
                    <table class="candidates">
                        <thead>
                            <tr>
                                <th>{t("stages.passage")}</th>
                                {columns.map(one => (
                                    <th key={one} class="number">
                                        {named("stage", one)}
                                    </th>
                                ))}
                                <th class="number">{t("stages.result")}</th>
                            </tr>
                        </thead>
                        <tbody>
                            {items.slice(0, shown).map(one => (
                                <tr key={one.chunk_id}>
                                    <td>
                                        <Link href={within(`knowledge/${base}/documents/${one.document_id}?view=text&at=${one.start_offset}-${one.end_offset}`)}>
                                            <bdi>{one.filename}</bdi>
                                        </Link>{" "}
                                        <span class="quiet small">
                                            {one.page_number !== null ? t("original.page", { page: one.page_number }) : t("original.characters", { from: one.start_offset, to: one.end_offset })}
                                        </span>
                                        {!one.enabled && <span class="badge bad">{t("chunk.off")}</span>}
                                        <p class="small" dir="auto">
                                            {one.excerpt}
                                        </p>
                                    </td>
                                    {columns.map(stage => (
                                        <td key={stage} class="number">
                                            <Place place={one[stage]} below={stage === "vector" && one.vector !== null && one.vector.score < stages.threshold} />
                                        </td>
                                    ))}
                                    <td class="number">
                                        {one.result_rank === null ? "—" : <span class={one.result_rank <= stages.limit ? "badge good" : "badge"}>{number(one.result_rank)}</span>}
                                    </td>
                                </tr>
                            ))}
                        </tbody>
                    </table>
                </div>
            )}
            {items.length > shown && (
                <button type="button" onClick={() => setShown(shown + SHOWN)}>
                    {t("list.more")}
                </button>
            )}
        </section>
    );
}

function Place({ place, below }: { place: Candidate["vector"]; below: boolean }) {
    if (place === null) {
        return <span class="quiet">—</span>;
    }
    return (
        <>
            <strong>{number(place.rank)}</strong>
            <br />
            <span class={below ? "bad small" : "quiet small"} title={below ? t("stages.below") : undefined}>
                {number(place.score, 3)}
                {below && <span class="unseen"> {t("stages.below")}</span>}
            </span>
        </>
    );
}

/** The best of a stage first; what it does not have stays in the order of the fusion, after them. */
function ordered(items: Candidate[], by: string): Candidate[] {
    const rank = (one: Candidate) => (by === "limit" ? one.result_rank : one[by as Stage]?.rank) ?? Infinity;
    return items.map((one, index) => ({ one, index })).sort((a, b) => (rank(a.one) === rank(b.one) ? a.index - b.index : rank(a.one) - rank(b.one))).map(({ one }) => one);
}
