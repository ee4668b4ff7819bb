/** The versions of a workflow, and what differs between two of them. */
import { call, type Schemas, tagOf } from "../api/client";
import { again, useAction, useLoad } from "../api/load";
import { useMay } from "../app/organizations";
import { query, useAddress } from "../app/router";
import { Choice } from "../parts/form";
import { Empty, Failure, Waiting } from "../parts/state";
import { t, time } from "../text/translate";

export function Versions({ workflow, changed }: { workflow: Schemas["Workflow"]; changed: () => void }) {
    const path = { workflow: workflow.id };
    const asked = useAddress().searchParams;
    const action = useAction();
    const writes = useMay("member") && workflow.status !== "archived";
    const versions = useLoad(() => call("get", "/workflows/{workflow}/versions", { path, query: { limit: 100 } }), [workflow.id, workflow.version]);
    const all = versions.data?.items.map(one => one.version) ?? [];
    const to = asked.get("to") ?? workflow.version;
    const from = asked.get("from") ?? all[all.indexOf(to) + 1] ?? to;
    if (versions.problem) {
        return <Failure problem={versions.problem} retry={versions.reload} />;
    }
    if (!versions.data) {
        return <Waiting />;
    }
    const choices = [...new Set([...all, from, to])].map(one => [one, one === workflow.active_version ? t("versions.active", { version: one }) : one] as const);
    return (
        <>
            <section class="panel">
                <header class="head">
                    <h2>{t("versions.compare")}</h2>
                    <Choice label={t("versions.from")} value={from} change={value => query("from", value)} options={choices} />
                    <Choice label={t("versions.to")} value={to} change={value => query("to", value)} options={choices} />
                </header>
                {from === to ? <p class="quiet">{t("versions.same")}</p> : <Differences workflow={workflow.id} from={from} to={to} />}
            </section>
            <section class="panel">
                <h2>{t("workflow.tab.versions")}</h2>
                {action.problem && <Failure problem={action.problem} {...again(action, changed)} />}
                <ul class="rows">
                    {versions.data.items.map(one => (
                        <li key={one.id}>
                            <span class="grow">
                                <strong>{one.version}</strong>
                                <span class="quiet small">{time(one.created_at)}</span>
                            </span>
                            {one.version === workflow.active_version && <span class="badge good">{t("workflow.status.active")}</span>}
                            {writes && one.version !== workflow.version && (
                                <button
                                    type="button"
                                    disabled={action.busy}
                                    onClick={() =>
                                        void action.run(async () => {
                                            await call("patch", "/workflows/{workflow}", { path, body: { definition: one.definition }, ifMatch: tagOf(workflow) });
                                            changed();
                                        })
                                    }
                                >
                                    {t("versions.restore")}
                                </button>
                            )}
                        </li>
                    ))}
                </ul>
                {versions.data.next_cursor && <p class="quiet small">{t("versions.newest", { count: all.length })}</p>}
            </section>
        </>
    );
}

function Differences({ workflow, from, to }: { workflow: string; from: string; to: string }) {
    const found = useLoad(() => call("get", "/workflows/{workflow}/differences", { path: { workflow }, query: { from, to } }), [workflow, from, to]);
    if (found.problem) {
        return <Failure problem={found.problem} retry={found.reload} />;
    }
    if (!found.data) {
        return <Waiting />;
    }
    if (found.data.differences.length === 0) {
        return <Empty icon="check" title={t("versions.same")} />;
    }
    return (
        <ul class="diff">
            {found.data.differences.map(one => (
                <li key={one.place}>
                    <code>{one.place}</code>
                    {one.before !== null && (
                        <del>
                            <pre dir="auto">{readable(one.before)}</pre>
                        </del>
                    )}
                    {one.after !== null && (
                        <ins>
                            <pre dir="auto">{readable(one.after)}</pre>
                        </ins>
                    )}
                </li>
            ))}
        </ul>
    );
}

function readable(json: string): string {
    return JSON.stringify(JSON.parse(json), null, 2);
}
