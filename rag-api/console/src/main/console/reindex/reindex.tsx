/** Another generation of an index beside the live one: begun, followed, switched to, and back. */
import { useEffect, useState } from "preact/hooks";
import { address, call, type Schemas } from "../api/client";
import { follow } from "../api/events";
import { useAction } from "../api/load";
import { asProblem, type Problem } from "../api/problem";
import { Confirm } from "../parts/dialog";
import { Field, Form, Submit } from "../parts/form";
import { Empty, Failure, Waiting } from "../parts/state";
import { advised, named, number, t, time } from "../text/translate";
import { Compare } from "./compare";

type Generation = Schemas["Generation"];
type Asked = { kind: "activate" | "rollback" | "cancel" | "prune"; generation: Generation };

export function Reindex({ base }: { base: Schemas["KnowledgeBase"] }) {
    const [progress, setProgress] = useState<Schemas["ReindexingProgress"]>();
    const [problem, setProblem] = useState<Problem>();
    const [asked, setAsked] = useState<Asked>();
    useEffect(
        () =>
            follow(
                address("/knowledge-bases/{knowledgeBase}/reindex", { knowledgeBase: base.id }),
                event => {
                    if (event.name === "progress") {
                        setProblem(undefined);
                        setProgress(event.data as Schemas["ReindexingProgress"]);
                    }
                },
                failure => setProblem(asProblem(failure)),
            ),
        [base.id],
    );
    const live = progress?.active_generation ?? base.active_generation;
    return (
        <>
            <Begin base={base} />
            {problem && <Failure problem={problem} />}
            {!progress && !problem && <Waiting />}
            {progress?.generations.length === 0 && <Empty icon="layers" title={t("reindex.none")} />}
            <ul class="plain-list">
                {progress?.generations.map(one => (
                    <li key={one.generation} class="panel">
                        <header class="head">
                            <h2>
                                {t("reindex.generation", { generation: one.generation })}{" "}
                                <span class={one.generation === live ? "badge good" : "badge"}>{one.generation === live ? t("reindex.live") : named("generation", one.state)}</span>
                            </h2>
                            <Actions one={one} live={live} ask={kind => setAsked({ kind, generation: one })} />
                        </header>
                        <p class="facts small quiet">
                            <span>{one.embedding_model}</span>
                            <span>
                                {t("reindex.chunkSize")} {one.chunk_size}
                            </span>
                            <span>
                                {t("reindex.overlap")} {one.chunk_overlap}
                            </span>
                            <span>{t("knowledge.chunks", { count: one.chunks })}</span>
                            <span>{time(one.activated_at ?? one.ready_at ?? one.created_at)}</span>
                        </p>
                        {one.state === "building" && (
                            <p class="facts small">
                                <progress max={one.documents || 1} value={one.documents_done} aria-label={t("reindex.progress")} />
                                <span>
                                    {number(one.documents_done)} / {number(one.documents)}
                                </span>
                                <span class="quiet">{t("reindex.rate", { rate: one.documents_per_minute })}</span>
                                {one.eta_seconds !== null && <span class="quiet">{t("reindex.eta", { minutes: Math.ceil(one.eta_seconds / 60) })}</span>}
                            </p>
                        )}
                        {one.state === "ready" && one.generation !== live && <Compare base={base.id} generation={one.generation} />}
                        {one.problem && (
                            <p class="note">
                                <strong>{named("reason", one.problem)}</strong> {one.detail} {advised(one.problem, one.advice ?? "")}
                            </p>
                        )}
                    </li>
                ))}
            </ul>
            {asked && (
                <Confirm
                    title={named("reindex.ask", asked.kind)}
                    what={named("reindex.what", asked.kind)}
                    action={named("reindex.do", asked.kind)}
                    close={() => setAsked(undefined)}
                    run={() => run(base.id, asked)}
                />
            )}
        </>
    );
}

function Actions({ one, live, ask }: { one: Generation; live: number; ask: (kind: Asked["kind"]) => void }) {
    const kinds: Asked["kind"][] = [];
    if (one.generation !== live) {
        if (one.state === "building") {
            kinds.push("cancel");
        } else if (one.state === "ready") {
            kinds.push("activate", "prune");
        } else if (one.state === "failed") {
            kinds.push("prune");
        } else if (one.state === "retired") {
            kinds.push("rollback", "prune");
        }
    }
    return (
        <div class="actions">
            {kinds.map(kind => (
                <button key={kind} type="button" class={kind === "activate" ? "primary" : ""} onClick={() => ask(kind)}>
                    {named("reindex.do", kind)}
                </button>
            ))}
        </div>
    );
}

function run(base: string, { kind, generation }: Asked): Promise<unknown> {
    const path = { knowledgeBase: base, generation: generation.generation };
    switch (kind) {
        case "activate":
            return call("post", "/knowledge-bases/{knowledgeBase}/reindex/{generation}/activate", { path });
        case "cancel":
            return call("post", "/knowledge-bases/{knowledgeBase}/reindex/{generation}/cancel", { path });
        case "prune":
            return call("post", "/knowledge-bases/{knowledgeBase}/reindex/{generation}/prune", { path });
        case "rollback":
            return call("post", "/knowledge-bases/{knowledgeBase}/reindex/rollback", { path: { knowledgeBase: base }, body: { generation: generation.generation } });
    }
}

function Begin({ base }: { base: Schemas["KnowledgeBase"] }) {
    const [model, setModel] = useState(base.embedding_model);
    const [size, setSize] = useState(String(base.chunk_size));
    const [overlap, setOverlap] = useState(String(base.chunk_overlap));
    const action = useAction();
    const submit = () =>
        void action.run(() =>
            call("post", "/knowledge-bases/{knowledgeBase}/reindex", {
                path: { knowledgeBase: base.id },
                body: { embedding_model: model, chunk_size: Number(size), chunk_overlap: Number(overlap) },
            }),
        );
    return (
        <section class="panel">
            <h2>{t("reindex.begin")}</h2>
            <p class="quiet">{t("reindex.what")}</p>
            <Form problem={action.problem} submit={submit} label={t("reindex.begin")}>
                <div class="pair">
                    <Field label={t("reindex.model")} value={model} change={setModel} required />
                    <Field label={t("reindex.chunkSize")} type="number" min={1} value={size} change={setSize} required />
                    <Field label={t("reindex.overlap")} type="number" min={0} value={overlap} change={setOverlap} required />
                </div>
                <Submit busy={action.busy}>{t("reindex.start")}</Submit>
            </Form>
        </section>
    );
}
