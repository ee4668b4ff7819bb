/** An invitation: what it leads to, and taking it up with an account. */
import { useEffect } from "preact/hooks";
import { call } from "../api/client";
import { useAction, useLoad } from "../api/load";
import { go, Link } from "../app/router";
import { Card, Submit } from "../parts/form";
import { Failure, Waiting } from "../parts/state";
import { named, t } from "../text/translate";
import type { Entering } from "./pages";

/** Keeps the invitation while its reader signs in: an address with it in its query would reach servers and their logs. */
const KEPT = "arketic.invitation";

export function keptInvitation(): string {
    return sessionStorage.getItem(KEPT) ?? "";
}

export function Invited({ token, signedIn }: Entering & { signedIn: boolean }) {
    const read = useLoad(() => call("post", "/invitations/read", { body: { token } }), [token]);
    const action = useAction();
    useEffect(() => sessionStorage.setItem(KEPT, token), [token]);
    const submit = () =>
        void action.run(async () => {
            const organization = await call("post", "/invitations/accept", { body: { token } });
            sessionStorage.removeItem(KEPT);
            go(`/o/${encodeURIComponent(organization.slug)}/ask`, true);
        });
    if (read.problem) {
        return <Failure problem={read.problem} retry={read.reload} />;
    }
    if (!read.data) {
        return <Waiting />;
    }
    const { organization_name: organization, email, role } = read.data;
    return (
        <Card title={t("invitation.title", { organization })} problem={action.problem} submit={submit}>
            <p>{t("invitation.text", { email, role: named("role", role) })}</p>
            {signedIn ? (
                <Submit busy={action.busy}>{t("invitation.accept")}</Submit>
            ) : (
                <p class="links">
                    <Link href="/sign-in?next=/invitation">{t("signIn.title")}</Link>
                    <Link href="/register?next=/invitation">{t("register.title")}</Link>
                </p>
            )}
        </Card>
    );
}
