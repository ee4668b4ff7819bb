/** The steps of a run in the order in which they began, and one of them with its data. */
import { call, type Schemas } from "../api/client";
import { useAction } from "../api/load";
import { useMay, usePlace, useWithin } from "../app/organizations";
import { go } from "../app/router";

import { Empty, Failure } from "../parts/state";
import { named, number, t, time } from "../text/translate";
import { Decide } from "./approvals";
import { tone, took } from "./runs";
import { Value } from "./value";

type ExecutionStep = Schemas["ExecutionStep"];
/** A for_each may have a thousand items. */
const MOST = 200;

export function StepRuns({ steps, open, choose }: { steps: ExecutionStep[]; open: string | undefined; choose: (id: string) => void }) {
    const shown = steps.slice(0, MOST);
    return (
        <section class="panel">
            <h2>{t("run.steps")}</h2>
            {steps.length === 0 && <Empty icon="flow" title={t("run.noSteps")} />}
            <ol class="step-runs">
                {shown.map(step => (
                    <li key={step.id}>
                        <button type="button" aria-pressed={step.id === open} onClick={() => choose(step.id)}>
                            <bdi class="cut">{label(step)}</bdi>
                            <span class={`badge ${tone(step.status)}`}>{named("step.status", step.status)}</span>
                            <span class="quiet small">{took(duration(step))}</span>
                        </button>
                    </li>
                ))}
            </ol>
            {steps.length > MOST && <p class="quiet small">{t("run.moreSteps", { count: steps.length - MOST })}</p>}
        </section>
    );
}

export function StepRun({ run, step, changed, ended }: { run: Schemas["Execution"]; step: ExecutionStep; changed: () => void; ended: boolean }) {
    const { user } = usePlace();
    const within = useWithin();
    const writes = useMay("member");
    const action = useAction();
    const rerun = () =>
        void action.run(async () => {
            const next = await call("post", "/executions/{execution}/reruns", { path: { execution: run.id }, body: { from_step: step.step } });
            go(within(`workflows/${run.workflow_id}/runs/${next.id}`));
        });
    const resolve = (outcome: "done" | "not_done" | "retry") =>
        void action.run(async () => {
            await call("post", "/executions/{execution}/steps/{step}/resolution", { path: { execution: run.id, step: step.id }, body: { outcome } });
            changed();
        });
    const asks = step.status === "waiting" && step.waits_for && "four_eyes" in step.waits_for;
    return (
        <section class="panel" aria-label={label(step)}>
            <header class="head">
                <h2>
                    <bdi>{label(step)}</bdi>
                </h2>
                {writes && ended && step.purpose === "step" && (
                    <button type="button" disabled={action.busy} onClick={rerun}>
                        {t("run.rerun")}
                    </button>
                )}
            </header>
            <p class="facts small quiet">
                <span class={`badge ${tone(step.status)}`}>{named("step.status", step.status)}</span>
                <span>{t("step.tries", { count: step.attempts })}</span>
                {step.started_at && <span>{time(step.started_at)}</span>}
                <span>{took(duration(step))}</span>
                {step.wake_at && step.status !== "completed" && <span>{t("step.wakes", { when: time(step.wake_at) })}</span>}
            </p>
            {step.error_message && (
                <p class="note bad">
                    {step.error_kind && <strong>{named("step.error", step.error_kind)}: </strong>}
                    <bdi>{step.error_message}</bdi>
                </p>
            )}
            {action.problem && <Failure problem={action.problem} />}
            {asks && (
                <>
                    <p class="asked-for">
                        <bdi>{String(step.waits_for!.message ?? "")}</bdi>
                    </p>
                    {writes && (!step.waits_for!.four_eyes || run.acting_user_id !== user.id) ? <Decide execution={run.id} step={step.step} done={changed} /> : <p class="quiet">{t("approval.others")}</p>}
                </>
            )}
            {step.status === "unknown" && writes && (
                <>
                    <p class="note">{t("step.unknownWhat")}</p>
                    <div class="actions">
                        {(["done", "not_done", "retry"] as const).map(outcome => (
                            <button key={outcome} type="button" disabled={action.busy} onClick={() => resolve(outcome)}>
                                {named("step.resolve", outcome)}
                            </button>
                        ))}
                    </div>
                </>
            )}
            {step.input ? <Value label={t("step.input")} value={step.input} /> : step.output ? null : <p class="quiet small">{t("step.noData")}</p>}
            {step.output && <Value label={t("step.output")} value={step.output} />}
        </section>
    );
}

function label(step: ExecutionStep): string {
    const whole = step.purpose === "item" ? `${step.step} · ${number(step.position + 1)}` : step.step;
    return step.purpose === "compensation" ? t("step.compensation", { step: whole }) : whole;
}

function duration(step: ExecutionStep): number | null {
    return step.started_at && step.completed_at ? (Date.parse(step.completed_at) - Date.parse(step.started_at)) / 1000 : null;
}
