/** A document's extracted text around a passage, which is marked. Offsets count code points, as the API's do. */
import { useEffect, useRef, useState } from "preact/hooks";
import { call } from "../api/client";
import { useLoad } from "../api/load";
import { Failure, Waiting } from "../parts/state";
import { t } from "../text/translate";

const AROUND = 4000;

export function TextPassage({ base, document, start, length }: { base: string; document: string; start: number; length: number }) {
    const [around, setAround] = useState(AROUND);
    const marked = useRef<HTMLElement>(null);
    const from = Math.max(0, start - around);
    const loaded = useLoad(
        () => call("get", "/knowledge-bases/{knowledgeBase}/documents/{document}/text", { path: { knowledgeBase: base, document }, query: { offset: from, limit: length + 2 * around } }),
        [base, document, start, around],
    );
    useEffect(() => marked.current?.scrollIntoView({ block: "center" }), [loaded.data]);
    if (loaded.problem) {
        return <Failure problem={loaded.problem} retry={loaded.reload} />;
    }
    if (!loaded.data) {
        return <Waiting />;
    }
    const points = Array.from(loaded.data.text);
    const at = start - loaded.data.offset;
    const more = from > 0 || loaded.data.next_offset !== null;
    return (
        <div class="text" dir="auto" tabIndex={0} role="region" aria-label={t("original.text")}>
            {points.slice(0, at).join("")}
            <mark ref={marked}>{points.slice(at, at + length).join("")}</mark>
            {points.slice(at + length).join("")}
            {more && (
                <button type="button" class="plain small" onClick={() => setAround(around * 4)}>
                    {t("original.more")}
                </button>
            )}
        </div>
    );
}
