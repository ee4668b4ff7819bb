/** Whether a public knowledge base serves its documents as complete texts; a setting of the organization names those that do. */
import { call, tagOf, type Schemas } from "../api/client";
import { again, useAction, useLoad } from "../api/load";
import { usePlace } from "../app/organizations";
import { Check } from "../parts/form";
import { Failure, Waiting } from "../parts/state";
import { t } from "../text/translate";

interface Custom {
    public_knowledge?: { texts?: string[] };
}

export function PublicTexts({ base }: { base: string }) {
    const { organization } = usePlace();
    const path = { organization: organization.id };
    const settings = useLoad(() => call("get", "/organizations/{organization}/settings", { path }), [organization.id]);
    const action = useAction();
    const custom = (settings.data?.custom_settings ?? {}) as Custom;
    const texts = custom.public_knowledge?.texts ?? [];
    const change = (on: boolean) =>
        void action.run(async () => {
            const others = texts.filter(one => one !== base);
            // The settings are replaced as a whole.
            const changed: Custom = { ...custom, public_knowledge: { ...custom.public_knowledge, texts: on ? [...others, base] : others } };
            settings.set(await call("patch", "/organizations/{organization}/settings", { path, body: { custom_settings: changed } as Schemas["SettingsChange"], ifMatch: tagOf(settings.data!) }));
        });
    return (
        <section class="panel">
            {settings.problem && <Failure problem={settings.problem} retry={settings.reload} />}
            {action.problem && <Failure problem={action.problem} {...again(action, settings.reload)} />}
            {!settings.data && !settings.problem && <Waiting />}
            {settings.data && <Check label={t("knowledge.publicTexts")} hint={t("knowledge.publicTextsHint")} checked={texts.includes(base)} change={change} />}
        </section>
    );
}
