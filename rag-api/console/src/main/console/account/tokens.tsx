/** Personal tokens: made for a time, shown once, and revoked. */
import { useState } from "preact/hooks";
import { call, type Schemas } from "../api/client";
import { useAction, useLoad } from "../api/load";
import { Confirm } from "../parts/dialog";
import { Check, Copy, Field, Form, Submit } from "../parts/form";
import { Failure, Waiting } from "../parts/state";
import { ago, day, named, t } from "../text/translate";

const SCOPES = ["read", "write", "search", "chat"];

export function Tokens() {
    const [name, setName] = useState("");
    const [days, setDays] = useState("90");
    const [scopes, setScopes] = useState(["read", "search"]);
    const [made, setMade] = useState<Schemas["PersonalToken"]>();
    const [revoking, setRevoking] = useState<Schemas["PersonalToken"]>();
    const action = useAction();
    const tokens = useLoad(() => call("get", "/users/me/tokens"), []);
    const create = () =>
        void action.run(async () => {
            const expires_at = new Date(Date.now() + Number(days) * 86_400_000).toISOString();
            setMade(await call("post", "/users/me/tokens", { body: { name, scopes, expires_at } }));
            setName("");
            tokens.reload();
        });
    return (
        <section class="panel">
            <h2>{t("tokens.title")}</h2>
            <p class="quiet small">{t("tokens.what")}</p>
            <Form problem={action.problem} submit={create} label={t("tokens.title")}>
                <div class="pair">
                    <Field label={t("field.name")} value={name} change={setName} required />
                    <Field label={t("tokens.days")} type="number" min={1} max={366} value={days} change={setDays} required />
                </div>
                <fieldset class="checks">
                    <legend>{t("keys.scopes")}</legend>
                    {SCOPES.map(scope => (
                        <Check key={scope} label={named("scope", scope)} checked={scopes.includes(scope)} change={on => setScopes(before => (on ? [...before, scope] : before.filter(one => one !== scope)))} />
                    ))}
                </fieldset>
                <Submit busy={action.busy}>{t("tokens.create")}</Submit>
            </Form>
            {made?.token && (
                <div class="once" role="status">
                    <p>{t("tokens.once")}</p>
                    <pre>
                        <code>{made.token}</code>
                    </pre>
                    <Copy text={made.token} label={t("tokens.copy")} />
                </div>
            )}
            {tokens.problem && <Failure problem={tokens.problem} retry={tokens.reload} />}
            {!tokens.data && !tokens.problem && <Waiting />}
            <ul class="rows">
                {tokens.data?.items.map(one => (
                    <li key={one.id}>
                        <span class="grow">
                            <bdi>{one.name}</bdi> <code>{one.token_prefix}…</code>
                            <span class="quiet small">
                                {one.scopes.map(scope => named("scope", scope)).join(", ")} · {t("tokens.until", { when: day(one.expires_at) })} · {one.last_used_at ? t("keys.used", { when: ago(one.last_used_at) }) : t("keys.unused")}
                            </span>
                        </span>
                        <button type="button" onClick={() => setRevoking(one)}>
                            {t("keys.revoke")}
                        </button>
                    </li>
                ))}
            </ul>
            {revoking && (
                <Confirm
                    title={t("keys.revoke")}
                    what={t("tokens.revokeWhat", { name: revoking.name })}
                    action={t("keys.revoke")}
                    close={() => setRevoking(undefined)}
                    run={async () => {
                        await call("delete", "/users/me/tokens/{token}", { path: { token: revoking.id } });
                        tokens.reload();
                    }}
                />
            )}
        </section>
    );
}
