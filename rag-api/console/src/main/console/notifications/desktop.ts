/**
 * Shows unread notifications on the desktop while the console is open and not seen. The live stream brings them, so no push
 * service of a browser's maker learns of them. One tab of the browser does it: it holds a lock.
 */
import type { Schemas } from "../api/client";
import { KEPT } from "../api/events";
import { go } from "../app/router";
import { t } from "../text/translate";
import { said } from "./target";

type Told = Schemas["Notification"];

/** What `custom_settings.notifications` says; the API checks it. */
export interface Wish {
    mail?: string;
    push?: string;
    quiet?: { from: string; until: string };
    [kind: string]: unknown;
}

let wish: Wish = {};
let zone = "UTC";
let holds = false;
let last = "";

export function wishOf(preferences: Schemas["Preferences"]): Wish {
    return (preferences.custom_settings?.notifications ?? {}) as Wish;
}

export function listen(preferences: Schemas["Preferences"], timezone: string): void {
    wish = wishOf(preferences);
    zone = timezone;
    document.dispatchEvent(new Event(KEPT));
}

/** Takes the lock once this tab is the first of those that wait for it; returns what gives it back. */
export function attend(): () => void {
    const leave = new AbortController();
    let done = () => undefined as void;
    const held = new Promise<void>(resolve => (done = resolve));
    navigator.locks
        ?.request("arketic.desktop", { signal: leave.signal }, () => {
            holds = true;
            document.dispatchEvent(new Event(KEPT));
            return held;
        })
        .catch(() => undefined);
    return () => {
        holds = false;
        leave.abort();
        done();
    };
}

export function attends(): boolean {
    return holds && wish.push === "on" && allowed();
}

export function allowed(): boolean {
    return "Notification" in globalThis && Notification.permission === "granted";
}

/** Asks the reader once; a browser answers by itself after a refusal. */
export async function ask(): Promise<boolean> {
    return "Notification" in globalThis && (await Notification.requestPermission()) === "granted";
}

/** Shows the newest notification, each once; the page opens with a click. */
export function show(newest: Told | null, page: string): void {
    const before = last;
    // Ids grow. After the newest one was read, an older one is the newest unread.
    last = newest && newest.id > before ? newest.id : before || "0";
    if (!newest || before === "" || newest.id <= before) {
        return;
    }
    const kind = wish[newest.kind] as { push?: string } | undefined;
    if (!document.hidden || !attends() || kind?.push === "off" || quiet(new Date())) {
        return;
    }
    const shown = new Notification(t("page.notifications"), { body: said(newest), tag: newest.id });
    shown.onclick = () => {
        window.focus();
        go(page);
        shown.close();
    };
}

function quiet(now: Date): boolean {
    const { from, until } = wish.quiet ?? { from: "", until: "" };
    if (from === until) {
        return false;
    }
    const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: zone }).format(now);
    return from < until ? time >= from && time < until : time >= from || time < until;
}
