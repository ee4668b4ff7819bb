/** One run, live: its graph with what each step has reached, its steps, and what one can do about it. */
import { useEffect, useState } from "preact/hooks";
import { address, call, type Schemas } from "../api/client";
import { follow } from "../api/events";
import { useAction, useLoad } from "../api/load";
import { useMay, useWithin } from "../app/organizations";
import { Link, query, useAddress } from "../app/router";
import { Confirm } from "../parts/dialog";
import { Failure, Waiting } from "../parts/state";
import { t, time } from "../text/translate";
import { asDefinition, isObject, type Step } from "./definition";
import { Graph } from "./graph";
import { RunStatus, took } from "./runs";
import { StepRun, StepRuns } from "./step-runs";
import { Value } from "./value";
import { yaml } from "./yaml";

type Execution = Schemas["Execution"];
const ENDED = ["completed", "failed", "cancelled", "timed_out"];

export function RunPage({ parts }: { parts: Record<string, string> }) {
    const execution = parts.run ?? "";
    const within = useWithin();
    const wanted = useAddress().searchParams.get("step") ?? "";
    const state = useLoad(async () => {
        const [run, steps] = await Promise.all([call("get", "/executions/{execution}", { path: { execution } }), call("get", "/executions/{execution}/steps", { path: { execution } })]);
        return { run, steps: steps.items };
    }, [execution]);
    const run = state.data?.run;
    const workflow = useLoad(() => call("get", "/workflows/{workflow}", { path: { workflow: parts.workflow ?? "" } }), [parts.workflow]);
    const drawn = useLoad(() => (run ? stepsOf(run) : Promise.resolve([])), [run?.id]);
    useLive(execution, !!run && !ENDED.includes(run.status), state.reload);
    if (state.problem && !state.data) {
        return (
            <div class="page">
                <Failure problem={state.problem} retry={state.reload} />
            </div>
        );
    }
    if (!state.data || !run) {
        return <Waiting />;
    }
    const { steps } = state.data;
    const own = steps.filter(one => one.purpose === "step");
    const open = steps.find(one => one.id === wanted) ?? own.find(one => one.status === "waiting" || one.status === "unknown") ?? own.find(one => one.status === "failed") ?? own[0];
    const chosen = drawn.data?.findIndex(one => one.id === open?.step);
    const show = (id: string | undefined) => id && query("step", id);
    return (
        <div class="page broad">
            <p class="trail small">
                <Link href={within("workflows")}>{t("page.workflows")}</Link>
                <Link href={within(`workflows/${run.workflow_id}/runs`)}>{workflow.data?.name ?? t("workflow.tab.runs")}</Link>
            </p>
            <Head run={run} changed={state.reload} />
            {drawn.problem && <Failure problem={drawn.problem} retry={drawn.reload} />}
            {!!drawn.data?.length && (
                <section class="panel">
                    <Graph steps={drawn.data} open={chosen === -1 ? undefined : chosen} choose={at => show(own.find(one => one.step === drawn.data![at]!.id)?.id)} status={id => own.find(one => one.step === id)?.status} />
                </section>
            )}
            <div class="beside-form">
                <StepRuns steps={steps} open={open?.id} choose={show} />
                {open && <StepRun key={open.id} run={run} step={open} changed={state.reload} ended={ENDED.includes(run.status)} />}
            </div>
            {(run.input_data ?? run.output_data) && (
                <section class="panel">
                    <h2>{t("run.data")}</h2>
                    {run.input_data && <Value label={t("workflow.input")} value={run.input_data} />}
                    {run.output_data && <Value label={t("step.output")} value={run.output_data} />}
                </section>
            )}
        </div>
    );
}

function Head({ run, changed }: { run: Execution; changed: () => void }) {
    const within = useWithin();
    const writes = useMay("member") && !ENDED.includes(run.status);
    const [cancelling, setCancelling] = useState(false);
    const action = useAction();
    const path = { execution: run.id };
    return (
        <>
            <header class="head">
                <h1>{t("run.title", { number: run.execution_number })}</h1>
                {writes && !run.is_paused && (
                    <button type="button" disabled={action.busy} onClick={() => void action.run(() => call("post", "/executions/{execution}/pause", { path })).then(changed)}>
                        {t("run.pause")}
                    </button>
                )}
                {writes && run.is_paused && (
                    <button type="button" class="primary" disabled={action.busy} onClick={() => void action.run(() => call("post", "/executions/{execution}/resume", { path })).then(changed)}>
                        {t("run.resume")}
                    </button>
                )}
                {writes && (
                    <button type="button" onClick={() => setCancelling(true)}>
                        {t("run.cancel")}
                    </button>
                )}
            </header>
            <p class="facts small quiet" role="status">
                <RunStatus run={run} />
                <span>{t("workflow.version", { version: run.version })}</span>
                <span>{t("run.progress", { done: run.completed_steps, all: run.total_steps })}</span>
                {run.started_at && <span>{time(run.started_at)}</span>}
                {run.duration_seconds !== null && <span>{took(run.duration_seconds)}</span>}
                {run.rerun_of_id && <Link href={within(`workflows/${run.workflow_id}/runs/${run.rerun_of_id}`)}>{t("run.rerunOf")}</Link>}
            </p>
            {run.error_message && (
                <p class="note bad">
                    <bdi>{run.error_message}</bdi>
                </p>
            )}
            {action.problem && <Failure problem={action.problem} />}
            {cancelling && (
                <Confirm
                    title={t("run.cancel")}
                    what={t("run.cancelWhat")}
                    action={t("run.cancel")}
                    close={() => setCancelling(false)}
                    run={async () => {
                        await call("post", "/executions/{execution}/cancel", { path });
                        changed();
                    }}
                />
            )}
        </>
    );
}

/** Reads the run again when its stream says that something happened, and not more than three times a second. */
function useLive(execution: string, open: boolean, changed: () => void): void {
    useEffect(() => {
        if (!open) {
            return;
        }
        let timer: ReturnType<typeof setTimeout> | undefined;
        const stop = follow(
            address("/executions/{execution}/events", { execution }),
            () =>
                (timer ??= setTimeout(() => {
                    timer = undefined;
                    changed();
                }, 300)),
            () => undefined,
        );
        return () => {
            stop();
            clearTimeout(timer);
        };
    }, [execution, open]);
}

/** The steps of the version that ran, which the export has. */
async function stepsOf(run: Execution): Promise<Step[]> {
    const [exported, library] = await Promise.all([call("get", "/workflows/{workflow}/export", { path: { workflow: run.workflow_id }, query: { version: run.version } }), yaml()]);
    const read = library.parse(exported.yaml);
    return asDefinition(isObject(read) ? read.definition : undefined).steps;
}
