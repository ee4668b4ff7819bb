/** One document: its original, the text that was read of it, and the chunks that the index holds. */
import { useEffect, useState } from "preact/hooks";
import { address, call, type Schemas } from "../api/client";
import { useAction, useLoad } from "../api/load";
import { useMay, useWithin } from "../app/organizations";
import { go, Link, query, useAddress } from "../app/router";
import { PdfPage } from "../original/pdf-page";
import { canPreview, Preview } from "../original/preview";
import { TextPassage } from "../original/text-passage";
import { Confirm } from "../parts/dialog";
import { download } from "../parts/file";
import { Icon } from "../parts/icon";
import { Empty, Failure, Waiting } from "../parts/state";
import { bytes, named, number, t, time } from "../text/translate";
import { Status } from "./files";

type Document = Schemas["KnowledgeDocument"];

export function DocumentPage({ parts }: { parts: Record<string, string> }) {
    const path = { knowledgeBase: parts.base ?? "", document: parts.document ?? "" };
    const within = useWithin();
    const writes = useMay("member");
    const asked = useAddress().searchParams;
    const view = asked.get("view") ?? "text";
    const place = /^(\d{1,9})-(\d{1,9})$/.exec(asked.get("at") ?? "");
    const [removing, setRemoving] = useState(false);
    const action = useAction();
    const document = useLoad(() => call("get", "/knowledge-bases/{knowledgeBase}/documents/{document}", { path }), [path.document]);
    const found = document.data;
    if (document.problem && !found) {
        return (
            <div class="page">
                <Failure problem={document.problem} retry={document.reload} />
            </div>
        );
    }
    if (!found) {
        return <Waiting />;
    }
    const views = [...(canPreview(found.mime_type) ? ["original"] : []), "text", "chunks"];
    const content = address("/knowledge-bases/{knowledgeBase}/documents/{document}/content", path);
    return (
        <div class="page">
            <p class="trail small">
                <Link href={within("knowledge")}>{t("page.knowledge")}</Link> / <Link href={within(`knowledge/${path.knowledgeBase}`)}>{t("knowledge.files")}</Link>
            </p>
            <header class="head">
                <h1 class="cut">
                    <bdi>{found.filename}</bdi>
                </h1>
                <Status document={found} />
                <button type="button" onClick={() => void action.run(() => download(content, found.filename))}>
                    <Icon name="download" />
                    {t("action.download")}
                </button>
                {writes && found.status === "failed" && (
                    <button type="button" onClick={() => void action.run(async () => (await call("post", "/knowledge-bases/{knowledgeBase}/documents/{document}/retry", { path }), document.reload()))}>
                        {t("action.retry")}
                    </button>
                )}
                {writes && (
                    <button type="button" class="bare" aria-label={t("action.delete")} title={t("action.delete")} onClick={() => setRemoving(true)}>
                        <Icon name="trash" />
                    </button>
                )}
            </header>
            {action.problem && <Failure problem={action.problem} />}
            {found.processing_error && (
                <p class="note">
                    <Icon name="warning" /> {found.processing_error}
                </p>
            )}
            <Facts document={found} />
            <div class="tabs" role="group" aria-label={t("document.views")}>
                {views.map(one => (
                    <button key={one} type="button" aria-pressed={one === view} onClick={() => query("view", one)}>
                        {named("view", one)}
                    </button>
                ))}
            </div>
            {view === "original" && <Preview url={content} type={found.mime_type} name={found.filename} />}
            {view === "text" && (place ? <Passage path={path} start={Number(place[1])} end={Number(place[2])} /> : <Text path={path} />)}
            {view === "chunks" && <Chunks path={path} pages={found.mime_type === "application/pdf" ? content : undefined} />}
            {removing && (
                <Confirm
                    title={t("document.remove")}
                    what={t("document.removeWhat", { name: found.filename, count: found.chunk_count })}
                    action={t("action.delete")}
                    close={() => setRemoving(false)}
                    run={async () => {
                        await call("delete", "/knowledge-bases/{knowledgeBase}/documents/{document}", { path });
                        go(within(`knowledge/${path.knowledgeBase}`));
                    }}
                />
            )}
        </div>
    );
}

function Facts({ document }: { document: Document }) {
    const facts: Array<[string, string | null]> = [
        [t("field.title"), document.title],
        [t("field.author"), document.author],
        [t("field.type"), document.mime_type],
        [t("field.size"), bytes(document.file_size)],
        [t("field.pages"), document.page_count === null ? null : number(document.page_count)],
        [t("field.chunks"), number(document.chunk_count)],
        [t("field.version"), number(document.version)],
        [t("field.language"), document.language],
        [t("reindex.model"), document.embedding_model_used],
        [t("field.changed"), time(document.updated_at)],
    ];
    return (
        <dl class="table panel">
            {facts
                .filter(([, value]) => value)
                .map(([label, value]) => (
                    <div key={label}>
                        <dt>{label}</dt>
                        <dd>
                            <bdi>{value}</bdi>
                        </dd>
                    </div>
                ))}
        </dl>
    );
}

interface Path {
    knowledgeBase: string;
    document: string;
}

const PART = 50_000;

function Text({ path }: { path: Path }) {
    const [offset, setOffset] = useState(0);
    const text = useLoad(() => call("get", "/knowledge-bases/{knowledgeBase}/documents/{document}/text", { path, query: { offset, limit: PART } }), [path.document, offset]);
    if (text.problem) {
        return text.problem.status === 404 ? <Empty icon="file" title={t("document.noText")} /> : <Failure problem={text.problem} retry={text.reload} />;
    }
    if (!text.data) {
        return <Waiting />;
    }
    return (
        <section class="panel">
            <p class="quiet small">{t("document.characters", { count: text.data.characters })}</p>
            <div class="text tall" dir="auto" tabIndex={0} role="region" aria-label={t("view.text")}>
                {text.data.text}
            </div>
            <p class="actions">
                {offset > 0 && (
                    <button type="button" onClick={() => setOffset(Math.max(0, offset - PART))}>
                        {t("original.previous")}
                    </button>
                )}
                {text.data.next_offset !== null && (
                    <button type="button" onClick={() => setOffset(text.data!.next_offset!)}>
                        {t("original.next")}
                    </button>
                )}
            </p>
        </section>
    );
}

/** The text around a passage that the address names. */
function Passage({ path, start, end }: { path: Path; start: number; end: number }) {
    return (
        <section class="panel">
            <p class="facts small quiet">
                <span>{t("original.characters", { from: start, to: end })}</span>
                <button type="button" class="plain" onClick={() => query("at", "")}>
                    {t("document.wholeText")}
                </button>
            </p>
            <TextPassage base={path.knowledgeBase} document={path.document} start={start} length={Math.max(0, end - start)} />
        </section>
    );
}

/** @param pages the address of a PDF whose pages show where a chunk stands */
function Chunks({ path, pages }: { path: Path; pages: string | undefined }) {
    const wanted = useAddress().searchParams.get("chunk");
    const [chunks, setChunks] = useState<Schemas["StoredChunk"][]>([]);
    const [cursor, setCursor] = useState<string>();
    const page = useLoad(() => call("get", "/knowledge-bases/{knowledgeBase}/documents/{document}/chunks", { path, query: { limit: 50, ...(cursor ? { cursor } : {}) } }), [path.document, cursor]);
    useEffect(() => {
        if (page.data) {
            setChunks(before => [...before.filter(one => !page.data!.items.some(other => other.id === one.id)), ...page.data!.items]);
        }
    }, [page.data]);
    const chosen = chunks.find(one => one.id === wanted);
    return (
        <div class={pages && chosen ? "chunk-pages" : "chunks"}>
            {page.problem && <Failure problem={page.problem} retry={page.reload} />}
            {page.data && chunks.length === 0 && page.data.items.length === 0 && <Empty icon="layers" title={t("document.noChunks")} />}
            {pages && chosen && chosen.page_number !== null && (
                <section class="panel over-page" aria-label={t("document.onPage")}>
                    <PdfPage key={chosen.id} url={pages} page={chosen.page_number} quote={chosen.content} />
                </section>
            )}
            <ol class="chunks">
                {chunks.map(chunk => (
                    <li key={chunk.id} class="panel">
                        <p class="facts small quiet">
                            <strong>{chunk.chunk_index + 1}</strong>
                            <span>{named("chunkType", chunk.chunk_type)}</span>
                            {chunk.page_number !== null && <span>{t("original.page", { page: chunk.page_number })}</span>}
                            <span>{t("original.characters", { from: chunk.start_offset, to: chunk.end_offset })}</span>
                            <span>{t("document.tokens", { count: chunk.token_count })}</span>
                            {chunk.title && <bdi class="cut">{chunk.title}</bdi>}
                            {pages && chunk.page_number !== null && (
                                <button type="button" class="plain" aria-pressed={chunk.id === wanted} onClick={() => query("chunk", chunk.id === wanted ? "" : chunk.id)}>
                                    {t("document.onPage")}
                                </button>
                            )}
                        </p>
                        <div class="text" dir="auto">
                            {chunk.content}
                        </div>
                    </li>
                ))}
            </ol>
            {!page.data && !page.problem && <Waiting />}
            {page.data?.next_cursor && (
                <button type="button" onClick={() => setCursor(page.data!.next_cursor!)}>
                    {t("list.more")}
                </button>
            )}
        </div>
    );
}
