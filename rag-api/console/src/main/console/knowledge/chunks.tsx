/** The chunks of a document that the index holds, over its pages where it has some; writers edit their notes and switch them off. */
import { useEffect, useState } from "preact/hooks";
import { basisOf, call, type Schemas } from "../api/client";
import { again, useAction, useLoad } from "../api/load";
import { useMay } from "../app/organizations";
import { query, useAddress } from "../app/router";
import { PdfPage } from "../original/pdf-page";
import { Icon } from "../parts/icon";
import { Empty, Failure, Waiting } from "../parts/state";
import { named, number, t } from "../text/translate";
import { ChunkNotes } from "./chunk-notes";

export type Chunk = Schemas["StoredChunk"];

interface Path {
    knowledgeBase: string;
    document: string;
}

/** What a change of a chunk is based on. A reader of the chunk has its summary made, which is no change of a user. */
export function versionOf(chunk: Chunk): string {
    return JSON.stringify([chunk.content, chunk.enabled, chunk.keywords, chunk.summary_edited ? chunk.summary : null]);
}

/** @param pages the address of a PDF whose pages show where a chunk stands */
export function Chunks({ path, pages }: { path: Path; pages: string | undefined }) {
    const wanted = useAddress().searchParams.get("chunk");
    const [chunks, setChunks] = useState<Chunk[]>([]);
    const [{ cursor, round }, setPlace] = useState<{ cursor: string | undefined; round: number }>({ cursor: undefined, round: 0 });
    const [edited, setEdited] = useState<Chunk>();
    const page = useLoad(() => call("get", "/knowledge-bases/{knowledgeBase}/documents/{document}/chunks", { path, query: { limit: 50, ...(cursor ? { cursor } : {}) } }), [path.document, cursor, round]);
    useEffect(() => {
        if (page.data) {
            const read = new Map(page.data.items.map(one => [one.chunk_index, one]));
            setChunks(before => [...before.filter(one => !read.has(one.chunk_index)), ...read.values()].sort((a, b) => a.chunk_index - b.chunk_index));
        }
    }, [page.data]);
    // Another version may have fewer chunks than what is shown.
    const reload = () => {
        setChunks([]);
        setPlace(before => ({ cursor: undefined, round: before.round + 1 }));
    };
    const chosen = chunks.find(one => one.id === wanted);
    // Chunks of one text share their notes.
    const changed = (chunk: Chunk) =>
        setChunks(before =>
            before.map(one =>
                one.content === chunk.content
                    ? { ...one, keywords: chunk.keywords, keywords_edited: chunk.keywords_edited, summary: chunk.summary, summary_edited: chunk.summary_edited, enabled: chunk.enabled, noted_at: chunk.noted_at }
                    : one,
            ),
        );
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
                    <Row key={chunk.id} path={path} chunk={chunk} onPage={!!pages && chunk.page_number !== null} chosen={chunk.id === wanted} edit={() => setEdited(chunk)} changed={changed} reload={reload} />
                ))}
            </ol>
            {!page.data && !page.problem && <Waiting />}
            {page.data?.next_cursor && (
                <button type="button" onClick={() => setPlace({ cursor: page.data!.next_cursor!, round })}>
                    {t("list.more")}
                </button>
            )}
            {edited && <ChunkNotes path={{ ...path, chunk: edited.chunk_index }} shown={edited} close={() => setEdited(undefined)} changed={changed} />}
        </div>
    );
}

interface RowProps {
    path: Path;
    chunk: Chunk;
    onPage: boolean;
    chosen: boolean;
    edit: () => void;
    changed: (chunk: Chunk) => void;
    reload: () => void;
}

function Row({ path, chunk, onPage, chosen, edit, changed, reload }: RowProps) {
    const writes = useMay("member");
    const action = useAction();
    const label = chunk.enabled ? t("chunk.switchOff") : t("chunk.switchOn");
    const turn = () =>
        void action.run(async () => {
            const one = { ...path, chunk: chunk.chunk_index };
            const ifMatch = await basisOf(chunk, () => call("get", "/knowledge-bases/{knowledgeBase}/documents/{document}/chunks/{chunk}", { path: one }), versionOf);
            changed(await call("patch", "/knowledge-bases/{knowledgeBase}/documents/{document}/chunks/{chunk}", { path: one, body: { enabled: !chunk.enabled }, ifMatch }));
        });
    return (
        <li class={chunk.enabled ? "panel" : "panel off"}>
            <p class="facts small quiet">
                <strong>{number(chunk.chunk_index + 1)}</strong>
                <span>{named("chunkType", chunk.chunk_type)}</span>
                {chunk.page_number !== null && <span>{t("original.page", { page: chunk.page_number })}</span>}
                <span>{t("original.characters", { from: chunk.start_offset, to: chunk.end_offset })}</span>
                <span>{t("document.tokens", { count: chunk.token_count })}</span>
                {chunk.title && <bdi class="cut">{chunk.title}</bdi>}
                {!chunk.enabled && (
                    <span class="badge bad" title={t("chunk.offWhat")}>
                        {t("chunk.off")}
                    </span>
                )}
                {onPage && (
                    <button type="button" class="plain" aria-pressed={chosen} onClick={() => query("chunk", chosen ? "" : chunk.id)}>
                        {t("document.onPage")}
                    </button>
                )}
            </p>
            <div class="text" dir="auto">
                {chunk.content}
            </div>
            {chunk.summary_edited && (
                <p class="small">
                    <span class="quiet">{t("chunk.summary")}</span> <bdi>{chunk.summary}</bdi>
                </p>
            )}
            <div class="facts small">
                {chunk.keywords.length > 0 && (
                    <ul class="keywords" aria-label={t("chunk.keywords")}>
                        {chunk.keywords.map(word => (
                            <li key={word} class="badge">
                                <bdi>{word}</bdi>
                            </li>
                        ))}
                    </ul>
                )}
                {(chunk.keywords_edited || chunk.summary_edited) && <span class="quiet">{t("chunk.edited")}</span>}
                {writes && (
                    <>
                        <button type="button" class="plain" aria-label={t("chunk.editOf", { number: chunk.chunk_index + 1 })} onClick={edit}>
                            <Icon name="edit" /> {t("chunk.edit")}
                        </button>
                        <button type="button" class="plain" aria-label={`${label} (${number(chunk.chunk_index + 1)})`} disabled={action.busy} onClick={turn}>
                            {label}
                        </button>
                    </>
                )}
            </div>
            {action.problem && <Failure problem={action.problem} {...again(action, reload)} />}
        </li>
    );
}
