/** The organization's keys of model providers. */
import { useState } from "preact/hooks";
import { call, type Schemas } from "../api/client";
import { useAction, useLoad } from "../api/load";
import { usePlace } from "../app/organizations";
import { Confirm } from "../parts/dialog";
import { Field, Form, Submit } from "../parts/form";
import { Empty, Failure, Waiting } from "../parts/state";
import { ago, t } from "../text/translate";

export function ModelKeys() {
    const { organization } = usePlace();
    const path = { organization: organization.id };
    const [provider, setProvider] = useState("");
    const [name, setName] = useState("");
    const [key, setKey] = useState("");
    const [removing, setRemoving] = useState<Schemas["ProviderKey"]>();
    const action = useAction();
    const keys = useLoad(() => call("get", "/organizations/{organization}/provider-keys", { path }), [organization.id]);
    const add = () =>
        void action.run(async () => {
            await call("post", "/organizations/{organization}/provider-keys", { path, body: { provider, key, ...(name.trim() ? { name: name.trim() } : {}) } });
            setKey("");
            setName("");
            keys.reload();
        });
    return (
        <section class="panel">
            <h2>{t("modelKeys.title")}</h2>
            <p class="quiet">{t("modelKeys.what")}</p>
            {keys.problem && <Failure problem={keys.problem} retry={keys.reload} />}
            {!keys.data && !keys.problem && <Waiting />}
            {keys.data?.items.length === 0 && <Empty icon="key" title={t("keys.none")} />}
            <ul class="rows">
                {keys.data?.items.map(one => (
                    <li key={one.id}>
                        <span class="grow">
                            <bdi>{one.provider}</bdi> <bdi>{one.name}</bdi> <code>{one.key}</code>
                            <span class="quiet small">{ago(one.updated_at)}</span>
                        </span>
                        <button type="button" onClick={() => setRemoving(one)}>
                            {t("action.delete")}
                        </button>
                    </li>
                ))}
            </ul>
            <Form problem={action.problem} submit={add} label={t("modelKeys.title")}>
                <div class="pair">
                    <Field label={t("modelKeys.provider")} value={provider} change={setProvider} required hint={t("modelKeys.providerHint")} />
                    <Field label={t("modelKeys.name")} value={name} change={setName} placeholder="default" />
                    <Field label={t("modelKeys.key")} type="password" value={key} change={setKey} autocomplete="off" required />
                </div>
                <Submit busy={action.busy}>{t("action.save")}</Submit>
            </Form>
            {removing && (
                <Confirm
                    title={t("modelKeys.remove")}
                    what={t("modelKeys.removeWhat", { name: `${removing.provider} ${removing.name}` })}
                    action={t("action.delete")}
                    close={() => setRemoving(undefined)}
                    run={async () => {
                        await call("delete", "/organizations/{organization}/provider-keys/{providerKey}", { path: { ...path, providerKey: removing.id } });
                        keys.reload();
                    }}
                />
            )}
        </section>
    );
}
