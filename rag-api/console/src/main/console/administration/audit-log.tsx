/** What was changed, when and by which account; filtered, and exported. */
import { useState } from "preact/hooks";
import { address, call, pages, send, type Schemas } from "../api/client";
import { useAction, useLoad } from "../api/load";
import { usePlace } from "../app/organizations";
import { query, useAddress } from "../app/router";
import { saveAs } from "../parts/file";
import { Choice, Field } from "../parts/form";
import { Icon } from "../parts/icon";
import { memberLabel, memberName } from "../parts/person";
import { Empty, Failure, Waiting } from "../parts/state";
import { Turn } from "../parts/turn";
import { named, t, time } from "../text/translate";

const ACTIONS = ["insert", "update", "delete"] as const;

export function AuditLog() {
    const { organization } = usePlace();
    const path = { organization: organization.id };
    const asked = useAddress().searchParams;
    const table = asked.get("table") ?? "";
    const from = asked.get("from") ?? "";
    const to = asked.get("to") ?? "";
    const kind = ACTIONS.find(one => one === asked.get("action")) ?? "";
    const user = asked.get("user") ?? "";
    const [cursor, setCursor] = useState<string>();
    const action = useAction();
    const days = { ...(from ? { from: `${from}T00:00:00Z` } : {}), ...(to ? { to: `${to}T23:59:59Z` } : {}) };
    const filter = { ...days, ...(table ? { table_name: table } : {}), ...(kind ? { action: kind } : {}), ...(user ? { user_id: user } : {}) };
    const members = useLoad(() => pages(next => call("get", "/organizations/{organization}/members", { path, query: { limit: 200, ...(next ? { cursor: next } : {}) } })), [organization.id]);
    const name = (id: string | null) => {
        const found = members.data?.find(one => one.user_id === id);
        return found ? memberName(found) : (id ?? "—");
    };
    const set = (which: string, value: string) => {
        setCursor(undefined);
        query(which, value);
    };
    const log = useLoad(() => call("get", "/organizations/{organization}/audit-log", { path, query: { limit: 50, ...filter, ...(cursor ? { cursor } : {}) } }), [organization.id, table, from, to, kind, user, cursor]);
    const save = () =>
        void action.run(async () => {
            const url = address("/organizations/{organization}/audit-log/export", path, { format: "csv", ...days });
            saveAs(await (await send(url, { headers: { Accept: "text/csv" } })).blob(), `audit-${organization.slug}.csv`);
        });
    return (
        <section class="panel">
            <div class="pair end">
                <Choice label={t("audit.action")} value={kind} change={value => set("action", value)} options={[["", t("audit.every")] as const, ...ACTIONS.map(one => [one, named("audit.action", one)] as const)]} />
                <Choice label={t("audit.by")} value={user} change={value => set("user", value)} options={[["", t("audit.everyone")] as const, ...(members.data ?? []).map(one => [one.user_id, memberLabel(one)] as const)]} />
                <Field label={t("audit.table")} value={table} change={value => set("table", value)} placeholder="knowledge_bases" />
                <Field label={t("audit.from")} type="date" value={from} change={value => set("from", value)} />
                <Field label={t("audit.to")} type="date" value={to} change={value => set("to", value)} />
                <button type="button" disabled={action.busy} onClick={save} title={t("audit.exportWhat")}>
                    <Icon name="download" />
                    {t("audit.export")}
                </button>
            </div>
            {action.problem && <Failure problem={action.problem} />}
            {log.problem && <Failure problem={log.problem} retry={log.reload} />}
            {!log.data && !log.problem && <Waiting />}
            {log.data?.items.length === 0 && <Empty icon="search" title={t("state.nothingFound")} />}
            <ul class="rows">
                {log.data?.items.map(entry => (
                    <li key={entry.id}>
                        <details class="grow">
                            <summary>
                                <span class="quiet small">{time(entry.occurred_at)}</span> <strong>{named("audit.action", entry.action)}</strong> <code>{entry.table_name}</code> <bdi class="quiet small">{name(entry.user_id)}</bdi>
                            </summary>
                            <Change entry={entry} />
                        </details>
                    </li>
                ))}
            </ul>
            <Turn cursor={cursor} next={log.data?.next_cursor} turn={setCursor} />
        </section>
    );
}

function Change({ entry }: { entry: Schemas["AuditLogEntry"] }) {
    const show = (value: unknown) => (value ? JSON.stringify(value, null, 2) : "—");
    return (
        <>
            <p class="small quiet">
                {t("audit.by")} <code>{entry.user_id ?? "—"}</code> · {t("problem.request")} <code>{entry.request_id ?? "—"}</code>
            </p>
            <div class="pair">
                <pre>{show(entry.before)}</pre>
                <pre>{show(entry.after)}</pre>
            </div>
        </>
    );
}
