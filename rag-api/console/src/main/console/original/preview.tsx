/** A file as it is, where the browser can show it without running it: pages of a PDF, a picture, or text. */
import { send } from "../api/client";
import { useLoad } from "../api/load";
import { isPicture, Picture } from "../parts/picture";
import { Empty, Failure, Waiting } from "../parts/state";
import { t } from "../text/translate";
import { PdfPage } from "./pdf-page";

/** Of a text, in bytes; the rest is there to be downloaded. */
const MOST = 500_000;
const READABLE = /^(text\/|application\/(json|xml|yaml|x-yaml|x-ndjson|javascript|toml)$)/;

export function canPreview(type: string): boolean {
    return type === "application/pdf" || isPicture(type) || READABLE.test(type);
}

export function Preview({ url, type, name }: { url: string; type: string; name: string }) {
    if (type === "application/pdf") {
        return <PdfPage url={url} page={1} />;
    }
    if (isPicture(type)) {
        return <Picture address={url} name={name} />;
    }
    return READABLE.test(type) ? <Plain url={url} /> : <Empty icon="file" title={t("preview.none")} />;
}

function Plain({ url }: { url: string }) {
    const text = useLoad(async () => {
        const whole = await (await send(url, { headers: { Range: `bytes=0-${MOST - 1}` } })).blob();
        return { text: await whole.slice(0, MOST).text(), cut: whole.size >= MOST };
    }, [url]);
    if (text.problem) {
        return <Failure problem={text.problem} retry={text.reload} />;
    }
    if (!text.data) {
        return <Waiting />;
    }
    return (
        <>
            {text.data.cut && <p class="note">{t("preview.cut")}</p>}
            <pre class="text tall" dir="auto" tabIndex={0} role="region" aria-label={t("view.original")}>
                {text.data.text}
            </pre>
        </>
    );
}
