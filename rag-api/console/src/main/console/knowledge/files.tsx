/** The files of a knowledge base: dropping them, what becomes of each, and the list. */
import { useEffect, useRef, useState } from "preact/hooks";
import { address, call, type Schemas } from "../api/client";
import { follow } from "../api/events";
import { useLoad } from "../api/load";
import { useMay, useWithin } from "../app/organizations";
import { Link, query, useAddress } from "../app/router";
import { Choice } from "../parts/form";
import { Icon } from "../parts/icon";
import { Empty, Failure, Waiting } from "../parts/state";
import { Turn } from "../parts/turn";
import { ago, bytes, named, t } from "../text/translate";
import { DropZone } from "./drop-zone";
import { Ledger } from "./ledger";

type Snapshot = Schemas["IngestionProgressSnapshot"];
type Document = Schemas["KnowledgeDocument"];
const STATUSES = ["uploading", "pending", "processing", "completed", "failed"];

export function Files({ base, changed }: { base: Schemas["KnowledgeBase"]; changed: () => void }) {
    const writes = useMay("member");
    const asked = useAddress().searchParams;
    const [progress, setProgress] = useState<Snapshot>();
    const [cursor, setCursor] = useState<string>();
    const words = asked.get("q") ?? "";
    const status = asked.get("status") ?? "";
    const warning = words ? "" : (asked.get("warning") ?? "");
    const list = useLoad(
        () =>
            call("get", "/knowledge-bases/{knowledgeBase}/documents", {
                path: { knowledgeBase: base.id },
                query: { limit: 100, ...(words ? { q: words } : {}), ...(status ? { status } : {}), ...(warning ? { warning } : {}), ...(cursor ? { cursor } : {}) },
            }),
        [base.id, words, status, warning, cursor],
    );
    useEffect(() => follow(address("/knowledge-bases/{knowledgeBase}/ingestion", { knowledgeBase: base.id }), event => event.name === "progress" && setProgress(event.data as Snapshot), () => undefined), [base.id]);
    const moved = progress && `${progress.terminal}/${progress.in_flight}/${progress.dropped}`;
    const first = useRef(true);
    useEffect(() => {
        if (moved !== undefined) {
            if (!first.current) {
                list.reload();
            }
            first.current = false;
        }
    }, [moved]);
    return (
        <>
            {writes && <DropZone base={base.id} uploaded={() => (list.reload(), changed())} />}
            {progress ? <Ledger base={base.id} progress={progress} retries={writes} /> : <Waiting />}
            <section class="panel">
                <header class="head">
                    <h2>{t("knowledge.list")}</h2>
                    <input type="search" data-search value={words} placeholder={t("knowledge.searchFiles")} aria-label={t("knowledge.searchFiles")} onInput={event => (setCursor(undefined), query("q", event.currentTarget.value))} />
                    <Choice
                        label={t("field.status")}
                        hidden
                        value={status}
                        change={value => (setCursor(undefined), query("status", value))}
                        options={[["", t("knowledge.everyStatus")] as const, ...STATUSES.map(one => [one, named("status", one)] as const)]}
                    />
                </header>
                {warning && (
                    <p class="note">
                        {t("knowledge.onlyWarning", { kind: named("warning", warning) })}
                        <button type="button" class="plain" onClick={() => query("warning", "")}>
                            {t("action.all")}
                        </button>
                    </p>
                )}
                {list.problem && <Failure problem={list.problem} retry={list.reload} />}
                {!list.data && !list.problem && <Waiting />}
                {list.data?.items.length === 0 &&
                    (words || status || warning ? (
                        <Empty icon="search" title={t("state.nothingFound")} />
                    ) : (
                        <Empty icon="file" title={t("knowledge.noFiles")}>
                            <p>{t("knowledge.dropHint")}</p>
                        </Empty>
                    ))}
                {!!list.data?.items.length && <List base={base.id} items={list.data.items} />}
                <Turn cursor={cursor} next={list.data?.next_cursor} turn={setCursor} />
            </section>
        </>
    );
}

function List({ base, items }: { base: string; items: Document[] }) {
    const within = useWithin();
    return (
        <div class="wide">
            <table>
                <thead>
                    <tr>
                        <th>{t("field.name")}</th>
                        <th>{t("field.status")}</th>
                        <th class="number">{t("field.size")}</th>
                        <th class="number">{t("field.pages")}</th>
                        <th class="number">{t("field.chunks")}</th>
                        <th>{t("field.changed")}</th>
                    </tr>
                </thead>
                <tbody>
                    {items.map(document => (
                        <tr key={document.id}>
                            <td>
                                <Link href={within(`knowledge/${base}/documents/${document.id}`)} class="named">
                                    <Icon name="file" />
                                    <bdi class="cut">{document.filename}</bdi>
                                </Link>
                            </td>
                            <td>
                                <Status document={document} />
                            </td>
                            <td class="number">{bytes(document.file_size)}</td>
                            <td class="number">{document.page_count ?? "—"}</td>
                            <td class="number">{document.chunk_count}</td>
                            <td>{ago(document.updated_at)}</td>
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}

export function Status({ document }: { document: Document }) {
    const tone = document.status === "completed" ? "good" : document.status === "failed" ? "bad" : "busy";
    return (
        <span class={`badge ${tone}`} title={document.processing_error ?? undefined}>
            {named("status", document.status)}
        </span>
    );
}
