/** The messages of a chat, the answer that is coming, and the users that are there. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { address, call, type Schemas } from "../api/client";
import { useLoad } from "../api/load";
import { asProblem, type Problem } from "../api/problem";
import { useMay, usePlace } from "../app/organizations";
import { useAddress } from "../app/router";
import { upload } from "../knowledge/upload";
import { Confirm } from "../parts/dialog";
import { personName } from "../parts/person";
import { Empty, Failure, Waiting } from "../parts/state";
import { t } from "../text/translate";
import { ChatHead } from "./chat-head";
import { Composer } from "./composer";
import { Message } from "./message";
import { useMessages, useWanted } from "./messages";
import { keep, kept, settle, type Pending } from "./pending";
import { usePresence } from "./presence";
import { useScroll } from "./scroll";
import { answer } from "./stream";

type ChatMessage = Schemas["ChatMessage"];

interface Coming {
    text: string;
    question: string;
    /** The message that is answered, once the server has named it. */
    asked?: string;
    citations: Schemas["Citation"][];
    /** The messages that were there before. */
    before: ReadonlySet<string> | undefined;
}

interface ConversationProps {
    chat: Schemas["Chat"];
    /** Loads the chats. */
    changed: () => void;
    /** Loads this chat. */
    reload: () => void;
}

export function Conversation({ chat, changed, reload }: ConversationProps) {
    const { user } = usePlace();
    const writes = useMay("member") && !!chat.participation?.can_send_messages && !chat.is_archived;
    const attaches = writes && !!chat.participation?.can_upload_files;
    const shared = chat.chat_type !== "direct" || !chat.enable_ai_responses;
    const [coming, setComing] = useState<Coming>();
    const [problem, setProblem] = useState<Problem>();
    const [sending, setSending] = useState(false);
    const [removing, setRemoving] = useState<ChatMessage>();
    const wanted = useAddress().searchParams.get("message") ?? "";
    const stopping = useRef<AbortController | undefined>(undefined);
    const messages = useMessages(chat.id);
    const people = useLoad(async () => (shared ? (await call("get", "/chats/{chat}/participants", { path: { chat: chat.id }, query: { limit: 200 } })).items : []), [chat.id, shared]);
    // What others write, and what another tab of this account asks.
    const presence = usePresence(chat.id, user.id, writes && shared, event => {
        if (event.name.startsWith("message") || event.name === "resync") {
            void messages.reload().catch(() => undefined);
        } else if (event.name.startsWith("participant")) {
            people.reload();
            reload();
        } else if (event.name === "chat") {
            reload();
        }
    });
    const name = (id: string | null) => {
        const found = people.data?.find(one => one.user_id === id);
        return found ? personName(found) : t("chat.someone");
    };

    const run = async (pending: Pending) => {
        const stop = new AbortController();
        stopping.current = stop;
        setProblem(undefined);
        setComing({ text: "", question: pending.again ? "" : pending.content, citations: [], before: messages.items && new Set(messages.items.map(message => message.id)) });
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
    const newest = messages.items?.at(-1)?.id;
    useEffect(() => {
        if (newest && chat.participation && newest !== chat.participation.last_read_message_id) {
            call("put", "/chats/{chat}/read", { path: { chat: chat.id }, body: { last_read_message_id: newest } }).then(changed, () => undefined);
        }
    }, [newest]);
    useWanted(wanted, messages);
    const scroll = useScroll([newest, coming?.text.length], messages.items?.[0]?.id);

    const stop = () => {
        const asked = coming?.asked;
        settle(chat.id);
        if (asked) {
            void call("post", "/messages/{message}/stop", { path: { message: asked } }).catch(() => undefined);
        } else {
            stopping.current?.abort();
        }
    };
    const say = async (content: string) => {
        setSending(true);
        setProblem(undefined);
        try {
            await call("post", "/chats/{chat}/messages", { path: { chat: chat.id }, body: { content, ask: false } });
            await messages.reload();
        } catch (failure) {
            setProblem(asProblem(failure));
        }
        setSending(false);
    };
    const attach = async (files: File[]) => {
        setSending(true);
        setProblem(undefined);
        for (const file of files) {
            const refused = await upload(address("/chats/{chat}/files", { chat: chat.id }), file, () => undefined);
            if (refused) {
                setProblem(refused);
                break;
            }
        }
        await messages.reload().catch((failure: unknown) => setProblem(asProblem(failure)));
        setSending(false);
    };
    const shown = useMemo(() => (messages.items ?? []).filter(message => !message.is_deleted), [messages.items]);
    const asks = chat.enable_ai_responses;
    const idle = writes && !coming;
    const heads = chat.participation?.role === "owner" || chat.participation?.role === "admin";
    // Rendered again when something in it changes, and not with each word of an answer.
    const list = useMemo(() => {
        const answered = new Set(shown.map(message => message.reply_to_id));
        const asked = new Set(shown.filter(message => message.sender_id === user.id).map(message => message.id));
        return shown.map((message, index) => {
            const own = message.sender_id === user.id;
            const replied = answered.has(message.id);
            return (
                <Message
                    key={message.id}
                    message={message}
                    from={message.message_type === "ai" || own || !shared ? undefined : name(message.sender_id)}
                    again={idle && message.message_type === "ai" && index === shown.length - 1 ? () => void run(keep(chat.id, "", message.id)) : undefined}
                    answered={replied}
                    wanted={message.id === wanted}
                    remove={idle && (own || heads || asked.has(message.reply_to_id ?? "")) ? () => setRemoving(message) : undefined}
                    edited={idle && own && message.message_type === "user" ? () => (replied ? void run(keep(chat.id, "", message.id)) : void messages.reload()) : undefined}
                />
            );
        });
    }, [shown, idle, people.data, shared, wanted]);
    // The list may hold the whole answer before its stream has ended.
    const ended = coming?.before && shown.some(message => message.message_type === "ai" && message.reply_to_id === coming.asked && !coming.before!.has(message.id));
    const streamed = coming && !ended && { ...draft(chat.id), content: coming.text, citations: coming.citations };
    const unsettled = coming ? undefined : kept(chat.id);
    const known = coming?.question && shown.some(message => message.id === coming.asked);
    return (
        <>
            <ChatHead chat={chat} people={people.data ?? []} present={presence.present.map(name)} changed={() => (reload(), people.reload(), changed())} left={changed} />
            <div ref={scroll} class="messages" role="log" aria-label={t("ask.messages")} aria-busy={!!coming} tabIndex={0}>
                {messages.problem && <Failure problem={messages.problem} retry={() => void messages.reload()} />}
                {!messages.items && !messages.problem && <Waiting />}
                {messages.earlier && (
                    <button type="button" class="plain small" onClick={() => void messages.earlier!().catch((failure: unknown) => setProblem(asProblem(failure)))}>
                        {t("ask.earlier")}
                    </button>
                )}
                {shown.length === 0 && messages.items && !coming && !problem && <Empty icon="ask" title={t("chat.empty")} />}
                {list}
                {coming?.question && !known && <Message message={{ ...draft(chat.id), message_type: "user", content: coming.question }} />}
                {streamed && (streamed.content ? <Message message={streamed} coming /> : <p class="thinking">{t("ask.searching")}</p>)}
                {problem && <Failure problem={problem} {...(unsettled ? { retry: () => void run(unsettled) } : {})} />}
            </div>
            <div>
                <p class="typing small quiet" aria-live="polite">
                    {presence.typing.length > 0 && t("chat.typing", { names: presence.typing.map(name).join(", "), count: presence.typing.length })}
                </p>
                {writes && (
                    <Composer
                        send={content => (asks ? void run(keep(chat.id, content)) : void say(content))}
                        busy={!!coming || sending}
                        stop={coming ? stop : undefined}
                        focus
                        writing={presence.write}
                        attach={attaches ? files => void attach(files) : undefined}
                        {...(asks ? {} : { placeholder: t("chat.write") })}
                    />
                )}
                {chat.is_archived && <p class="note">{t("chat.archivedWhat")}</p>}
            </div>
            {removing && (
                <Confirm
                    title={t("ask.removeMessage")}
                    what={t("ask.removeMessageWhat")}
                    action={t("action.delete")}
                    close={() => setRemoving(undefined)}
                    run={async () => {
                        await call("delete", "/messages/{message}", { path: { message: removing.id } });
                        await messages.reload();
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
