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
    if (settings.problem && !values) {
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
            const { default_ai_model, allowed_ai_models: allowed, document_versions_kept: kept } = values;
            const models = (allowed ?? []).map(one => one.trim()).filter(Boolean);
            const change: Record<string, unknown> = {
                default_ai_model,
                ...(models.length ? { allowed_ai_models: models } : { allow_all_ai_models: true }),
                ...(kept === null ? { keep_all_document_versions: true } : { document_versions_kept: kept }),
            };
            [...SWITCHES, ...NUMBERS].forEach(name => (change[name] = values[name]));
            settings.set(await call("patch", "/organizations/{organization}/settings", { path, body: change as Schemas["SettingsChange"], ifMatch: tagOf(settings.data!) }));
            setSaved(true);
        });
    return (
        <section class="panel">
            <Form problem={action.problem} submit={save} reload={() => (action.clear(), settings.reload())}>
                <Field label={t("settings.model")} value={values.default_ai_model} change={value => set({ default_ai_model: value })} required />
                <Field
                    label={t("settings.allowed")}
                    hint={t("settings.allowedWhat")}
                    value={(values.allowed_ai_models ?? []).join(", ")}
                    change={text => set({ allowed_ai_models: text.trim() ? text.split(",").map(one => one.trimStart()) : null })}
                />
                <div class="pair">
                    <Field label={t("settings.versions")} hint={t("settings.versionsWhat")} type="number" min={1} value={values.document_versions_kept === null ? "" : String(values.document_versions_kept)} change={text => set({ document_versions_kept: text ? Number(text) : null })} />
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
