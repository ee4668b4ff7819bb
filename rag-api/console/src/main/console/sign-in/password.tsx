/** Another password by mail. */
import { useState } from "preact/hooks";
import { call } from "../api/client";
import { useAction } from "../api/load";
import { Card, Field, Submit } from "../parts/form";
import { Link } from "../app/router";
import { t } from "../text/translate";
import type { Entering } from "./pages";
import { Told } from "./register";

export function ForgottenPassword() {
    const [email, setEmail] = useState("");
    const [sent, setSent] = useState(false);
    const action = useAction();
    const submit = () =>
        void action.run(async () => {
            await call("post", "/auth/password-reset", { body: { email } });
            setSent(true);
        });
    if (sent) {
        return <Told title={t("password.sentTitle")} text={t("password.sent", { email })} />;
    }
    return (
        <Card title={t("password.forgotten")} problem={action.problem} submit={submit}>
            <p class="quiet">{t("password.what")}</p>
            <Field label={t("field.email")} type="email" value={email} change={setEmail} autocomplete="username" required focus />
            <Submit busy={action.busy}>{t("password.send")}</Submit>
            <p class="links">
                <Link href="/sign-in">{t("signIn.title")}</Link>
            </p>
        </Card>
    );
}

export function NewPassword({ token }: Entering) {
    const [password, setPassword] = useState("");
    const [done, setDone] = useState(false);
    const action = useAction();
    const submit = () =>
        void action.run(async () => {
            await call("post", "/auth/password-reset/confirm", { body: { token, new_password: password } });
            setDone(true);
        });
    if (done) {
        return <Told title={t("password.doneTitle")} text={t("password.done")} />;
    }
    return (
        <Card title={t("password.new")} problem={action.problem} submit={submit}>
            <Field label={t("password.new")} type="password" hint={t("password.hint")} value={password} change={setPassword} autocomplete="new-password" required focus />
            <Submit busy={action.busy}>{t("password.save")}</Submit>
        </Card>
    );
}
