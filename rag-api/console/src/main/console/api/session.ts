/** The browser's session: an access token in memory, and a refresh token in a cookie that no script reads. */
import { problemOf } from "./problem";

const PATH = "/api/v1/auth/browser-session";
/** Says that there may be a session, and is no secret: visitors without one are spared a refused request. */
const HINT = "arketic.session";

interface BrowserSession {
    access_token: string;
    expires_in: number;
}

let token = "";
let expires = 0;
let refreshing: Promise<boolean> | undefined;
const endings = new Set<() => void>();

export function onEnd(listener: () => void): void {
    endings.add(listener);
}

export async function open(email: string, password: string, code?: string): Promise<void> {
    const response = await fetch(PATH, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ email, password, ...(code ? { two_factor_code: code } : {}) }),
    });
    if (!response.ok) {
        throw await problemOf(response);
    }
    take((await response.json()) as BrowserSession);
}

/** Whether there is a session. Several callers share one request. */
export function refresh(): Promise<boolean> {
    refreshing ??= renew().finally(() => (refreshing = undefined));
    return refreshing;
}

export async function close(): Promise<void> {
    await fetch(PATH, { method: "DELETE" }).catch(() => undefined);
    forget();
}

export function mayExist(): boolean {
    return localStorage.getItem(HINT) !== null;
}

/** The header of a request; renewed half a minute before it expires. */
export async function authorization(): Promise<Record<string, string>> {
    if (token && Date.now() > expires - 30_000) {
        await refresh();
    }
    return token ? { Authorization: `Bearer ${token}` } : {};
}

async function renew(): Promise<boolean> {
    const response = await fetch(`${PATH}/refresh`, { method: "POST" });
    if (response.ok) {
        take((await response.json()) as BrowserSession);
        return true;
    }
    if (response.status === 401) {
        forget();
        return false;
    }
    throw await problemOf(response);
}

function take(session: BrowserSession): void {
    token = session.access_token;
    expires = Date.now() + session.expires_in * 1000;
    localStorage.setItem(HINT, "1");
}

function forget(): void {
    token = "";
    localStorage.removeItem(HINT);
    endings.forEach(listener => listener());
}
