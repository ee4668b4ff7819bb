/** The original of a citation, opened at the quote: what it is, whether it still stands there, and the passage itself. */
import { useEffect, useRef } from "preact/hooks";
import { call, type Schemas } from "../api/client";
import { useLoad } from "../api/load";
import { useWithin } from "../app/organizations";
import { Link } from "../app/router";
import { Icon } from "../parts/icon";
import { isPicture, Picture } from "../parts/picture";
import { Failure, Waiting } from "../parts/state";
import { named, t } from "../text/translate";
import { PdfPage } from "./pdf-page";
import { TextPassage } from "./text-passage";

/** The document leaves out what citations always have, since the passage's fields are unwrapped into it. */
type Cited = Required<Schemas["CitedPassage"]>;

export function Original({ message, number, close }: { message: string; number: number; close: () => void }) {
    const element = useRef<HTMLElement>(null);
    const within = useWithin();
    const loaded = useLoad(async () => {
        const { items } = await call("get", "/messages/{message}/citations", { path: { message } });
        const cited = items.find(one => one.number === number) as Cited | undefined;
        const document =
            cited && cited.document_id !== null && (cited.state === "current" || cited.state === "replaced")
                ? await call("get", "/knowledge-bases/{knowledgeBase}/documents/{document}", { path: { knowledgeBase: cited.knowledge_base_id, document: cited.document_id } }).catch(() => undefined)
                : undefined;
        return { cited, document };
    }, [message, number]);
    useEffect(() => {
        const before = globalThis.document.activeElement;
        element.current?.focus();
        return () => before instanceof HTMLElement && before.isConnected && before.focus();
    }, []);
    const { cited, document } = loaded.data ?? {};
    return (
        <aside ref={element} class="original" tabIndex={-1} aria-label={t("original.title")} onKeyDown={event => event.key === "Escape" && close()}>
            <header>
                <div class="grow">
                    <h2 class="cut">
                        {cited ? (
                            document ? (
                                <Link href={within(`knowledge/${cited.knowledge_base_id}/documents/${cited.document_id}`)}>
                                    <bdi>{cited.filename}</bdi>
                                </Link>
                            ) : (
                                <bdi>{cited.filename}</bdi>
                            )
                        ) : (
                            t("original.title")
                        )}
                    </h2>
                    {cited && (
                        <p class="quiet small">
                            {cited.page_number !== null && `${t("original.page", { page: cited.page_number })} · `}
                            {t("original.characters", { from: cited.start_offset, to: cited.end_offset })} · {t("original.version", { version: cited.document_version })}
                        </p>
                    )}
                </div>
                <button type="button" class="bare" aria-label={t("action.close")} onClick={close}>
                    <Icon name="close" />
                </button>
            </header>
            {loaded.problem && <Failure problem={loaded.problem} retry={loaded.reload} />}
            {!loaded.data && !loaded.problem && <Waiting />}
            {loaded.data && !cited && <p class="note">{t("original.none")}</p>}
            {cited && (
                <>
                    {cited.state !== "current" && (
                        <p class="note" data-state={cited.state}>
                            <Icon name="warning" /> {named("citation", cited.state)}
                        </p>
                    )}
                    <blockquote class="quote" dir="auto">
                        {cited.quote}
                    </blockquote>
                    {document && <Passage cited={cited} type={document.mime_type} />}
                </>
            )}
        </aside>
    );
}

/** A PDF's page as it was cited; of anything else, and of what was replaced, the text as it is now. */
function Passage({ cited, type }: { cited: Cited; type: string }) {
    if (type === "application/pdf" && cited.page_number !== null && cited.state === "current" && cited.content_url) {
        return <PdfPage url={cited.content_url.replace(/#.*$/, "")} page={cited.page_number} quote={cited.quote} />;
    }
    if (cited.current_offset === null || cited.document_id === null) {
        return null;
    }
    const picture = isPicture(type) && cited.state === "current" && cited.content_url;
    return (
        <>
            {picture && <Picture address={picture.replace(/#.*$/, "")} name={cited.filename} />}
            <TextPassage base={cited.knowledge_base_id} document={cited.document_id} start={cited.current_offset} length={cited.end_offset - cited.start_offset} />
        </>
    );
}
