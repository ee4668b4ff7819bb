/** A small picture of a file, where the server draws one; its icon before, and instead. */
import { useEffect, useRef, useState } from "preact/hooks";
import { address, send } from "../api/client";
import { asProblem } from "../api/problem";
import { Icon } from "../parts/icon";
import type { DriveDocument } from "./page";

/** Files of which the server draws a preview. */
const DRAWN = /^(application\/pdf|image\/(png|jpeg|gif|bmp|x-ms-bmp|tiff))$/;
const AT_ONCE = 1;
const TRIES = 4;
const PAUSE = 3000;

export function isDrawn(document: DriveDocument): boolean {
    return DRAWN.test(document.mime_type ?? "") && document.file_size > 0;
}

export function previewOf(document: DriveDocument, size: "page" | "thumbnail"): string {
    return address("/documents/{document}/preview", { document: document.id }, { size });
}

let under = 0;
const waiting: Array<() => void> = [];

/** Runs few at a time: a server draws one of an organization at a time. A place that ends goes to the next. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (under >= AT_ONCE) {
        await new Promise<void>(resolve => waiting.push(resolve));
    } else {
        under++;
    }
    try {
        return await work();
    } finally {
        const next = waiting.shift();
        if (next) {
            next();
        } else {
            under--;
        }
    }
}

/** Waits in its turn after a refusal: the next one would be refused, too. */
async function load(document: DriveDocument, isGone: () => boolean): Promise<Blob | undefined> {
    for (let attempt = 1; attempt <= TRIES && !isGone(); attempt++) {
        try {
            return await (await send(previewOf(document, "thumbnail"), { headers: { Accept: "image/png, application/problem+json" } })).blob();
        } catch (failure) {
            if (asProblem(failure).status !== 429) {
                return undefined;
            }
            await new Promise(resolve => setTimeout(resolve, PAUSE));
        }
    }
    return undefined;
}

/** Loads when it comes into view. */
export function Thumbnail({ document }: { document: DriveDocument }) {
    const place = useRef<HTMLSpanElement>(null);
    const [url, setUrl] = useState("");
    useEffect(() => {
        let gone = false;
        let made = "";
        const observer = new IntersectionObserver(seen => {
            if (seen.some(one => one.isIntersecting)) {
                observer.disconnect();
                void inTurn(() => load(document, () => gone)).then(blob => blob && !gone && setUrl((made = URL.createObjectURL(blob))));
            }
        });
        if (place.current) {
            observer.observe(place.current);
        }
        return () => {
            gone = true;
            observer.disconnect();
            if (made) {
                URL.revokeObjectURL(made);
            }
        };
    }, [document.id, document.version_number]);
    return (
        <span ref={place} class="thumbnail">
            {url ? <img src={url} alt="" /> : <Icon name="file" />}
        </span>
    );
}
