/** What was changed, when and by which account; filtered, and exported. */
import { useState } from "preact/hooks";
import { address, call, send, type Schemas } from "../api/client";
import { useAction, useLoad } from "../api/load";
import { usePlace } from "../app/organizations";
import { query, useAddress } from "../app/router";
import { saveAs } from "../parts/file";
import { Field } from "../parts/form";
import { Icon } from "../parts/icon";
import { Empty, Failure, Waiting } from "../parts/state";
import { Turn } from "../parts/turn";
import { t, time } from "../text/translate";

export function AuditLog() {
    const { organization } = usePlace();
    const path = { organization: organization.id };
    const asked = useAddress().searchParams;
    const table = asked.get("table") ?? "";
    const from = asked.get("from") ?? "";
    const [cursor, setCursor] = useState<string>();
    const action = useAction();
    const filter = { ...(table ? { table_name: table } : {}), ...(from ? { from: `${from}T00:00:00Z` } : {}) };
    const log = useLoad(() => call("get", "/organizations/{organization}/audit-log", { path, query: { limit: 50, ...filter, ...(cursor ? { cursor } : {}) } }), [organization.id, table, from, cursor]);
    const save = () =>
        void action.run(async () => {
            const url = address("/organizations/{organization}/audit-log/export", path, { format: "csv", from: from ? `${from}T00:00:00Z` : "" });
            saveAs(await (await send(url, { headers: { Accept: "text/csv" } })).blob(), `audit-${organization.slug}.csv`);
        });
    return (
        <section class="panel">
            <div class="pair end">
                <Field label={t("audit.table")} value={table} change={value => (setCursor(undefined), query("table", value))} placeholder="knowledge_bases" />
                <Field label={t("audit.from")} type="date" value={from} change={value => (setCursor(undefined), query("from", value))} />
                <button type="button" disabled={action.busy} onClick={save}>
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
                                <span class="quiet small">{time(entry.occurred_at)}</span> <strong>{entry.action}</strong> <code>{entry.table_name}</code>
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
