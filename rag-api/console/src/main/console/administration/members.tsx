/** The members of an organization with their roles, and the invitations that are open. */
import { useState } from "preact/hooks";
import { basisOf, call, pages, type Schemas } from "../api/client";
import { again, useAction, useLoad } from "../api/load";
import { useMay, usePlace } from "../app/organizations";
import { Confirm } from "../parts/dialog";
import { Choice, Field, Form, Submit } from "../parts/form";
import { memberAddress, memberLabel } from "../parts/person";
import { Failure, Waiting } from "../parts/state";
import { ago, named, t } from "../text/translate";

const ROLES = ["viewer", "member", "admin", "owner"];

export function Members() {
    const { organization, user } = usePlace();
    const owns = useMay("owner");
    const path = { organization: organization.id };
    const [words, setWords] = useState("");
    const [removing, setRemoving] = useState<Schemas["Member"]>();
    const action = useAction();
    const members = useLoad(() => pages(cursor => call("get", "/organizations/{organization}/members", { path, query: { limit: 200, ...(cursor ? { cursor } : {}) } })), [organization.id]);
    const shown = (members.data ?? []).filter(one => memberLabel(one).toLocaleLowerCase().includes(words.toLocaleLowerCase()));
    const roles = (role: string) => ROLES.filter(one => owns || one !== "owner" || role === "owner").map(one => [one, named("role", one)] as const);
    return (
        <>
            <section class="panel">
                <header class="head">
                    <h2>{members.data ? t("members.title", { count: members.data.length }) : t("admin.members")}</h2>
                    <input type="search" data-search value={words} placeholder={t("action.search")} aria-label={t("action.search")} onInput={event => setWords(event.currentTarget.value)} />
                </header>
                {members.problem && <Failure problem={members.problem} retry={members.reload} />}
                {action.problem && <Failure problem={action.problem} {...again(action, members.reload)} />}
                {!members.data && !members.problem && <Waiting />}
                <ul class="rows">
                    {shown.map(one => (
                        <li key={one.id}>
                            <span class="grow">
                                <bdi class="cut">{`${one.first_name} ${one.last_name}`}</bdi>
                                <span class="quiet small">{one.email}</span>
                            </span>
                            <Choice
                                label={t("members.roleOf", { name: memberAddress(one) })}
                                hidden
                                value={one.role}
                                options={roles(one.role)}
                                change={role =>
                                    void action.run(async () => {
                                        const place = { ...path, member: one.id };
                                        const ifMatch = await basisOf(one, () => call("get", "/organizations/{organization}/members/{member}", { path: place }), now => now.updated_at);
                                        await call("patch", "/organizations/{organization}/members/{member}", { path: place, body: { role }, ifMatch });
                                        members.reload();
                                    })
                                }
                            />
                            {one.user_id !== user.id && (
                                <button type="button" onClick={() => setRemoving(one)}>
                                    {t("action.remove")}
                                </button>
                            )}
                        </li>
                    ))}
                </ul>
            </section>
            <Invitations roles={roles("")} />
            {removing && (
                <Confirm
                    title={t("members.remove")}
                    what={t("members.removeWhat", { name: memberAddress(removing) })}
                    action={t("action.remove")}
                    close={() => setRemoving(undefined)}
                    run={async () => {
                        await call("delete", "/organizations/{organization}/members/{member}", { path: { ...path, member: removing.id } });
                        members.reload();
                    }}
                />
            )}
        </>
    );
}

function Invitations({ roles }: { roles: ReadonlyArray<readonly [string, string]> }) {
    const { organization } = usePlace();
    const path = { organization: organization.id };
    const [email, setEmail] = useState("");
    const [role, setRole] = useState("member");
    const action = useAction();
    const open = useLoad(() => call("get", "/organizations/{organization}/invitations", { path, query: { limit: 200 } }), [organization.id]);
    const invite = () =>
        void action.run(async () => {
            await call("post", "/organizations/{organization}/invitations", { path, body: { email, role } });
            setEmail("");
            open.reload();
        });
    return (
        <section class="panel">
            <h2>{t("invitations.title")}</h2>
            <Form problem={action.problem} submit={invite} label={t("invitations.title")}>
                <div class="pair">
                    <Field label={t("field.email")} type="email" value={email} change={setEmail} required />
                    <Choice label={t("field.role")} value={role} change={setRole} options={roles} />
                </div>
                <Submit busy={action.busy}>{t("invitations.send")}</Submit>
            </Form>
            {open.problem && <Failure problem={open.problem} retry={open.reload} />}
            <ul class="rows">
                {open.data?.items.map(one => (
                    <li key={one.id}>
                        <span class="grow">
                            {one.email} <span class="badge">{named("role", one.role)}</span>
                            <span class="quiet small">{t("invitations.until", { when: ago(one.expires_at) })}</span>
                        </span>
                        <button
                            type="button"
                            onClick={() => void action.run(async () => (await call("delete", "/organizations/{organization}/invitations/{invitation}", { path: { ...path, invitation: one.id } }), open.reload()))}
                        >
                            {t("invitations.revoke")}
                        </button>
                    </li>
                ))}
            </ul>
        </section>
    );
}
