/** How many notifications are unread, live while the tab is seen. */
import { useEffect, useRef } from "preact/hooks";
import { address, type Schemas } from "../api/client";
import { follow } from "../api/events";
import { signal } from "../app/signal";
import { attend, attends, show } from "./desktop";

type Unread = Schemas["UnreadNotifications"];

export const unread = signal<Unread>({ count: 0, newest: null });

/** @param page of the notifications, which one on the desktop opens */
export function useUnread(page: string): void {
    const opened = useRef(page);
    opened.current = page;
    useEffect(() => {
        const leave = attend();
        const heard = (now: Unread) => {
            unread.set(now);
            show(now.newest, opened.current);
        };
        const stop = follow(address("/notifications/unread"), event => event.name === "unread" && heard(event.data as Unread), () => undefined, attends);
        return () => {
            stop();
            leave();
            unread.set({ count: 0, newest: null });
        };
    }, []);
}
