/** The public links to a file: made with what limits them, and revoked. */
import { useState } from "preact/hooks";
import { call } from "../api/client";
import { useAction, useLoad } from "../api/load";
import { Copy, Field, Form, Submit } from "../parts/form";
import { Failure, Waiting } from "../parts/state";
import { ago, day, t } from "../text/translate";
import type { DriveDocument } from "./page";

export function Links({ document }: { document: DriveDocument }) {
    const path = { document: document.id };
    const [made, setMade] = useState("");
    const [password, setPassword] = useState("");
    const [until, setUntil] = useState("");
    const links = useLoad(() => call("get", "/documents/{document}/public-links", { path }), [document.id]);
    const action = useAction();
    const create = () =>
        void action.run(async () => {
            const body = { ...(password ? { password } : {}), ...(until ? { expires_at: new Date(`${until}T23:59:59`).toISOString() } : {}) };
            setMade((await call("post", "/documents/{document}/public-links", { path, body })).url ?? "");
            setPassword("");
            links.reload();
        });
    const revoke = (id: string) => void action.run(async () => (await call("delete", "/documents/{document}/public-links/{publicLink}", { path: { ...path, publicLink: id } }), setMade(""), links.reload()));
    return (
        <>
            <p class="quiet small">{t("drive.linksWhat")}</p>
            {links.problem && <Failure problem={links.problem} retry={links.reload} />}
            {!links.data && !links.problem && <Waiting />}
            <ul class="rows">
                {links.data?.items
                    .filter(link => !link.revoked_at)
                    .map(link => (
                        <li key={link.id}>
                            <span class="grow">
                                {ago(link.created_at)}
                                <span class="quiet small">
                                    {t("drive.opened", { count: link.download_count })}
                                    {link.has_password && ` · ${t("drive.withPassword")}`}
                                    {link.expires_at && ` · ${t("drive.linkUntil", { when: day(link.expires_at) })}`}
                                </span>
                            </span>
                            <button type="button" disabled={action.busy} onClick={() => revoke(link.id)}>
                                {t("drive.revoke")}
                            </button>
                        </li>
                    ))}
            </ul>
            {made && (
                <div class="once" role="status">
                    <p>{t("drive.linkOnce")}</p>
                    <code class="copyable">{made}</code> <Copy text={made} />
                </div>
            )}
            <Form problem={action.problem} submit={create} label={t("drive.newLink")}>
                <div class="pair">
                    <Field label={t("drive.linkPassword")} type="password" value={password} change={setPassword} autocomplete="new-password" hint={t("drive.linkPasswordHint")} />
                    <Field label={t("drive.linkEnds")} type="date" value={until} change={setUntil} />
                </div>
                <Submit busy={action.busy}>{t("drive.newLink")}</Submit>
            </Form>
        </>
    );
}
