/** Sends a large file in parts. An upload that broke off, also by a reload, goes on when the same file is chosen again in this browser. */
import { address, call, pages, type Schemas } from "../api/client";
import { asProblem, Problem } from "../api/problem";
import { sent } from "../knowledge/upload";

/** The size in bytes from which on a file is sent in parts. */
const LARGE = 64 * 1024 * 1024;
const TRIES = 5;
const FIRST_PAUSE = 1000;
/** The pause between two questions whether the parts are put together. */
const POLL = 2000;
/** The longest pause before the parts are to be put together again, where the API is busy. */
const LONGEST_PAUSE = 60_000;
/** Refusals that end by themselves; 0 is a broken connection, and proxies answer 502 and 504. */
const PASSING = [0, 408, 429, 502, 503, 504];

type Upload = Schemas["PartUpload"];

export function isLarge(file: File): boolean {
    return file.size >= LARGE;
}

/** Returns the problem, or undefined where the file has been taken. */
export async function uploadInParts(organization: string, folder: string | undefined, file: File, progress: (share: number) => void): Promise<Problem | undefined> {
    try {
        const begun = await beginning(organization, folder, file);
        // While another request puts the parts together, all of them are there.
        const open = begun.status === "open";
        const there = open ? await partsOf(begun) : new Map<number, string>();
        for (let number = 1; open && number <= begun.part_count; number++) {
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
        await complete(begun.id);
        localStorage.removeItem(memory(organization, folder, file));
        return undefined;
    } catch (failure) {
        return asProblem(failure);
    }
}

/**
 * Completes an upload. A proxy may end the request before the file is put together: then its state is asked until it is. While
 * the API puts too many other files together, it is asked again; an upload that expires meanwhile is not found.
 */
async function complete(upload: string): Promise<void> {
    const path = { upload };
    await persisting(async () => {
        for (;;) {
            while ((await call("get", "/uploads/{upload}", { path })).status === "completing") {
                await pause(POLL);
            }
            try {
                await call("post", "/uploads/{upload}/complete", { path });
                return;
            } catch (failure) {
                const problem = asProblem(failure);
                if (problem.status === 429) {
                    await pause(Math.min(Math.max(POLL, (problem.retryAfter ?? 0) * 1000), LONGEST_PAUSE));
                } else if (problem.status !== 409 || (await call("get", "/uploads/{upload}", { path })).status !== "completing") {
                    // Else another request of this upload was faster.
                    throw failure;
                }
            }
        }
    });
}

/** Names what this browser remembers of the upload of a file to a place. Other files of the same name and size have another time. */
function memory(organization: string, folder: string | undefined, file: File): string {
    return `arketic.upload ${organization} ${folder ?? ""} ${file.size} ${file.lastModified} ${file.name}`;
}

/** Finds the upload of this file that this browser began and that is not complete, or begins one. */
async function beginning(organization: string, folder: string | undefined, file: File): Promise<Upload> {
    const stored = memory(organization, folder, file);
    const before = localStorage.getItem(stored);
    if (before) {
        try {
            const known = await persisting(() => call("get", "/uploads/{upload}", { path: { upload: before } }));
            if (known.status !== "completed" && known.file_size === file.size) {
                return known;
            }
        } catch (failure) {
            // It has expired, or another user of this browser began it.
            if (asProblem(failure).status !== 404) {
                throw failure;
            }
        }
    }
    const begun = await call("post", "/organizations/{organization}/uploads", {
        path: { organization },
        body: { name: file.name, file_size: file.size, ...(file.type ? { mime_type: file.type } : {}), ...(folder ? { parent_id: folder } : {}) },
    });
    localStorage.setItem(stored, begun.id);
    return begun;
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
            await pause(FIRST_PAUSE * 2 ** attempt);
        }
    }
}

function pause(milliseconds: number): Promise<void> {
    return new Promise(resolve => setTimeout(resolve, milliseconds));
}
