/** The runs of a workflow, the newest first. */
import { useState } from "preact/hooks";
import { call, type Schemas } from "../api/client";
import { useLoad } from "../api/load";
import { useWithin } from "../app/organizations";
import { Link, query, useAddress } from "../app/router";
import { Choice } from "../parts/form";
import { Empty, Failure, Waiting } from "../parts/state";
import { Turn } from "../parts/turn";
import { ago, named, number, t } from "../text/translate";

const STATUSES = ["pending", "running", "waiting", "completed", "failed", "cancelled", "timed_out"] as const;

export function Runs({ workflow }: { workflow: string }) {
    const within = useWithin();
    const asked = useAddress().searchParams.get("status");
    const status = STATUSES.find(one => one === asked) ?? "";
    const [cursor, setCursor] = useState<string>();
    const runs = useLoad(() => call("get", "/workflows/{workflow}/executions", { path: { workflow }, query: { limit: 50, ...(status ? { status } : {}), ...(cursor ? { cursor } : {}) } }), [workflow, status, cursor]);
    const filter = (next: string) => {
        setCursor(undefined);
        query("status", next);
    };
    return (
        <section class="panel">
            <header class="head">
                <h2>{t("workflow.tab.runs")}</h2>
                <Choice label={t("field.status")} hidden value={status} change={filter} options={[["", t("workflow.everyStatus")] as const, ...STATUSES.map(one => [one, named("run.status", one)] as const)]} />
                <button type="button" onClick={runs.reload}>
                    {t("action.reload")}
                </button>
            </header>
            {runs.problem && <Failure problem={runs.problem} retry={runs.reload} />}
            {!runs.data && !runs.problem && <Waiting />}
            {runs.data?.items.length === 0 && <Empty icon="flow" title={status ? t("state.nothingFound") : t("run.none")} />}
            {!!runs.data?.items.length && (
                <div class="wide">
                    <table>
                        <thead>
                            <tr>
                                <th>{t("run.number")}</th>
                                <th>{t("field.status")}</th>
                                <th>{t("field.version")}</th>
                                <th class="number">{t("run.steps")}</th>
                                <th class="number">{t("run.took")}</th>
                                <th>{t("run.began")}</th>
                            </tr>
                        </thead>
                        <tbody>
                            {runs.data.items.map(run => (
                                <tr key={run.id}>
                                    <td>
                                        <Link href={within(`workflows/${workflow}/runs/${run.id}`)}>{`#${run.execution_number}`}</Link>
                                    </td>
                                    <td>
                                        <RunStatus run={run} />
                                    </td>
                                    <td>{run.version}</td>
                                    <td class="number">{`${number(run.completed_steps)} / ${number(run.total_steps)}`}</td>
                                    <td class="number">{took(run.duration_seconds)}</td>
                                    <td>{ago(run.created_at)}</td>
                                </tr>
                            ))}
                        </tbody>
                    </table>
                </div>
            )}
            <Turn cursor={cursor} next={runs.data?.next_cursor} turn={setCursor} />
        </section>
    );
}

export function RunStatus({ run }: { run: Schemas["Execution"] }) {
    return (
        <>
            <span class={`badge ${tone(run.status)}`}>{named("run.status", run.status)}</span>
            {run.is_paused && <span class="badge busy">{t("run.paused")}</span>}
        </>
    );
}

export function tone(status: string): string {
    return { completed: "good", failed: "bad", timed_out: "bad", unknown: "bad", waiting: "busy", running: "busy", scheduled: "busy" }[status] ?? "";
}

export function took(seconds: number | null): string {
    return seconds === null ? "—" : `${number(seconds, seconds < 10 ? 1 : 0)} s`;
}
