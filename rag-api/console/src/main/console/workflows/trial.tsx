/** Tries one step by itself, with an input and with outputs of the steps before it. */
import { useState } from "preact/hooks";
import { call, type Schemas } from "../api/client";
import { useAction } from "../api/load";
import { Dialog } from "../parts/dialog";
import { Form, Submit } from "../parts/form";
import { named, t } from "../text/translate";
import { before, isObject, type Definition, type Step, type Values } from "./definition";
import { Value, YamlField } from "./value";
import type { Yaml } from "./yaml";

export function Trial({ workflow, step, definition, yaml, close }: { workflow: Schemas["Workflow"]; step: Step; definition: Definition; yaml: Yaml; close: () => void }) {
    const [input, setInput] = useState<unknown>(definition.input ?? {});
    const [outputs, setOutputs] = useState<unknown>(Object.fromEntries(before(step).map(id => [id, {}])));
    const [result, setResult] = useState<Schemas["StepTrialStepTrialResult"]>();
    const action = useAction();
    const submit = () =>
        void action.run(async () => {
            setResult(undefined);
            setResult(
                await call("post", "/workflows/{workflow}/steps/{step}/trial", {
                    path: { workflow: workflow.id, step: step.id },
                    body: { input: values(input), outputs: values(outputs) },
                }),
            );
        });
    return (
        <Dialog title={t("trial.title", { step: step.id })} close={close}>
            <Form problem={action.problem} submit={submit}>
                <p class="quiet small">{t("trial.what")}</p>
                <YamlField label={t("workflow.input")} value={input} change={setInput} yaml={yaml} />
                <YamlField label={t("trial.outputs")} value={outputs} change={setOutputs} yaml={yaml} hint={t("trial.outputsWhat")} />
                <div class="actions">
                    <Submit busy={action.busy}>{t("trial.run")}</Submit>
                </div>
            </Form>
            <div aria-live="polite">
                {result && (
                    <p>
                        <span class={`badge ${result.outcome === "completed" ? "good" : result.outcome === "failed" ? "bad" : "busy"}`}>{named("step.status", result.outcome)}</span> {result.error_message}
                    </p>
                )}
                {result?.output && <Value label={t("step.output")} value={result.output} />}
            </div>
        </Dialog>
    );
}

function values(value: unknown): Values {
    return isObject(value) ? value : {};
}
