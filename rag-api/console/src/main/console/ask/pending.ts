/**
 * A question that is being answered. It is kept with its idempotency key until its answer is whole: a page that is loaded
 * again in mid-answer sends the same request, reads the same stream from its beginning, and nothing is asked twice.
 */
import { random } from "../api/random";

export interface Pending {
    key: string;
    content: string;
    /** The answer's message that is given again, instead of a new question. */
    again?: string;
}

const name = (chat: string) => `arketic.pending.${chat}`;

export function keep(chat: string, content: string, again?: string): Pending {
    const pending: Pending = { key: random(), content, ...(again ? { again } : {}) };
    sessionStorage.setItem(name(chat), JSON.stringify(pending));
    return pending;
}

export function kept(chat: string): Pending | undefined {
    const stored = sessionStorage.getItem(name(chat));
    return stored ? (JSON.parse(stored) as Pending) : undefined;
}

export function settle(chat: string): void {
    sessionStorage.removeItem(name(chat));
}
