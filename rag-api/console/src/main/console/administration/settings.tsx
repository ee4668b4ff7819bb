/** The organization's name and its settings. */
import { useEffect, useState } from "preact/hooks";
import { call, type Schemas, tagOf } from "../api/client";
import { useAction, useLoad } from "../api/load";
import { usePlace } from "../app/organizations";
import { Check, Field, Form, Submit } from "../parts/form";
import { Failure, Waiting } from "../parts/state";
import { named, t } from "../text/translate";

type Values = Schemas["Settings"];
const SWITCHES = ["require_2fa", "enable_audit_logging", "enable_workflows", "enable_api_access"] as const;
const NUMBERS = ["session_timeout_minutes", "data_retention_days", "ai_cost_budget_monthly"] as const;

export function OrganizationSettings() {
    const { organization } = usePlace();
    const path = { organization: organization.id };
    const settings = useLoad(() => call("get", "/organizations/{organization}/settings", { path }), [organization.id]);
    const [values, setValues] = useState<Values>();
    const [saved, setSaved] = useState(false);
    const action = useAction();
    useEffect(() => setValues(settings.data), [settings.data]);
    if (settings.problem) {
        return <Failure problem={settings.problem} retry={settings.reload} />;
    }
    if (!values) {
        return <Waiting />;
    }
    const set = (part: Partial<Values>) => {
        setSaved(false);
        setValues({ ...values, ...part });
    };
    const save = () =>
        void action.run(async () => {
            const change: Record<string, unknown> = { default_ai_model: values.default_ai_model };
            [...SWITCHES, ...NUMBERS].forEach(name => (change[name] = values[name]));
            settings.set(await call("patch", "/organizations/{organization}/settings", { path, body: change as Schemas["SettingsChange"], ifMatch: tagOf(settings.data!) }));
            setSaved(true);
        });
    return (
        <section class="panel">
            <Form problem={action.problem} submit={save} reload={() => (action.clear(), settings.reload())}>
                <Field label={t("settings.model")} value={values.default_ai_model} change={value => set({ default_ai_model: value })} required />
                <div class="pair">
                    {NUMBERS.map(name => (
                        <Field key={name} label={named("settings", name)} type="number" min={0} value={String(values[name])} change={value => set({ [name]: Number(value) })} required />
                    ))}
                </div>
                {SWITCHES.map(name => (
                    <Check key={name} label={named("settings", name)} checked={values[name]} change={value => set({ [name]: value })} />
                ))}
                <div class="actions start">
                    {saved && (
                        <span class="badge good" role="status">
                            {t("settings.saved")}
                        </span>
                    )}
                    <Submit busy={action.busy}>{t("action.save")}</Submit>
                </div>
            </Form>
        </section>
    );
}
