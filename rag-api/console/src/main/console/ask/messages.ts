/** The messages of a chat, the newest hundred first and earlier ones when they are asked for. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { call, type Schemas } from "../api/client";
import { useLoad } from "../api/load";
import type { Problem } from "../api/problem";

type ChatMessage = Schemas["ChatMessage"];
const PART = 100;

export interface Messages {
    /** The oldest first; undefined until they are there. */
    items: ChatMessage[] | undefined;
    problem: Problem | undefined;
    /** Undefined where there is none before the first. */
    earlier: (() => Promise<void>) | undefined;
    reload: () => Promise<void>;
}

export function useMessages(chat: string): Messages {
    const [before, setBefore] = useState<Schemas["PageChatMessage"]>();
    const page = (cursor?: string) => call("get", "/chats/{chat}/messages", { path: { chat }, query: { limit: PART, ...(cursor ? { cursor } : {}) } });
    const newest = useLoad(() => page(), [chat]);
    const cursor = (before ?? newest.data)?.next_cursor;
    const earlier = async () => {
        const next = await page(cursor!);
        setBefore({ items: [...(before?.items ?? []), ...next.items], next_cursor: next.next_cursor });
    };
    const reload = useCallback(async () => newest.set(await page()), [chat]);
    const known = new Set(newest.data?.items.map(message => message.id));
    const items = newest.data && [...newest.data.items, ...(before?.items ?? []).filter(message => !known.has(message.id))].reverse();
    return { items, problem: newest.problem, earlier: cursor ? earlier : undefined, reload };
}

/** So many earlier parts are read to find a message that the address names. */
const FARTHEST = 50;

/** Shows the message that the address names, which may be among earlier ones. */
export function useWanted(wanted: string, { items, earlier }: Messages): void {
    const shown = useRef("");
    const there = items?.some(message => message.id === wanted);
    const count = items?.length;
    useEffect(() => {
        if (!wanted || shown.current === wanted || count === undefined) {
            return;
        }
        if (there) {
            shown.current = wanted;
            const element = document.getElementById(`message-${wanted}`);
            element?.scrollIntoView({ block: "center" });
        } else if (earlier && count < FARTHEST * PART) {
            earlier().catch(() => undefined);
        }
    }, [wanted, there, count]);
}
