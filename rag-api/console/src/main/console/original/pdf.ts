/** pdf.js, loaded with the first PDF. Its worker is the only script whose address is made here. */
import { getDocument, PDFWorker, TextLayer, version } from "pdfjs-dist";

export interface OpenPdf {
    pages: number;
    /** Draws a page and its text, which is there to be marked, selected and read aloud. */
    draw(page: number, into: HTMLElement): { done: Promise<void>; cancel: () => void };
    close(): void;
}

interface Policies {
    createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): { createScriptURL(url: string): string };
}

/** Serves all documents. A worker that is given to a document outlives it; one that a document finds by itself does not. */
let worker: PDFWorker | undefined;
const DATA = `/console/pdf/${version}`;

export async function openPdf(bytes: ArrayBuffer): Promise<OpenPdf> {
    worker ??= PDFWorker.create({ port: startWorker() });
    const task = getDocument({
        data: bytes,
        worker,
        cMapUrl: `${DATA}/cmaps/`,
        cMapPacked: true,
        standardFontDataUrl: `${DATA}/standard_fonts/`,
        wasmUrl: `${DATA}/wasm/`,
        iccUrl: `${DATA}/iccs/`,
        enableXfa: false,
        isEvalSupported: false,
    });
    const pdf = await task.promise.catch(async (failure: unknown) => {
        await task.destroy();
        throw failure;
    });
    return {
        pages: pdf.numPages,
        draw(number, into) {
            let cancelled = false;
            let cancel = () => undefined as void;
            const done = (async () => {
                const page = await pdf.getPage(number);
                const natural = page.getViewport({ scale: 1 });
                const scale = Math.max(0.2, (into.clientWidth || natural.width) / natural.width);
                const viewport = page.getViewport({ scale });
                const ratio = Math.min(devicePixelRatio || 1, 3);
                const canvas = document.createElement("canvas");
                canvas.width = Math.floor(viewport.width * ratio);
                canvas.height = Math.floor(viewport.height * ratio);
                const layer = document.createElement("div");
                layer.className = "textLayer";
                layer.style.setProperty("--total-scale-factor", String(scale));
                into.replaceChildren(canvas, layer);
                const drawing = page.render({ canvas, viewport, ...(ratio === 1 ? {} : { transform: [ratio, 0, 0, ratio, 0, 0] }) });
                const text = new TextLayer({ textContentSource: await page.getTextContent(), container: layer, viewport });
                cancel = () => {
                    drawing.cancel();
                    text.cancel();
                };
                if (cancelled) {
                    cancel();
                }
                await Promise.all([drawing.promise, text.render()]);
            })();
            return {
                done,
                cancel: () => {
                    cancelled = true;
                    cancel();
                },
            };
        },
        close: () => void task.destroy(),
    };
}

function startWorker(): Worker {
    const address = document.querySelector<HTMLMetaElement>("meta[name=arketic-worker]")!.content;
    const policies = (window as unknown as { trustedTypes?: Policies }).trustedTypes;
    const policy = policies?.createPolicy("arketic-worker", {
        createScriptURL: url => {
            if (url !== address) {
                throw new TypeError("Only pdf.js's worker is started");
            }
            return url;
        },
    });
    return new Worker(policy ? policy.createScriptURL(address) : address, { type: "module" });
}
