/** Sends a large file in parts. An upload that broke off, also by a reload, goes on when the same file is chosen again. */
import { address, call, pages, type Schemas } from "../api/client";
import { asProblem, Problem } from "../api/problem";
import { sent } from "../knowledge/upload";

/** The size in bytes from which on a file is sent in parts. */
const LARGE = 64 * 1024 * 1024;
const TRIES = 5;
const FIRST_PAUSE = 1000;
/** Refusals that end by themselves; 0 is a broken connection. */
const PASSING = [0, 408, 429, 503];

type Upload = Schemas["PartUpload"];

export function isLarge(file: File): boolean {
    return file.size >= LARGE;
}

/** Returns the problem, or undefined where the file has been taken. */
export async function uploadInParts(organization: string, folder: string | undefined, file: File, progress: (share: number) => void): Promise<Problem | undefined> {
    try {
        const begun = await beginning(organization, folder, file);
        const there = await partsOf(begun);
        for (let number = 1; number <= begun.part_count; number++) {
            const part = file.slice((number - 1) * begun.part_size, number * begun.part_size);
            const hash = await hashOf(part);
            if (!hash || there.get(number) !== hash) {
                const url = address("/uploads/{upload}/parts/{part}", { upload: begun.id, part: number }, { file_hash: hash });
                await persisting(async () => {
                    const problem = await sent("PUT", url, part, file.name, share => progress((number - 1 + share) / begun.part_count));
                    if (problem) {
                        throw problem;
                    }
                });
            }
            progress(number / begun.part_count);
        }
        await persisting(() => call("post", "/uploads/{upload}/complete", { path: { upload: begun.id } }));
        return undefined;
    } catch (failure) {
        return asProblem(failure);
    }
}

/** Finds the open upload of a file of this name and size at this place, or begins one. Its parts are compared by their hashes. */
async function beginning(organization: string, folder: string | undefined, file: File): Promise<Upload> {
    const path = { organization };
    const open = await pages(cursor => call("get", "/organizations/{organization}/uploads", { path, query: { limit: 200, ...(cursor ? { cursor } : {}) } }));
    const same = open.find(one => one.status === "open" && one.name === file.name && one.file_size === file.size && (one.parent_id ?? undefined) === folder);
    return (
        same ??
        call("post", "/organizations/{organization}/uploads", {
            path,
            body: { name: file.name, file_size: file.size, ...(file.type ? { mime_type: file.type } : {}), ...(folder ? { parent_id: folder } : {}) },
        })
    );
}

async function partsOf(begun: Upload): Promise<Map<number, string>> {
    const parts = await pages(cursor => call("get", "/uploads/{upload}/parts", { path: { upload: begun.id }, query: { limit: 1000, ...(cursor ? { cursor } : {}) } }));
    return new Map(parts.filter(one => one.received_at).map(one => [one.part_number, one.file_hash]));
}

/** SHA-256 in hexadecimal digits; undefined where the browser computes none, which is outside of https. */
async function hashOf(part: Blob): Promise<string | undefined> {
    if (!window.isSecureContext) {
        return undefined;
    }
    const hash = await crypto.subtle.digest("SHA-256", await part.arrayBuffer());
    return [...new Uint8Array(hash)].map(byte => byte.toString(16).padStart(2, "0")).join("");
}

async function persisting<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
        try {
            return await work();
        } catch (failure) {
            if (attempt === TRIES || !PASSING.includes(asProblem(failure).status)) {
                throw failure;
            }
            await new Promise(resolve => setTimeout(resolve, FIRST_PAUSE * 2 ** attempt));
        }
    }
}
