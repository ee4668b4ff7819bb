/** A new workflow: empty, from a template, or from YAML. */
import { useState } from "preact/hooks";
import { call, type Schemas } from "../api/client";
import { useAction, useLoad } from "../api/load";
import { usePlace } from "../app/organizations";
import { Dialog } from "../parts/dialog";
import { Choice, Field, Form, Submit } from "../parts/form";
import { Failure } from "../parts/state";
import { t } from "../text/translate";

const EMPTY = "";
const YAML = "yaml";
const FIRST: Schemas["WorkflowCreation"]["definition"] = { steps: [{ id: "first", type: "transform", config: { output: { text: "Hello" } } }] };

export function NewWorkflow({ close, made }: { close: () => void; made: (id: string) => void }) {
    const { organization } = usePlace();
    const path = { organization: organization.id };
    const [from, setFrom] = useState(EMPTY);
    const [name, setName] = useState("");
    const [source, setSource] = useState("");
    const templates = useLoad(() => call("get", "/workflow-templates"), []);
    const action = useAction();
    const template = templates.data?.items.find(one => one.key === from);
    const submit = () =>
        void action.run(async () => {
            const workflow =
                from === YAML
                    ? await call("post", "/organizations/{organization}/workflows/import", { path, body: { yaml: source } })
                    : await call("post", "/organizations/{organization}/workflows", {
                          path,
                          body: { name, definition: template?.definition ?? FIRST, ...(template ? { description: template.description.trim() } : {}) },
                      });
            made(workflow.id);
        });
    const choose = (next: string) => {
        setFrom(next);
        const other = templates.data?.items.find(one => one.key === next);
        if (other && (name === "" || name === template?.name)) {
            setName(other.name);
        }
    };
    return (
        <Dialog title={t("workflow.create")} close={close}>
            {templates.problem && <Failure problem={templates.problem} retry={templates.reload} />}
            <Form problem={action.problem} submit={submit}>
                <Choice
                    label={t("workflow.from")}
                    value={from}
                    change={choose}
                    options={[[EMPTY, t("workflow.fromEmpty")] as const, ...(templates.data?.items ?? []).map(one => [one.key, one.name] as const), [YAML, t("workflow.fromYaml")] as const]}
                />
                {template && <p class="quiet small">{template.description}</p>}
                {from === YAML ? (
                    <Field label="YAML" value={source} change={setSource} rows={12} required hint={t("workflow.yamlWhat")} />
                ) : (
                    <Field label={t("field.name")} value={name} change={setName} required focus />
                )}
                <div class="actions">
                    <button type="button" onClick={close}>
                        {t("action.cancel")}
                    </button>
                    <Submit busy={action.busy}>{t("action.create")}</Submit>
                </div>
            </Form>
        </Dialog>
    );
}
