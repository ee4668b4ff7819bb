/** How many notifications are unread, live while the tab is seen. */
import { useEffect } from "preact/hooks";
import { address, type Schemas } from "../api/client";
import { follow } from "../api/events";
import { signal } from "../app/signal";

type Unread = Schemas["UnreadNotifications"];

export const unread = signal<Unread>({ count: 0, newest: null });

export function useUnread(): void {
    useEffect(() => {
        const stop = follow(address("/notifications/unread"), event => event.name === "unread" && unread.set(event.data as Unread), () => undefined);
        return () => {
            stop();
            unread.set({ count: 0, newest: null });
        };
    }, []);
}
