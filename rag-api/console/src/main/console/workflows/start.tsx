/** Starts a run by hand, with an input that begins with the workflow's own. */
import { useState } from "preact/hooks";
import { call, type Schemas } from "../api/client";
import { useAction } from "../api/load";
import { useWithin } from "../app/organizations";
import { go } from "../app/router";
import { Dialog } from "../parts/dialog";
import { Field, Form, Submit } from "../parts/form";
import { Failure, Waiting } from "../parts/state";
import { t } from "../text/translate";
import { asDefinition, isObject, type Values } from "./definition";
import { useYaml } from "./use-yaml";
import { YamlField } from "./value";

export function Start({ workflow, close }: { workflow: Schemas["Workflow"]; close: () => void }) {
    const within = useWithin();
    const own = asDefinition(workflow.definition).input;
    const [input, setInput] = useState<Values>(isObject(own) ? own : {});
    const action = useAction();
    const { yaml, problem } = useYaml();
    const submit = () =>
        void action.run(async () => {
            const run = await call("post", "/workflows/{workflow}/executions", { path: { workflow: workflow.id }, body: { input } });
            close();
            go(within(`workflows/${workflow.id}/runs/${run.id}`));
        });
    const texts = Object.entries(input).filter(([, value]) => typeof value === "string");
    const others = Object.fromEntries(Object.entries(input).filter(([, value]) => typeof value !== "string"));
    return (
        <Dialog title={t("workflow.run")} close={close}>
            {problem && <Failure problem={problem} />}
            {!yaml && !problem && <Waiting />}
            {yaml && (
                <Form problem={action.problem} submit={submit}>
                    <p class="quiet small">{t("workflow.runWhat")}</p>
                    {texts.map(([name, value]) => (
                        <Field key={name} label={name} value={value as string} change={next => setInput({ ...input, [name]: next })} {...((value as string).length > 60 ? { rows: 3 } : {})} />
                    ))}
                    <YamlField
                        label={texts.length ? t("workflow.otherInput") : t("workflow.input")}
                        value={Object.keys(others).length ? others : undefined}
                        change={next => setInput({ ...Object.fromEntries(texts), ...(isObject(next) ? next : {}) })}
                        yaml={yaml}
                    />
                    <div class="actions">
                        <button type="button" onClick={close}>
                            {t("action.cancel")}
                        </button>
                        <Submit busy={action.busy}>{t("workflow.run")}</Submit>
                    </div>
                </Form>
            )}
        </Dialog>
    );
}
