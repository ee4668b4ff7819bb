/** The accounts of the deployment. */
import { useState } from "preact/hooks";
import { basisOf, call } from "../api/client";
import { again, useAction, useLoad } from "../api/load";
import { usePlace } from "../app/organizations";
import { query, useAddress } from "../app/router";
import { Choice } from "../parts/form";
import { personName } from "../parts/person";
import { Empty, Failure, Waiting } from "../parts/state";
import { Turn } from "../parts/turn";
import { ago, named, t } from "../text/translate";

const STATUSES = ["active", "inactive", "suspended", "pending_verification"];

export function Accounts() {
    const { user } = usePlace();
    const asked = useAddress().searchParams;
    const email = asked.get("email") ?? "";
    const status = asked.get("status") ?? "";
    const [cursor, setCursor] = useState<string>();
    const action = useAction();
    const users = useLoad(
        () => call("get", "/users", { query: { limit: 50, ...(email ? { email } : {}), ...(status ? { status } : {}), ...(cursor ? { cursor } : {}) } }),
        [email, status, cursor],
    );
    return (
        <section class="panel">
            <header class="head">
                <h2>{t("operations.accounts")}</h2>
                <input type="search" data-search value={email} placeholder={t("field.email")} aria-label={t("field.email")} onInput={event => query("email", event.currentTarget.value)} />
                <Choice label={t("field.status")} hidden value={status} change={value => query("status", value)} options={[["", t("knowledge.everyStatus")] as const, ...STATUSES.map(one => [one, named("account.status", one)] as const)]} />
            </header>
            {action.problem && <Failure problem={action.problem} {...again(action, users.reload)} />}
            {users.problem && <Failure problem={users.problem} retry={users.reload} />}
            {!users.data && !users.problem && <Waiting />}
            {users.data?.items.length === 0 && <Empty icon="people" title={t("state.nothingFound")} />}
            <ul class="rows">
                {users.data?.items.map(one => (
                    <li key={one.id}>
                        <span class="grow">
                            <bdi class="cut">{personName(one) || one.email}</bdi>
                            <span class="quiet small">
                                <bdi>{one.email}</bdi> · {named("systemRole", one.role)} · {one.last_login_at ? ago(one.last_login_at) : "—"}
                            </span>
                        </span>
                        <span class={one.status === "active" ? "badge good" : "badge"}>{named("account.status", one.status)}</span>
                        {one.id !== user.id && one.status !== "pending_verification" && (
                            <button
                                type="button"
                                onClick={() =>
                                    void action.run(async () => {
                                        const path = { user: one.id };
                                        const ifMatch = await basisOf(one, () => call("get", "/users/{user}", { path }), now => now.status);
                                        await call("patch", "/users/{user}", { path, body: { status: one.status === "active" ? "suspended" : "active" }, ifMatch });
                                        users.reload();
                                    })
                                }
                            >
                                {one.status === "active" ? t("operations.suspend") : t("operations.activate")}
                            </button>
                        )}
                    </li>
                ))}
            </ul>
            <Turn cursor={cursor} next={users.data?.next_cursor} turn={setCursor} />
        </section>
    );
}
