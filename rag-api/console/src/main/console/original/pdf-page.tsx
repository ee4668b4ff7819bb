/** A page of a PDF with the quote's characters marked where they are printed. */
import { useEffect, useRef, useState } from "preact/hooks";
import { send } from "../api/client";
import { asProblem, type Problem } from "../api/problem";
import { Failure, Waiting } from "../parts/state";
import { t } from "../text/translate";
import { markQuote } from "./mark-quote";
import type { OpenPdf } from "./pdf";

export function PdfPage({ url, page, quote }: { url: string; page: number; quote?: string }) {
    const [pdf, setPdf] = useState<OpenPdf>();
    const [at, setAt] = useState(page);
    const [problem, setProblem] = useState<Problem>();
    useEffect(() => {
        let opened: OpenPdf | undefined;
        let left = false;
        setPdf(undefined);
        setProblem(undefined);
        void (async () => {
            try {
                const [{ openPdf }, response] = await Promise.all([import("./pdf"), send(url, {})]);
                opened = await openPdf(await response.arrayBuffer());
                if (left) {
                    opened.close();
                } else {
                    setPdf(opened);
                }
            } catch (failure) {
                if (!left) {
                    setProblem(asProblem(failure));
                }
            }
        })();
        return () => {
            left = true;
            opened?.close();
        };
    }, [url]);
    if (problem) {
        return <Failure problem={problem} />;
    }
    if (!pdf) {
        return <Waiting />;
    }
    return (
        <div class="pdf">
            <div class="pager">
                <button type="button" disabled={at <= 1} onClick={() => setAt(at - 1)}>
                    {t("original.previous")}
                </button>
                <span>{t("original.pageOf", { page: at, count: pdf.pages })}</span>
                <button type="button" disabled={at >= pdf.pages} onClick={() => setAt(at + 1)}>
                    {t("original.next")}
                </button>
            </div>
            <Sheet key={at} pdf={pdf} page={at} quote={at === page ? quote : undefined} />
        </div>
    );
}

function Sheet({ pdf, page, quote }: { pdf: OpenPdf; page: number; quote: string | undefined }) {
    const element = useRef<HTMLDivElement>(null);
    const [missing, setMissing] = useState(false);
    const [width, setWidth] = useState(0);
    useEffect(() => {
        const watch = new ResizeObserver(entries => setWidth(Math.round(entries[0]!.contentRect.width)));
        watch.observe(element.current!);
        return () => watch.disconnect();
    }, []);
    useEffect(() => {
        if (!width) {
            return undefined;
        }
        const drawn = pdf.draw(page, element.current!);
        drawn.done.then(
            () => {
                if (quote && element.current) {
                    const first = markQuote(element.current.querySelector(".textLayer")!, quote);
                    first?.scrollIntoView({ block: "center" });
                    setMissing(!first);
                }
            },
            () => undefined,
        );
        return drawn.cancel;
    }, [pdf, page, width]);
    return (
        <>
            {missing && <p class="note">{t("original.unmarked")}</p>}
            <div class="sheet" ref={element} tabIndex={0} role="region" aria-label={t("original.page", { page })} />
        </>
    );
}
