/** One step as a form: what it is, what it follows, its configuration, and what becomes of a failure. */
import type { ComponentChildren } from "preact";
import { Check, Choice, Field } from "../parts/form";
import { t } from "../text/translate";
import { before, isObject, leads, put, text, type ConfigField, type Definition, type Fault, type Step, type StepKind } from "./definition";
import { YamlField } from "./value";
import type { Yaml } from "./yaml";

interface StepFormProps {
    definition: Definition;
    at: number;
    kinds: StepKind[];
    faults: Fault[];
    yaml: Yaml;
    change: (step: Step) => void;
}

export function StepForm({ definition, at, kinds, faults, yaml, change }: StepFormProps) {
    const step = definition.steps[at]!;
    const kind = kinds.find(one => one.name === step.type);
    const config = isObject(step.config) ? step.config : {};
    const retry = isObject(step.retry) ? step.retry : {};
    const place = `definition.steps[${at}]`;
    const said = (field: string) => faults.find(one => one.field === `${place}.${field}` || one.field.startsWith(`${place}.${field}.`) || one.field.startsWith(`${place}.${field}[`))?.message;
    const set = (name: string, value: unknown) => change(put(step, name, value));
    const configure = (name: string, value: unknown) => set("config", put(config, name, value));
    const again = (name: string, value: string) => {
        const next = put(retry, name, number(value));
        set("retry", Object.keys(next).length ? next : undefined);
    };
    const others = definition.steps.filter(one => one !== step && one.id && (before(step).includes(one.id) || !leads(definition, step.id, one.id)));
    return (
        <div class="step-form">
            <div class="pair">
                <Marked error={said("id")}>
                    <Field label={t("step.id")} value={step.id} change={id => change({ ...step, id })} required />
                </Marked>
                <Field label={t("field.name")} value={text(step.name)} change={value => set("name", value)} />
                <Marked error={said("type")}>
                    <Choice label={t("field.type")} value={step.type} change={type => change({ ...step, type })} options={options(kinds.map(one => one.name), step.type)} />
                </Marked>
            </div>
            {kind && <p class="hint">{kind.description}</p>}
            {kind?.fields.map(field => (
                <ConfigEntry key={`${step.type}.${field.name}`} field={field} value={config[field.name]} error={said(`config.${field.name}`)} yaml={yaml} change={value => configure(field.name, value)} />
            ))}
            {others.length > 0 && (
                <fieldset class="checks">
                    <legend>{t("step.after")}</legend>
                    {others.map(other => (
                        <Check
                            key={other.id}
                            label={other.id}
                            checked={before(step).includes(other.id)}
                            change={checked => set("depends_on", checked ? [...before(step), other.id] : before(step).filter(one => one !== other.id))}
                        />
                    ))}
                </fieldset>
            )}
            {said("depends_on") && <p class="hint wrong">{said("depends_on")}</p>}
            <details open={["condition", "retry", "timeout_seconds", "on_error", "on_unknown", "compensate"].some(said)}>
                <summary>{t("step.more")}</summary>
                <div class="step-form">
                    <Marked error={said("condition")}>
                        <Field label={t("step.condition")} value={text(step.condition)} change={value => set("condition", value)} hint={t("step.conditionWhat")} />
                    </Marked>
                    <div class="pair">
                        <Marked error={said("retry.attempts")}>
                            <Field label={t("step.attempts")} type="number" min={1} max={20} value={shown(retry.attempts)} change={value => again("attempts", value)} placeholder="3" />
                        </Marked>
                        <Marked error={said("retry.backoff_seconds")}>
                            <Field label={t("step.backoff")} type="number" min={0} max={3600} value={shown(retry.backoff_seconds)} change={value => again("backoff_seconds", value)} placeholder="5" />
                        </Marked>
                        <Marked error={said("timeout_seconds")}>
                            <Field label={t("step.timeout")} type="number" min={1} max={86_400} value={shown(step.timeout_seconds)} change={value => set("timeout_seconds", number(value))} placeholder="300" />
                        </Marked>
                    </div>
                    <div class="pair">
                        <Choice label={t("step.onError")} value={text(step.on_error)} change={value => set("on_error", value)} options={options(["", "fail", "continue"], text(step.on_error), "fail")} />
                        <Choice label={t("step.onUnknown")} value={text(step.on_unknown)} change={value => set("on_unknown", value)} options={options(["", "wait", "retry", "fail"], text(step.on_unknown), "wait")} />
                    </div>
                    <YamlField label={t("step.compensate")} value={step.compensate} change={value => set("compensate", value)} yaml={yaml} error={said("compensate")} hint={t("step.compensateWhat")} />
                </div>
            </details>
        </div>
    );
}

function ConfigEntry({ field, value, error, yaml, change }: { field: ConfigField; value: unknown; error: string | undefined; yaml: Yaml; change: (value: unknown) => void }) {
    const label = field.required ? `${field.name} *` : field.name;
    const nested = typeof value === "object" && value !== null;
    if (field.kind === "object" || field.kind === "array" || field.kind === "any" || nested) {
        return <YamlField label={label} value={value} change={change} yaml={yaml} hint={field.description} error={error} />;
    }
    if (field.kind === "choice" || field.kind === "boolean") {
        const choices = field.kind === "boolean" ? ["true", "false"] : field.choices;
        return (
            <Marked error={error} hint={field.description}>
                <Choice label={label} value={shown(value)} change={next => change(field.kind === "boolean" && next ? next === "true" : next)} options={options(["", ...choices], shown(value))} />
            </Marked>
        );
    }
    const long = field.kind === "text" && (/prompt|content|message|instructions/.test(field.name) || shown(value).length > 60);
    return (
        <Marked error={error}>
            <Field label={label} value={shown(value)} change={next => change(field.kind === "integer" ? number(next) : next)} hint={field.description} {...(long ? { rows: 3 } : {})} />
        </Marked>
    );
}

/** A field with what is wrong with it. */
export function Marked({ error, hint, children }: { error: string | undefined; hint?: string; children: ComponentChildren }) {
    return (
        <div class={error ? "marked wrong" : "marked"}>
            {children}
            {hint && <p class="hint">{hint}</p>}
            {error && <p class="hint wrong">{error}</p>}
        </div>
    );
}

/** With the present value also where it is none of the choices, such as an expression. */
export function options(choices: string[], present: string, otherwise?: string): Array<readonly [string, string]> {
    const all = choices.includes(present) ? choices : [...choices, present];
    return all.map(one => [one, one || (otherwise ? t("workflow.defaultIs", { value: otherwise }) : t("workflow.default"))] as const);
}

function shown(value: unknown): string {
    return value === undefined || value === null ? "" : String(value);
}

/** A whole number; what is none stays a text, for example an expression, and the check says where that is wrong. */
function number(value: string): number | string {
    return /^-?\d{1,15}$/.test(value.trim()) ? Number(value) : value;
}

