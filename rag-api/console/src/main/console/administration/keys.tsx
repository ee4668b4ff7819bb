/** API keys: made with a line that tries the key, shown once, and revoked. */
import { useState } from "preact/hooks";
import { call, type Schemas } from "../api/client";
import { useAction, useLoad } from "../api/load";
import { usePublicUrl } from "../app/deployment";
import { usePlace } from "../app/organizations";
import { Confirm } from "../parts/dialog";
import { Check, Copy, Field, Form, Submit } from "../parts/form";
import { Empty, Failure, Waiting } from "../parts/state";
import { ago, named, t } from "../text/translate";

const SCOPES = ["read", "write", "search", "chat"];

export function Keys() {
    const { organization } = usePlace();
    const path = { organization: organization.id };
    const publicUrl = usePublicUrl();
    const [name, setName] = useState("");
    const [scopes, setScopes] = useState(["read", "search"]);
    const [made, setMade] = useState<Schemas["ApiKey"]>();
    const [revoking, setRevoking] = useState<Schemas["ApiKey"]>();
    const action = useAction();
    const keys = useLoad(() => call("get", "/organizations/{organization}/api-keys", { path }), [organization.id]);
    const create = () =>
        void action.run(async () => {
            setMade(await call("post", "/organizations/{organization}/api-keys", { path, body: { name, scopes } }));
            setName("");
            keys.reload();
        });
    const line = `curl -H "X-API-Key: ${made?.key ?? ""}" ${publicUrl}/api/v1/organizations/${organization.id}/knowledge-bases`;
    return (
        <>
            <section class="panel">
                <h2>{t("keys.new")}</h2>
                <p class="quiet">{t("keys.what")}</p>
                <Form problem={action.problem} submit={create} label={t("keys.new")}>
                    <Field label={t("field.name")} value={name} change={setName} required />
                    <fieldset class="checks">
                        <legend>{t("keys.scopes")}</legend>
                        {SCOPES.map(scope => (
                            <Check key={scope} label={named("scope", scope)} checked={scopes.includes(scope)} change={on => setScopes(before => (on ? [...before, scope] : before.filter(one => one !== scope)))} />
                        ))}
                    </fieldset>
                    <Submit busy={action.busy}>{t("keys.create")}</Submit>
                </Form>
                {made?.key && (
                    <div class="once" role="status">
                        <p>{t("keys.once")}</p>
                        <pre>
                            <code>{line}</code>
                        </pre>
                        <Copy text={made.key} label={t("keys.copyKey")} /> <Copy text={line} label={t("keys.copyLine")} />
                    </div>
                )}
            </section>
            <section class="panel">
                <h2>{t("admin.keys")}</h2>
                {keys.problem && <Failure problem={keys.problem} retry={keys.reload} />}
                {!keys.data && !keys.problem && <Waiting />}
                {keys.data?.items.length === 0 && <Empty icon="key" title={t("keys.none")} />}
                <ul class="rows">
                    {keys.data?.items.map(one => (
                        <li key={one.id}>
                            <span class="grow">
                                <bdi>{one.name}</bdi> <code>{one.key_prefix}…</code>
                                <span class="quiet small">
                                    {one.scopes.map(scope => named("scope", scope)).join(", ")} · {one.last_used_at ? t("keys.used", { when: ago(one.last_used_at) }) : t("keys.unused")}
                                </span>
                            </span>
                            <button type="button" onClick={() => setRevoking(one)}>
                                {t("keys.revoke")}
                            </button>
                        </li>
                    ))}
                </ul>
            </section>
            {revoking && (
                <Confirm
                    title={t("keys.revoke")}
                    what={t("keys.revokeWhat", { name: revoking.name })}
                    action={t("keys.revoke")}
                    close={() => setRevoking(undefined)}
                    run={async () => {
                        await call("delete", "/organizations/{organization}/api-keys/{key}", { path: { ...path, key: revoking.id } });
                        keys.reload();
                    }}
                />
            )}
        </>
    );
}
