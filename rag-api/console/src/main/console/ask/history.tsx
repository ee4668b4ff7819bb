/** The chats, newest first, or the messages that hold some words. */
import { useState } from "preact/hooks";
import { call, type Schemas } from "../api/client";
import { useLoad, type Loaded } from "../api/load";
import { useMay, usePlace, useWithin } from "../app/organizations";
import { Link, query } from "../app/router";
import { Icon } from "../parts/icon";
import { useLater } from "../parts/later";
import { Failure } from "../parts/state";
import { ago, t } from "../text/translate";

interface HistoryProps {
    chats: Loaded<Schemas["PageChat"]>;
    open: string | undefined;
    archived: boolean;
    /** Loads more of the list than is there; undefined where that is all. */
    more: (() => void) | undefined;
}

export function History({ chats, open, archived, more }: HistoryProps) {
    const within = useWithin();
    const [words, setWords] = useState("");
    const asked = useLater(words.trim());
    return (
        <aside class="history" aria-label={t("ask.history")}>
            {useMay("member") && (
                <Link href={within("ask")} class="button" aria-current={open ? undefined : "page"}>
                    <Icon name="plus" />
                    {t("ask.new")}
                </Link>
            )}
            <input type="search" data-search value={words} placeholder={t("ask.searchHistory")} aria-label={t("ask.searchHistory")} onInput={event => setWords(event.currentTarget.value)} />
            {chats.problem && <Failure problem={chats.problem} retry={chats.reload} />}
            {asked.length > 1 ? (
                <Found words={asked} />
            ) : (
                <ul>
                    {chats.data?.items.map(chat => (
                        <li key={chat.id}>
                            <Link href={within(`ask/${chat.id}`)} aria-current={chat.id === open ? "page" : undefined} title={chat.title}>
                                <bdi class="cut">{chat.title}</bdi>
                                <span class="quiet small">
                                    {ago(chat.last_activity_at)}
                                    {!!chat.participation?.unread_count && <span class="badge">{chat.participation.unread_count}</span>}
                                </span>
                            </Link>
                        </li>
                    ))}
                </ul>
            )}
            {more && asked.length < 2 && (
                <button type="button" class="plain small" onClick={more}>
                    {t("list.more")}
                </button>
            )}
            {chats.data?.items.length === 0 && <p class="quiet small">{archived ? t("chat.noneArchived") : t("ask.noHistory")}</p>}
            <button type="button" class="plain small" aria-pressed={archived} onClick={() => query("archived", archived ? "" : "1")}>
                {archived ? t("chat.showOpen") : t("chat.showArchived")}
            </button>
        </aside>
    );
}

function Found({ words }: { words: string }) {
    const { organization } = usePlace();
    const within = useWithin();
    const found = useLoad(() => call("get", "/organizations/{organization}/messages/search", { path: { organization: organization.id }, query: { q: words, limit: 30 } }), [words]);
    if (found.problem) {
        return <Failure problem={found.problem} retry={found.reload} />;
    }
    return (
        <ul>
            {found.data?.items.map(message => (
                <li key={message.id}>
                    <Link href={within(`ask/${message.chat_id}?message=${message.id}`)}>
                        <bdi class="lines">{message.content.slice(0, 160)}</bdi>
                        <span class="quiet small">{ago(message.created_at)}</span>
                    </Link>
                </li>
            ))}
            {found.data?.items.length === 0 && <li class="quiet small">{t("state.nothingFound")}</li>}
        </ul>
    );
}
