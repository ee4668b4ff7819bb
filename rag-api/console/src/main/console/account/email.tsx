/** Another address of the account, which is confirmed by mail. */
import { useState } from "preact/hooks";
import { call } from "../api/client";
import { useAction } from "../api/load";
import { Field, Form, Submit } from "../parts/form";
import { t } from "../text/translate";

export function Email() {
    const [email, setEmail] = useState("");
    const [password, setPassword] = useState("");
    const [sent, setSent] = useState("");
    const action = useAction();
    const submit = () =>
        void action.run(async () => {
            await call("post", "/auth/email", { body: { email, password } });
            setSent(email);
            setEmail("");
            setPassword("");
        });
    return (
        <section class="panel">
            <h2>{t("email.change")}</h2>
            {sent && (
                <p class="note fine" role="status">
                    {t("register.sent", { email: sent })}
                </p>
            )}
            <Form problem={action.problem} submit={submit} label={t("email.change")}>
                <div class="pair">
                    <Field label={t("email.new")} type="email" value={email} change={setEmail} autocomplete="email" required />
                    <Field label={t("field.password")} type="password" value={password} change={setPassword} autocomplete="current-password" required />
                </div>
                <Submit busy={action.busy}>{t("password.send")}</Submit>
            </Form>
        </section>
    );
}
