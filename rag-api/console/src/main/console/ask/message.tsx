/** One message; an answer with its citations, a rating, and another try. */
import { useState } from "preact/hooks";
import type { Schemas } from "../api/client";
import { query, useAddress } from "../app/router";
import { Boundary } from "../parts/boundary";
import { useCopied } from "../parts/form";
import { Icon } from "../parts/icon";
import { Markdown } from "../text/markdown";
import { named, number, t } from "../text/translate";
import { Edit } from "./edit";
import { MessageFile } from "./file";
import { Rating } from "./rating";

type ChatMessage = Schemas["ChatMessage"];
type Citation = Schemas["Citation"];

interface Shown {
    message: ChatMessage;
    again?: (() => void) | undefined;
    coming?: boolean;
    /** The name of another user that wrote it. */
    from?: string | undefined;
    /** Whether there is an answer to it. */
    answered?: boolean;
    /** Is told that the reader has changed it; undefined where the reader may not. */
    edited?: (() => void) | undefined;
    /** Asks whether to delete it; undefined where the reader may not. */
    remove?: (() => void) | undefined;
    /** Whether the address names it. */
    wanted?: boolean;
}

/** A message that cannot be shown as it should be is shown as text, and the others as ever. */
export function Message(shown: Shown) {
    return (
        <Boundary instead={<p class="said">{shown.message.content}</p>}>
            <Whole {...shown} />
        </Boundary>
    );
}

function Whole({ message, again, coming, from, answered, edited, remove, wanted }: Shown) {
    const [editing, setEditing] = useState(false);
    const asks = message.message_type !== "ai";
    const open = (citation: Citation) => query("cite", `${message.id}.${citation.number}`);
    const mark = (which: number) => {
        const citation = message.citations.find(one => one.number === which);
        return citation && !coming ? <Cite citation={citation} open={() => open(citation)} here={`${message.id}.${which}`} /> : undefined;
    };
    if (editing && edited) {
        return <Edit message={message} answered={answered ?? false} close={() => setEditing(false)} done={() => (setEditing(false), edited())} />;
    }
    const kind = asks ? (from ? "message asked other" : "message asked") : "message";
    const trash = remove && (
        <button type="button" class="bare" title={t("ask.removeMessage")} aria-label={t("ask.removeMessage")} onClick={remove}>
            <Icon name="trash" />
        </button>
    );
    return (
        <article id={`message-${message.id}`} class={wanted ? `${kind} wanted` : kind} aria-label={from ? t("chat.messageOf", { name: from }) : asks ? t("ask.question") : t("ask.answer")} dir="auto">
            {from && (
                <p class="small quiet">
                    <bdi>{from}</bdi>
                </p>
            )}
            {message.file ? <MessageFile message={message} /> : asks ? <p class="said">{message.content}</p> : <Markdown text={message.content} mark={mark} />}
            {asks && (message.is_edited || edited || remove) && (
                <footer class="tools">
                    {message.is_edited && <span class="quiet small">{t("ask.edited")}</span>}
                    {edited && (
                        <button type="button" class="bare" title={t("ask.edit")} aria-label={t("ask.edit")} onClick={() => setEditing(true)}>
                            <Icon name="edit" />
                        </button>
                    )}
                    {trash}
                </footer>
            )}
            {message.status === "failed" && (
                <p class="note">
                    <Icon name="warning" /> {named("failure", message.failure_reason ?? "")}
                </p>
            )}
            {!asks && !coming && (
                <>
                    <Sources citations={message.citations} open={open} />
                    <footer class="tools">
                        <Rating message={message.id} near={!!again} />
                        <CopyAnswer text={message.content} />
                        {again && (
                            <button type="button" class="bare" title={t("ask.again")} aria-label={t("ask.again")} onClick={again}>
                                <Icon name="retry" />
                            </button>
                        )}
                        {trash}
                        <span class="quiet small">
                            {message.ai_model_used}
                            {message.processing_time_ms !== null && ` · ${number(message.processing_time_ms / 1000, 1)} s`}
                        </span>
                    </footer>
                </>
            )}
        </article>
    );
}

function CopyAnswer({ text }: { text: string }) {
    const { copied, copy } = useCopied(text);
    const label = copied ? t("action.copied") : t("action.copy");
    return (
        <button type="button" class="bare" title={label} aria-label={label} onClick={copy}>
            <Icon name={copied ? "check" : "copy"} />
        </button>
    );
}

function Cite({ citation, open, here }: { citation: Citation; open: () => void; here: string }) {
    const shown = useAddress().searchParams.get("cite") === here;
    return (
        <button type="button" class="cite" aria-pressed={shown} aria-label={t("ask.citation", { number: citation.number, file: citation.filename })} title={`${citation.filename}\n“${citation.quote}”`} onClick={open}>
            {citation.number}
        </button>
    );
}

function Sources({ citations, open }: { citations: Citation[]; open: (citation: Citation) => void }) {
    if (citations.length === 0) {
        return null;
    }
    return (
        <ul class="sources" aria-label={t("ask.sources")}>
            {citations.map(citation => (
                <li key={citation.number}>
                    <button type="button" onClick={() => open(citation)}>
                        <span class="number">{citation.number}</span>
                        <bdi class="cut">{citation.filename}</bdi>
                        {citation.page_number !== null && <span class="quiet small">{t("original.page", { page: citation.page_number })}</span>}
                    </button>
                </li>
            ))}
        </ul>
    );
}
