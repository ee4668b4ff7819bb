/** What starts a workflow, what a run is given, and what it gives. */
import { Choice, Field } from "../parts/form";
import { t } from "../text/translate";
import { isObject, put, text, type Definition, type Fault } from "./definition";
import { Marked, options } from "./step-form";
import { YamlField } from "./value";
import type { Yaml } from "./yaml";

const TRIGGERS = ["manual", "schedule", "event", "webhook"];

export function StartForm({ definition, events, faults, yaml, change }: { definition: Definition; events: string[]; faults: Fault[]; yaml: Yaml; change: (definition: Definition) => void }) {
    const trigger = isObject(definition.trigger) ? definition.trigger : {};
    const type = text(trigger.type) || "manual";
    const said = (field: string) => faults.find(one => one.field === `definition.${field}` || one.field.startsWith(`definition.${field}.`))?.message;
    const set = (name: string, value: unknown) => change({ ...definition, trigger: put({ ...trigger, type }, name, value) });
    const begin = (next: string) => change(put(definition, "trigger", next === "manual" ? undefined : { type: next, ...(next === "event" ? { event: events[0] ?? "" } : next === "schedule" ? { cron: "0 8 * * 1-5", timezone: "UTC" } : {}) }));
    return (
        <div class="step-form">
            <Marked error={said("trigger.type")}>
                <Choice label={t("workflow.trigger")} value={type} change={begin} options={TRIGGERS.map(one => [one, t(`trigger.${one}` as "trigger.manual")] as const)} />
            </Marked>
            {type === "schedule" && (
                <div class="pair">
                    <Marked error={said("trigger.cron")}>
                        <Field label={t("trigger.cron")} value={text(trigger.cron)} change={value => set("cron", value)} hint={t("trigger.cronWhat")} required />
                    </Marked>
                    <Marked error={said("trigger.timezone")}>
                        <Field label={t("trigger.timezone")} value={text(trigger.timezone)} change={value => set("timezone", value)} placeholder="Europe/Berlin" />
                    </Marked>
                    <Choice label={t("trigger.misfire")} value={text(trigger.misfire)} change={value => set("misfire", value)} options={options(["", "run_once", "skip"], text(trigger.misfire), "run_once")} />
                </div>
            )}
            {type === "event" && (
                <>
                    <Marked error={said("trigger.event")}>
                        <Choice label={t("trigger.event")} value={text(trigger.event)} change={value => set("event", value)} options={options(events, text(trigger.event))} />
                    </Marked>
                    <Marked error={said("trigger.filter")}>
                        <Field label={t("trigger.filter")} value={text(trigger.filter)} change={value => set("filter", value)} hint={t("trigger.filterWhat")} />
                    </Marked>
                </>
            )}
            <YamlField label={t("workflow.input")} value={definition.input} change={value => change(put(definition, "input", value))} yaml={yaml} error={said("input")} hint={t("workflow.inputWhat")} />
            <div class="pair">
                <Marked error={said("max_execution_seconds")}>
                    <Field
                        label={t("workflow.longest")}
                        type="number"
                        min={1}
                        value={definition.max_execution_seconds === undefined ? "" : String(definition.max_execution_seconds)}
                        change={value => change(put(definition, "max_execution_seconds", value ? Number(value) : undefined))}
                        placeholder="3600"
                    />
                </Marked>
                <Marked error={said("output")}>
                    <Field label={t("workflow.output")} value={text(definition.output)} change={value => change(put(definition, "output", value))} hint={t("workflow.outputWhat")} />
                </Marked>
            </div>
        </div>
    );
}
