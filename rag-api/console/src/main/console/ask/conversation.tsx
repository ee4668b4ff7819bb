/** The messages of a chat, and the answer that is coming. */
import { useEffect, useRef, useState } from "preact/hooks";
import { address, call, type Schemas } from "../api/client";
import { follow } from "../api/events";
import { asProblem, type Problem } from "../api/problem";
import { useMay } from "../app/organizations";
import { Confirm } from "../parts/dialog";
import { Icon } from "../parts/icon";
import { Failure, Waiting } from "../parts/state";
import { t } from "../text/translate";
import { useWithin } from "../app/organizations";
import { go } from "../app/router";
import { Composer } from "./composer";
import { Message } from "./message";
import { useMessages } from "./messages";
import { keep, kept, settle, type Pending } from "./pending";
import { answer } from "./stream";

type ChatMessage = Schemas["ChatMessage"];

interface Coming {
    text: string;
    question: string;
    /** The message that is answered, once the server has named it. */
    asked?: string;
    citations: Schemas["Citation"][];
}

export function Conversation({ chat, changed }: { chat: Schemas["Chat"]; changed: () => void }) {
    const within = useWithin();
    const writes = useMay("member") && (chat.participation?.can_send_messages ?? true);
    const [coming, setComing] = useState<Coming>();
    const [problem, setProblem] = useState<Problem>();
    const [removing, setRemoving] = useState(false);
    const stopping = useRef<AbortController | undefined>(undefined);
    const end = useRef<HTMLDivElement>(null);
    const messages = useMessages(chat.id);

    const run = async (pending: Pending) => {
        const stop = new AbortController();
        stopping.current = stop;
        setProblem(undefined);
        setComing({ text: "", question: pending.again ? "" : pending.content, citations: [] });
        try {
            await answer(chat.id, pending, stop.signal, change => setComing(before => before && { ...before, ...change(before) }));
            settle(chat.id);
        } catch (failure) {
            if (!stop.signal.aborted) {
                const told = asProblem(failure);
                if (told.reason !== "offline") {
                    settle(chat.id);
                }
                setProblem(told);
            }
        }
        await messages.reload().catch((failure: unknown) => setProblem(asProblem(failure)));
        setComing(undefined);
        changed();
    };
    useEffect(() => {
        const pending = kept(chat.id);
        if (pending) {
            void run(pending);
        }
        return () => stopping.current?.abort();
    }, [chat.id]);
    // What others write, and what another tab of this account asks.
    useEffect(() => follow(address("/chats/{chat}/events", { chat: chat.id }), event => event.name.startsWith("message") && void messages.reload().catch(() => undefined), () => undefined), [chat.id]);
    const newest = messages.items?.at(-1)?.id;
    useEffect(() => {
        if (newest && chat.participation && newest !== chat.participation.last_read_message_id) {
            call("put", "/chats/{chat}/read", { path: { chat: chat.id }, body: { last_read_message_id: newest } }).then(changed, () => undefined);
        }
    }, [newest]);
    useEffect(() => {
        end.current?.scrollIntoView({ block: "end" });
    }, [newest, coming?.text.length]);

    const stop = () => {
        const asked = coming?.asked;
        settle(chat.id);
        if (asked) {
            void call("post", "/messages/{message}/stop", { path: { message: asked } }).catch(() => undefined);
        } else {
            stopping.current?.abort();
        }
    };
    const shown = (messages.items ?? []).filter(message => !message.is_deleted);
    const streamed = coming && { ...draft(chat.id), content: coming.text, citations: coming.citations };
    const unsettled = coming ? undefined : kept(chat.id);
    const known = coming?.question && shown.some(message => message.id === coming.asked);
    return (
        <>
            <header class="head">
                <h1 class="cut" title={chat.title}>
                    <bdi>{chat.title}</bdi>
                </h1>
                {writes && (
                    <button type="button" class="bare" aria-label={t("ask.remove")} title={t("ask.remove")} onClick={() => setRemoving(true)}>
                        <Icon name="trash" />
                    </button>
                )}
            </header>
            <div class="messages" role="log" aria-label={t("ask.messages")} aria-busy={!!coming} tabIndex={0}>
                {messages.problem && <Failure problem={messages.problem} retry={() => void messages.reload()} />}
                {!messages.items && !messages.problem && <Waiting />}
                {messages.earlier && (
                    <button type="button" class="plain small" onClick={() => void messages.earlier!().catch((failure: unknown) => setProblem(asProblem(failure)))}>
                        {t("ask.earlier")}
                    </button>
                )}
                {shown.map((message, index) => (
                    <Message key={message.id} message={message} again={writes && !coming && index === shown.length - 1 ? () => void run(keep(chat.id, "", message.id)) : undefined} />
                ))}
                {coming?.question && !known && <Message message={{ ...draft(chat.id), message_type: "user", content: coming.question }} />}
                {streamed && (coming.text ? <Message message={streamed} coming /> : <p class="thinking">{t("ask.searching")}</p>)}
                {problem && <Failure problem={problem} {...(unsettled ? { retry: () => void run(unsettled) } : {})} />}
                <div ref={end} />
            </div>
            {writes && <Composer send={content => void run(keep(chat.id, content))} busy={!!coming} stop={stop} focus />}
            {removing && (
                <Confirm
                    title={t("ask.remove")}
                    what={t("ask.removeWhat", { title: chat.title })}
                    action={t("action.delete")}
                    close={() => setRemoving(false)}
                    run={async () => {
                        await call("delete", "/chats/{chat}", { path: { chat: chat.id } });
                        changed();
                        go(within("ask"));
                    }}
                />
            )}
        </>
    );
}

function draft(chat: string): ChatMessage {
    const now = new Date().toISOString();
    return {
        id: "coming",
        chat_id: chat,
        sender_id: null,
        reply_to_id: null,
        message_type: "ai",
        content: "",
        ai_model_used: null,
        tokens_used: null,
        processing_time_ms: null,
        ai_confidence_score: null,
        status: "sent",
        failure_reason: null,
        is_edited: false,
        is_deleted: false,
        created_at: now,
        updated_at: now,
        citations: [],
        file: null,
    };
}
