/** What the reader was told, the newest first, in all organizations. */
import { useEffect, useState } from "preact/hooks";
import { call, type Schemas } from "../api/client";
import { useAction, useLoad } from "../api/load";
import { usePlace } from "../app/organizations";
import { Link, query, useAddress } from "../app/router";
import { useSignal } from "../app/signal";
import { Check } from "../parts/form";
import { Empty, Failure, Waiting } from "../parts/state";
import { Turn } from "../parts/turn";
import { ago, t } from "../text/translate";
import { NotificationSettings } from "./settings";
import { said, target } from "./target";
import { unread } from "./unread";

type Notification = Schemas["Notification"];

export function NotificationsPage() {
    const only = useAddress().searchParams.has("unread");
    const { count, newest } = useSignal(unread);
    const [cursor, setCursor] = useState<string>();
    const action = useAction();
    const list = useLoad(() => call("get", "/notifications", { query: { limit: 50, unread: only, ...(cursor ? { cursor } : {}) } }), [only, cursor]);
    useEffect(() => {
        if (list.data) {
            list.reload();
        }
    }, [count, newest?.id]);
    const mark = (one: Notification, read: boolean) =>
        void action.run(async () => {
            await call("post", read ? "/notifications/{notification}/read" : "/notifications/{notification}/unread", { path: { notification: one.id } });
            list.reload();
        });
    return (
        <div class="page narrow">
            <header class="head">
                <h1>{t("page.notifications")}</h1>
                <Check label={t("notifications.onlyUnread")} checked={only} change={on => (setCursor(undefined), query("unread", on ? "1" : ""))} />
                <button type="button" disabled={action.busy || count === 0} onClick={() => void action.run(async () => (await call("post", "/notifications/read"), list.reload()))}>
                    {t("notifications.readAll")}
                </button>
            </header>
            {action.problem && <Failure problem={action.problem} />}
            {list.problem && <Failure problem={list.problem} retry={list.reload} />}
            {!list.data && !list.problem && <Waiting />}
            {list.data?.items.length === 0 && (
                <Empty icon="bell" title={only ? t("notifications.noneUnread") : t("notifications.none")}>
                    <p>{t("notifications.what")}</p>
                </Empty>
            )}
            {!!list.data?.items.length && (
                <section class="panel">
                    <ul class="rows">
                        {list.data.items.map(one => (
                            <Row key={one.id} one={one} mark={read => mark(one, read)} />
                        ))}
                    </ul>
                </section>
            )}
            <NotificationSettings />
            <Turn cursor={cursor} next={list.data?.next_cursor} turn={setCursor} />
        </div>
    );
}

function Row({ one, mark }: { one: Notification; mark: (read: boolean) => void }) {
    const { organizations, organization } = usePlace();
    const page = target(one, organizations, organization);
    const elsewhere = one.organization_id !== organization.id ? organizations.find(known => known.id === one.organization_id)?.name : undefined;
    const isNew = one.read_at === null;
    const text = <bdi>{said(one)}</bdi>;
    return (
        <li class={isNew ? "new" : undefined}>
            <span class="grow">
                {page ? (
                    // The mark is made beside the page that opens, which does not wait for it.
                    <span onClick={() => isNew && mark(true)}>
                        <Link href={page}>{text}</Link>
                    </span>
                ) : (
                    text
                )}
                <span class="quiet small">
                    {isNew && <span class="unseen">{t("notifications.unread")} </span>}
                    {ago(one.created_at)}
                    {elsewhere && (
                        <>
                            {" · "}
                            <bdi>{elsewhere}</bdi>
                        </>
                    )}
                </span>
            </span>
            <button type="button" class="plain small" onClick={() => mark(isNew)}>
                {isNew ? t("notifications.markRead") : t("notifications.markUnread")}
            </button>
        </li>
    );
}
