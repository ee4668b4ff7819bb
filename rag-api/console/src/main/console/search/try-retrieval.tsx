/** What a search of this knowledge base finds, with its scores, and why it does not find what it should. */
import { useEffect, useState } from "preact/hooks";
import { call, type Schemas } from "../api/client";
import { useAction } from "../api/load";
import { useMay, useWithin } from "../app/organizations";
import { Link, query, useAddress } from "../app/router";
import { Check, Choice, Field, Form, Submit } from "../parts/form";
import { Empty } from "../parts/state";
import { named, number, t } from "../text/translate";
import { Stages } from "./stages";
import { WhyNot } from "./why-not";

type Item = Schemas["SearchItem"];
const MODES = ["hybrid", "vector", "text"];

export function TryRetrieval({ base }: { base: Schemas["KnowledgeBase"] }) {
    const asked = useAddress().searchParams;
    const [words, setWords] = useState(asked.get("q") ?? "");
    const [mode, setMode] = useState(asked.get("mode") ?? "hybrid");
    const [limit, setLimit] = useState("10");
    const [threshold, setThreshold] = useState("");
    const [rerank, setRerank] = useState(false);
    const [disabled, setDisabled] = useState(false);
    const [result, setResult] = useState<Schemas["SearchResult"]>();
    const [sent, setSent] = useState<Schemas["SearchQuery"]>();
    const [took, setTook] = useState(0);
    const [stages, setStages] = useState<Schemas["StagesStages"]>();
    const [staged, setStaged] = useState(false);
    const writes = useMay("member");
    const action = useAction();
    const search = () =>
        void action.run(async () => {
            query("q", words);
            query("mode", mode);
            const begun = performance.now();
            const body: Schemas["SearchQuery"] = { query: words, mode, limit: Number(limit), ...(threshold ? { threshold: Number(threshold) } : {}), ...(rerank ? { rerank } : {}), ...(disabled ? { filter: { include_disabled: true } } : {}) };
            const found = await call("post", "/knowledge-bases/{knowledgeBase}/search", { path: { knowledgeBase: base.id }, body });
            setTook(performance.now() - begun);
            setStages(staged ? await call("post", "/knowledge-bases/{knowledgeBase}/search/stages", { path: { knowledgeBase: base.id }, body }) : undefined);
            setSent(body);
            setResult(found);
        });
    // A link to a search shows what it finds.
    useEffect(() => (words.trim() ? search() : undefined), []);
    return (
        <>
            <section class="panel">
                <Form problem={action.problem} submit={search} label={t("search.title")}>
                    <Field label={t("search.question")} value={words} change={setWords} required focus />
                    <div class="pair">
                        <Choice label={t("search.mode")} value={mode} change={setMode} options={MODES.map(one => [one, named("mode", one)] as const)} />
                        <Field label={t("search.limit")} type="number" min={1} max={100} value={limit} change={setLimit} />
                        <Field label={t("search.threshold")} type="number" min={-1} max={1} step={0.01} value={threshold} change={setThreshold} placeholder={number(base.similarity_threshold, 2)} />
                    </div>
                    <Check label={t("search.rerank")} checked={rerank} change={setRerank} />
                    {writes && <Check label={t("search.disabled")} checked={disabled} change={setDisabled} />}
                    <Check label={t("search.stages")} hint={t("search.stagesWhat")} checked={staged} change={setStaged} />
                    <Submit busy={action.busy}>{t("action.search")}</Submit>
                </Form>
            </section>
            {result && (
                <section class="plain-list" aria-label={t("search.results")}>
                    <p class="quiet small" role="status">
                        {t("search.found", { count: result.items.length })} · {number(took)} ms{result.reranked && ` · ${t("search.reranked")}`}
                    </p>
                    {result.items.length === 0 && <Empty icon="search" title={t("state.nothingFound")} />}
                    <ol class="chunks">
                        {result.items.map((item, index) => (
                            <Passage key={item.chunk_id} base={base.id} item={item} rank={index + 1} best={result.items[0]!.score} />
                        ))}
                    </ol>
                    {stages && <Stages key={`stages ${JSON.stringify(sent)}`} base={base.id} stages={stages} />}
                    {sent && <WhyNot key={JSON.stringify(sent)} base={base.id} sent={sent} />}
                </section>
            )}
        </>
    );
}

interface PassageProps {
    base: string;
    item: Item;
    rank: number;
    best: number;
}

function Passage({ base, item, rank, best }: PassageProps) {
    const within = useWithin();
    return (
        <li class="panel">
            <p class="facts small">
                <strong>{rank}</strong>
                <Link href={within(`knowledge/${base}/documents/${item.document_id}?view=text&at=${item.start_offset}-${item.end_offset}`)}>
                    <bdi>{item.filename}</bdi>
                </Link>
                {item.page_number !== null && <span class="quiet">{t("original.page", { page: item.page_number })}</span>}
                <span class="quiet">{t("original.characters", { from: item.start_offset, to: item.end_offset })}</span>
                {!item.enabled && <span class="badge bad">{t("chunk.off")}</span>}
            </p>
            <div class="text" dir="auto">
                {item.content}
            </div>
            <p class="facts small quiet">
                <span>
                    {t("search.score")} {number(item.score, 4)}
                </span>
                <meter min={0} max={best || 1} value={item.score} aria-label={t("search.score")} />
                {item.similarity !== null && (
                    <span>
                        {t("search.similarity")} {number(item.similarity, 3)}
                    </span>
                )}
                {item.copies.length > 0 && <span title={item.copies.map(copy => copy.filename).join("\n")}>{t("search.copies", { count: item.copies.length })}</span>}
            </p>
        </li>
    );
}
