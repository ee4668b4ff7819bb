/** The secrets that steps of workflows send to other systems: kept, replaced by their name, and deleted; never shown. */
import { useState } from "preact/hooks";
import { call, type Schemas } from "../api/client";
import { useAction, useLoad } from "../api/load";
import { useMay, usePlace } from "../app/organizations";
import { Confirm } from "../parts/dialog";
import { Field, Form, Submit } from "../parts/form";
import { Empty, Failure, Waiting } from "../parts/state";
import { Turn } from "../parts/turn";
import { ago, t } from "../text/translate";

export function Secrets() {
    const { organization } = usePlace();
    const path = { organization: organization.id };
    const writes = useMay("admin");
    const [name, setName] = useState("");
    const [value, setValue] = useState("");
    const [hosts, setHosts] = useState("");
    const [cursor, setCursor] = useState<string>();
    const [removing, setRemoving] = useState<Schemas["WorkflowSecret"]>();
    const action = useAction();
    const secrets = useLoad(() => call("get", "/organizations/{organization}/workflow-secrets", { path, query: { limit: 50, ...(cursor ? { cursor } : {}) } }), [organization.id, cursor]);
    const add = () =>
        void action.run(async () => {
            await call("post", "/organizations/{organization}/workflow-secrets", { path, body: { name, value, allowed_hosts: hosts.split(/[\s,]+/).filter(Boolean) } });
            setName("");
            setValue("");
            secrets.reload();
        });
    return (
        <section class="panel">
            <p class="quiet">{t("secrets.what")}</p>
            {secrets.problem && <Failure problem={secrets.problem} retry={secrets.reload} />}
            {!secrets.data && !secrets.problem && <Waiting />}
            {secrets.data?.items.length === 0 && <Empty icon="key" title={t("secrets.none")} />}
            <ul class="rows">
                {secrets.data?.items.map(one => (
                    <li key={one.id}>
                        <span class="grow">
                            <code>{one.name}</code>
                            <span class="quiet small">
                                {one.allowed_hosts.join(", ")} · {ago(one.updated_at)}
                            </span>
                        </span>
                        {writes && (
                            <button type="button" onClick={() => setRemoving(one)}>
                                {t("action.delete")}
                            </button>
                        )}
                    </li>
                ))}
            </ul>
            <Turn cursor={cursor} next={secrets.data?.next_cursor} turn={setCursor} />
            {writes && (
                <Form problem={action.problem} submit={add} label={t("secrets.new")}>
                    <div class="pair">
                        <Field label={t("field.name")} value={name} change={setName} required />
                        <Field label={t("secrets.value")} type="password" value={value} change={setValue} autocomplete="off" required />
                        <Field label={t("secrets.hosts")} value={hosts} change={setHosts} placeholder="api.example.org" required hint={t("secrets.hostsWhat")} />
                    </div>
                    <Submit busy={action.busy}>{t("action.save")}</Submit>
                </Form>
            )}
            {removing && (
                <Confirm
                    title={t("secrets.remove")}
                    what={t("secrets.removeWhat", { name: removing.name })}
                    action={t("action.delete")}
                    close={() => setRemoving(undefined)}
                    run={async () => {
                        await call("delete", "/organizations/{organization}/workflow-secrets/{secret}", { path: { ...path, secret: removing.id } });
                        secrets.reload();
                    }}
                />
            )}
        </section>
    );
}
