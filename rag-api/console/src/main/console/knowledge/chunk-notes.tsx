/** Edits the keywords and the summary of a chunk, which belong to its text. */
import { useEffect, useState } from "preact/hooks";
import { call, tagOf, type Schemas } from "../api/client";
import { Problem } from "../api/problem";
import { useAction, useLoad } from "../api/load";
import { Dialog } from "../parts/dialog";
import { Field, Form, Submit } from "../parts/form";
import { Failure, Waiting } from "../parts/state";
import { t } from "../text/translate";

type Chunk = Schemas["StoredChunk"];

interface Props {
    path: { knowledgeBase: string; document: string; chunk: number };
    shown: Chunk;
    close: () => void;
    changed: (chunk: Chunk) => void;
}

export function ChunkNotes({ path, shown, close, changed }: Props) {
    const chunk = useLoad(async () => {
        const now = await call("get", "/knowledge-bases/{knowledgeBase}/documents/{document}/chunks/{chunk}", { path });
        // Another version of the document has another text at this place.
        if (now.content !== shown.content) {
            throw new Problem(412, "stale-version", "", "");
        }
        return now;
    }, [shown.id]);
    const [keywords, setKeywords] = useState("");
    const [summary, setSummary] = useState("");
    const action = useAction();
    const read = chunk.data;
    useEffect(() => {
        if (read) {
            setKeywords(read.keywords.join(", "));
            setSummary(read.summary ?? "");
        }
    }, [read]);
    const save = () =>
        read &&
        void action
            .run(async () => {
                const words = wordsOf(keywords);
                const body = {
                    ...(words.join("\n") === read.keywords.join("\n") ? {} : { keywords: words }),
                    ...(summary.trim() === (read.summary ?? "") ? {} : { summary: summary.trim() }),
                };
                changed(Object.keys(body).length ? await call("patch", "/knowledge-bases/{knowledgeBase}/documents/{document}/chunks/{chunk}", { path, body, ifMatch: tagOf(read) }) : read);
            })
            .then(done => done && close());
    return (
        <Dialog title={t("chunk.editOf", { number: path.chunk + 1 })} close={close}>
            <p class="quiet">{t("chunk.editWhat")}</p>
            {chunk.problem && <Failure problem={chunk.problem} {...(chunk.problem.status === 412 ? {} : { retry: chunk.reload })} />}
            {!read && !chunk.problem && <Waiting />}
            {read && (
                <Form problem={action.problem} submit={save} reload={() => (action.clear(), chunk.reload())}>
                    <Field label={t("chunk.keywords")} hint={t("chunk.keywordsHint")} value={keywords} change={setKeywords} />
                    <Field label={t("chunk.summary")} hint={t("chunk.summaryHint")} value={summary} change={setSummary} rows={5} />
                    <div class="actions">
                        <button type="button" onClick={close}>
                            {t("action.cancel")}
                        </button>
                        <Submit busy={action.busy}>{t("action.save")}</Submit>
                    </div>
                </Form>
            )}
        </Dialog>
    );
}

function wordsOf(line: string): string[] {
    return [...new Set(line.split(",").map(word => word.trim()))].filter(word => word);
}
