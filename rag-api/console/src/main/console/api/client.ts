/** Calls of the API, typed by its published document: what the document lacks does not compile. */
import type { components, paths } from "#schema";
import { Problem, problemOf } from "./problem";
import { language } from "../text/translate";
import { authorization, current, refresh } from "./session";

export type Schemas = components["schemas"];

const BASE = "/api/v1";
type Method = "get" | "post" | "put" | "patch" | "delete";
type Short<K> = K extends `/api/v1${infer P}` ? P : never;
type Path<M extends Method> = {
    [K in keyof paths]: paths[K][M] extends { responses: unknown } ? Short<K> : never;
}[keyof paths];
type Operation<M extends Method, P extends string> = paths[`/api/v1${P}` & keyof paths][M];
type Success<R> = R extends { content: { "application/json": infer J } } ? J : undefined;
type Answer<O> = O extends { responses: infer R } ? { [S in keyof R & (200 | 201)]: Success<R[S]> }[keyof R & (200 | 201)] | Accepted<R> : never;
type Accepted<R> = R extends { 202: infer A } ? Success<A> : never;
type PathOf<O> = O extends { parameters: { path: infer A } } ? { path: A } : unknown;
type QueryOf<O> = O extends { parameters: { query?: infer Q } } ? { query?: Q } : unknown;
type BodyOf<O> = O extends { requestBody: { content: { "application/json": infer B } } }
    ? { body: B }
    : O extends { requestBody?: infer R }
      ? NonNullable<R> extends { content: { "application/json": infer B } }
          ? [NonNullable<R>] extends [never]
              ? unknown
              : { body?: B }
          : unknown
      : unknown;
/** A change of what other users may change, too, names the version on which it is based. */
type BasisOf<O> = O extends { parameters: { header?: { "If-Match"?: infer H } } } ? ([NonNullable<H>] extends [string] ? ([NonNullable<H>] extends [never] ? unknown : { ifMatch: string }) : unknown) : unknown;
type Options<O> = PathOf<O> & QueryOf<O> & BodyOf<O> & BasisOf<O> & { signal?: AbortSignal; key?: string };

interface Loose {
    path?: Record<string, string | number>;
    query?: Record<string, unknown>;
    body?: unknown;
    ifMatch?: string;
    signal?: AbortSignal;
    key?: string;
}

export async function call<M extends Method, P extends Path<M>>(
    method: M,
    path: P,
    ...[options]: unknown extends PathOf<Operation<M, P>> ? [Options<Operation<M, P>>?] : [Options<Operation<M, P>>]
): Promise<Answer<Operation<M, P>>> {
    const given = (options ?? {}) as Loose;
    const response = await send(address(path, given.path, given.query), {
        method: method.toUpperCase(),
        headers: {
            Accept: "application/json, application/problem+json",
            ...(given.body === undefined ? {} : { "Content-Type": "application/json" }),
            ...(given.ifMatch ? { "If-Match": given.ifMatch } : {}),
            ...(given.key ? { "Idempotency-Key": given.key } : {}),
        },
        ...(given.body === undefined ? {} : { body: JSON.stringify(given.body) }),
        ...(given.signal ? { signal: given.signal } : {}),
    });
    const text = await response.text();
    const answer: unknown = text ? JSON.parse(text) : undefined;
    const tag = response.headers.get("ETag");
    if (tag && typeof answer === "object" && answer !== null) {
        tags.set(answer, tag);
    }
    return answer as Answer<Operation<M, P>>;
}

const tags = new WeakMap<object, string>();

/** What a change of this answer is based on: another user's change since then refuses it. Items of lists have none: see {@link basisOf}. */
export function tagOf(answer: object): string {
    const tag = tags.get(answer);
    if (!tag) {
        throw new Error("This answer has no ETag");
    }
    return tag;
}

/**
 * What a change of an item of a list is based on. Lists have no tags, so the item is read by itself, and the change is
 * refused where the item is another than the one shown.
 */
export async function basisOf<T extends object>(shown: T, read: () => Promise<T>, version: (item: T) => unknown): Promise<string> {
    const now = await read();
    if (version(now) !== version(shown)) {
        throw new Problem(412, "stale-version", "", "");
    }
    return tagOf(now);
}

/** All items of a list, page by page, up to a bound. */
export async function pages<T>(
    page: (cursor: string | undefined) => Promise<{ items: T[]; next_cursor: string | null }>,
    most = 1000,
): Promise<T[]> {
    const all: T[] = [];
    let cursor: string | null | undefined;
    do {
        const part = await page(cursor ?? undefined);
        all.push(...part.items);
        cursor = part.next_cursor;
    } while (cursor && all.length < most);
    return all;
}

/** Sends with the session's token, once more where it had expired; throws a Problem unless it succeeds. */
export async function send(url: string, init: RequestInit): Promise<Response> {
    const once = async () => fetch(url, { ...init, headers: { "Accept-Language": language.value, ...init.headers, ...(await authorization()) } });
    const session = current();
    let response = await once();
    if (response.status === 401 && (await refresh()) && current() === session) {
        response = await once();
    }
    if (!response.ok) {
        throw await problemOf(response);
    }
    return response;
}

export function address(path: string, values: Record<string, string | number> = {}, query: Record<string, unknown> = {}): string {
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name])));
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
        if (value !== undefined && value !== null && value !== "") {
            parameters.set(name, String(value));
        }
    }
    const asked = parameters.toString();
    return `${BASE}${filled}${asked ? `?${asked}` : ""}`;
}
