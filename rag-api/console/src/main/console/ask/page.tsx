/** Questions and answers: the chats, the one that is open, and the original of a citation beside it. */
import { useEffect, useState } from "preact/hooks";
import { call, type Schemas } from "../api/client";
import { useLoad } from "../api/load";
import { usePlace } from "../app/organizations";
import { query, useAddress } from "../app/router";
import { Original } from "../original/original";
import { useEvery } from "../parts/every";
import { Failure, Waiting } from "../parts/state";
import { t } from "../text/translate";
import { Conversation } from "./conversation";
import { History } from "./history";
import { NewChat } from "./new-chat";

/** Chats at a time, and the milliseconds after which they are read again. */
const PART = 100;
const AGAIN = 60_000;

export function AskPage({ parts }: { parts: Record<string, string> }) {
    const { organization } = usePlace();
    const address = useAddress();
    const archived = address.searchParams.has("archived");
    const [most, setMost] = useState(PART);
    const [listing, setListing] = useState(false);
    const chats = useLoad(async () => {
        const items: Schemas["Chat"][] = [];
        let cursor: string | null = null;
        do {
            const part: Schemas["PageChat"] = await call("get", "/organizations/{organization}/chats", { path: { organization: organization.id }, query: { limit: PART, archived, ...(cursor ? { cursor } : {}) } });
            items.push(...part.items);
            cursor = part.next_cursor;
        } while (cursor && items.length < most);
        return { items, next_cursor: cursor };
    }, [organization.id, archived, most]);
    useEvery(AGAIN, chats.reload);
    const chat = parts.chat;
    useEffect(() => setListing(false), [chat]);
    const [message = "", number = ""] = (address.searchParams.get("cite") ?? "").split(".");
    return (
        <div class={`ask${message ? " beside" : ""}${listing ? " listing" : ""}`}>
            <History chats={chats} open={chat} archived={archived} more={chats.data?.next_cursor ? () => setMost(most + PART) : undefined} />
            <section class="talk">
                <button type="button" class="plain small narrow-only" aria-expanded={listing} onClick={() => setListing(true)}>
                    {t("ask.history")}
                </button>
                {chat ? <OpenChat key={chat} id={chat} changed={chats.reload} /> : <NewChat made={chats.reload} />}
            </section>
            {message && <Original key={`${message}.${number}`} message={message} number={Number(number)} close={() => query("cite", "")} />}
        </div>
    );
}

function OpenChat({ id, changed }: { id: string; changed: () => void }) {
    const chat = useLoad(() => call("get", "/chats/{chat}", { path: { chat: id } }), [id]);
    if (!chat.data) {
        return chat.problem ? <Failure problem={chat.problem} retry={chat.reload} /> : <Waiting />;
    }
    return <Conversation chat={chat.data} changed={changed} reload={chat.reload} />;
}
