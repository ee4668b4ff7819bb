/** One document: its original, the text that was read of it, and the chunks that the index holds. */
import { useState } from "preact/hooks";
import { address, call, type Schemas } from "../api/client";
import { useAction, useLoad } from "../api/load";
import { useMay, useWithin } from "../app/organizations";
import { go, Link, query, useAddress } from "../app/router";
import { canPreview, Preview } from "../original/preview";
import { TextPassage } from "../original/text-passage";
import { Confirm } from "../parts/dialog";
import { download } from "../parts/file";
import { Icon } from "../parts/icon";
import { Empty, Failure, Waiting } from "../parts/state";
import { bytes, named, number, t, time } from "../text/translate";
import { Chunks } from "./chunks";
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
