/** Questions and answers: the chats, the one that is open, and the original of a citation beside it. */
import { call } from "../api/client";
import { useLoad } from "../api/load";
import { usePlace } from "../app/organizations";
import { query, useAddress } from "../app/router";
import { Original } from "../original/original";
import { Failure, Waiting } from "../parts/state";
import { Conversation } from "./conversation";
import { History } from "./history";
import { NewChat } from "./new-chat";

export function AskPage({ parts }: { parts: Record<string, string> }) {
    const { organization } = usePlace();
    const address = useAddress();
    const chats = useLoad(() => call("get", "/organizations/{organization}/chats", { path: { organization: organization.id }, query: { limit: 100 } }), [organization.id]);
    const chat = parts.chat;
    const [message = "", number = ""] = (address.searchParams.get("cite") ?? "").split(".");
    return (
        <div class={message ? "ask beside" : "ask"}>
            <History chats={chats} open={chat} />
            <section class="talk">
                {chat ? <OpenChat key={chat} id={chat} changed={chats.reload} /> : <NewChat made={chats.reload} />}
            </section>
            {message && <Original key={`${message}.${number}`} message={message} number={Number(number)} close={() => query("cite", "")} />}
        </div>
    );
}

function OpenChat({ id, changed }: { id: string; changed: () => void }) {
    const chat = useLoad(() => call("get", "/chats/{chat}", { path: { chat: id } }), [id]);
    if (chat.problem) {
        return <Failure problem={chat.problem} retry={chat.reload} />;
    }
    return chat.data ? <Conversation chat={chat.data} changed={changed} reload={chat.reload} /> : <Waiting />;
}
