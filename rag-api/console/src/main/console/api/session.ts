/** The browser's session: an access token in memory, and a refresh token in a cookie that no script reads. */
import { problemOf } from "./problem";
import { random } from "./random";

const PATH = "/api/v1/auth/browser-session";
/**
 * Names the session at random, and is no secret. Where it is missing, visitors are spared a refused request. Where it
 * changes, another tab has ended the session or opened another one.
 */
const NAME = "arketic.session";
/** What a session keeps in the browser, and what no other account may find there. */
const QUESTIONS = "arketic.pending.";
export const LAST_ORGANIZATION = "arketic.organization";

interface BrowserSession {
    access_token: string;
    expires_in: number;
}

let token = "";
let expires = 0;
let name = localStorage.getItem(NAME);
let left = false;
let refreshing: Promise<boolean> | undefined;
const endings = new Set<(own: boolean) => void>();

// A tab that slept while another account signed in still holds the questions of the first.
if (sessionStorage.getItem(NAME) !== name) {
    dropQuestions();
}
remember();

addEventListener("storage", event => {
    const changed = event.storageArea === localStorage && (event.key === NAME || event.key === null);
    if (changed && name !== null && localStorage.getItem(NAME) !== name) {
        leave();
    }
});

/** @param listener is told whether the user of this page ended the session */
export function onEnd(listener: (own: boolean) => void): void {
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
    dropQuestions();
    take((await response.json()) as BrowserSession);
    called(random());
}

/** Takes the session that a sign-in through a provider has put into the cookie. */
export async function adopt(): Promise<boolean> {
    dropQuestions();
    token = "";
    const opened = await refresh();
    if (opened) {
        called(random());
    }
    return opened;
}

/** Whether there is a session. Several callers share one request. */
export function refresh(): Promise<boolean> {
    refreshing ??= renew().finally(() => (refreshing = undefined));
    return refreshing;
}

/** Throws a Problem unless the session has ended: its cookie would open it again. */
export async function close(): Promise<void> {
    const response = await fetch(PATH, { method: "DELETE" });
    if (!response.ok && response.status !== 401) {
        throw await problemOf(response);
    }
    forget(true);
}

/** Changes with the session. A request is repeated within the session that sent it only. */
export function current(): string | null {
    return left ? null : name;
}

export function mayExist(): boolean {
    return localStorage.getItem(NAME) !== null;
}

/** The header of a request; renewed half a minute before it expires, and used until then where that fails. */
export async function authorization(): Promise<Record<string, string>> {
    if (token && Date.now() > expires - 30_000) {
        await refresh().catch((failure: unknown) => {
            if (Date.now() >= expires) {
                throw failure;
            }
        });
    }
    return token ? { Authorization: `Bearer ${token}` } : {};
}

async function renew(): Promise<boolean> {
    const response = await fetch(`${PATH}/refresh`, { method: "POST" });
    if (left) {
        return false;
    }
    if (response.ok) {
        const session = (await response.json()) as BrowserSession;
        if (token && account(session.access_token) !== account(token)) {
            leave();
            return false;
        }
        take(session);
        called(localStorage.getItem(NAME) ?? random());
        return true;
    }
    if (response.status === 401) {
        forget(false);
        return false;
    }
    throw await problemOf(response);
}

function take(session: BrowserSession): void {
    token = session.access_token;
    expires = Date.now() + session.expires_in * 1000;
}

function called(next: string): void {
    name = next;
    localStorage.setItem(NAME, name);
    remember();
}

/** The subject of an access token, which is a JWT. */
function account(jwt: string): unknown {
    const claims = (jwt.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    return (JSON.parse(atob(claims)) as { sub?: unknown }).sub;
}

function forget(own: boolean): void {
    drop();
    // Another tab may have opened the next session already.
    if (localStorage.getItem(NAME) === name) {
        localStorage.removeItem(NAME);
        localStorage.removeItem(LAST_ORGANIZATION);
    }
    name = null;
    remember();
    endings.forEach(listener => listener(own));
}

/** The browser has another session, or none: nothing of this page's account stays. */
function leave(): void {
    left = true;
    drop();
    location.replace("/sign-in");
}

function drop(): void {
    token = "";
    dropQuestions();
}

function dropQuestions(): void {
    Object.keys(sessionStorage)
        .filter(key => key.startsWith(QUESTIONS))
        .forEach(key => sessionStorage.removeItem(key));
}

function remember(): void {
    if (name === null) {
        sessionStorage.removeItem(NAME);
    } else {
        sessionStorage.setItem(NAME, name);
    }
}
