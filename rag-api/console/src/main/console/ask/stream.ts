/** Reads an answer while it comes. */
import { address, type Schemas } from "../api/client";
import { events } from "../api/events";
import { Problem, problemIn } from "../api/problem";
import type { Pending } from "./pending";

interface Part {
    text: string;
    asked?: string;
    citations: Schemas["Citation"][];
}

/** @param change is told what each event changes */
export async function answer(chat: string, pending: Pending, signal: AbortSignal, change: (next: (before: Part) => Partial<Part>) => void): Promise<void> {
    const url = pending.again ? address("/messages/{message}/regenerate", { message: pending.again }) : address("/chats/{chat}/messages", { chat });
    const stream = events(url, {
        method: "POST",
        signal,
        headers: { "Content-Type": "application/json", "Idempotency-Key": pending.key },
        ...(pending.again ? {} : { body: JSON.stringify({ content: pending.content }) }),
    });
    let whole = false;
    for await (const event of stream) {
        switch (event.name) {
            case "retrieval": {
                const { message_id: asked } = event.data as Schemas["MessagePassages"];
                change(() => ({ asked }));
                break;
            }
            case "token": {
                const { text } = event.data as Schemas["MessageToken"];
                change(before => ({ text: before.text + text }));
                break;
            }
            case "citations": {
                const { citations } = event.data as Schemas["MessageCitations"];
                change(() => ({ citations }));
                break;
            }
            case "error":
                throw problemIn(event.data as Schemas["Problem"], 0, "");
            case "done":
                whole = true;
                break;
            default:
                break;
        }
    }
    if (!whole) {
        throw new Problem(0, "offline", "", "");
    }
}
