/** Server-sent events over fetch, since an EventSource sends no Authorization header. */
import { send } from "./client";

export interface ServerEvent {
    name: string;
    id: string;
    data: unknown;
}

export async function* events(url: string, init: RequestInit = {}): AsyncGenerator<ServerEvent> {
    const response = await send(url, { ...init, headers: { ...init.headers, Accept: "text/event-stream" } });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    try {
        for (;;) {
            const { done, value } = await reader.read();
            if (done) {
                return;
            }
            const parts = (rest + value.replaceAll("\r", "")).split("\n\n");
            rest = parts.pop() ?? "";
            for (const part of parts) {
                const event = parse(part);
                if (event) {
                    yield event;
                }
            }
        }
    } finally {
        reader.cancel().catch(() => undefined);
    }
}

/** Names the event of the document after which a hidden tab may keep its stream. */
export const KEPT = "arketic.kept";

/**
 * Follows a stream until it is stopped, and connects again, ever more slowly, where it breaks off. A tab that is not seen
 * lets go of its stream, unless it is to keep it: a browser opens six connections to a server, for all tabs together.
 */
export function follow(url: string, heard: (event: ServerEvent) => void, failed: (failure: unknown) => void, keeps: () => boolean = () => false): () => void {
    const stop = new AbortController();
    void (async () => {
        let pause = 1000;
        while (!stop.signal.aborted) {
            if (!keeps()) {
                await seen(stop.signal, keeps);
            }
            const part = new AbortController();
            const leave = () => ((document.hidden && !keeps()) || stop.signal.aborted) && part.abort();
            document.addEventListener("visibilitychange", leave);
            stop.signal.addEventListener("abort", leave);
            try {
                for await (const event of events(url, { signal: part.signal })) {
                    pause = 1000;
                    heard(event);
                }
            } catch (failure) {
                if (!part.signal.aborted) {
                    failed(failure);
                }
            } finally {
                document.removeEventListener("visibilitychange", leave);
                stop.signal.removeEventListener("abort", leave);
            }
            if (!part.signal.aborted) {
                await new Promise(resolve => setTimeout(resolve, pause));
                pause = Math.min(pause * 2, 30_000);
            }
        }
    })();
    return () => stop.abort();
}

/** Waits until the tab is seen or keeps its stream, or nothing is to be followed any more. */
async function seen(stopped: AbortSignal, keeps: () => boolean): Promise<void> {
    const waits = () => document.hidden && !keeps() && !stopped.aborted;
    if (!waits()) {
        return;
    }
    await new Promise<void>(resolve => {
        const done = () => {
            if (waits()) {
                return;
            }
            document.removeEventListener("visibilitychange", done);
            document.removeEventListener(KEPT, done);
            stopped.removeEventListener("abort", done);
            resolve();
        };
        document.addEventListener("visibilitychange", done);
        document.addEventListener(KEPT, done);
        stopped.addEventListener("abort", done);
    });
}

function parse(block: string): ServerEvent | undefined {
    let name = "message";
    let id = "";
    const data: string[] = [];
    for (const line of block.split("\n")) {
        const value = line.slice(line.indexOf(":") + 1).replace(/^ /, "");
        if (line.startsWith("event:")) {
            name = value;
        } else if (line.startsWith("id:")) {
            id = value;
        } else if (line.startsWith("data:")) {
            data.push(value);
        }
    }
    return data.length ? { name, id, data: JSON.parse(data.join("\n")) as unknown } : undefined;
}
