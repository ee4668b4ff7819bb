/** A new account, and the confirmation of its address. */
import { useState } from "preact/hooks";
import { call } from "../api/client";
import { useAction } from "../api/load";
import { open } from "../api/session";
import { Link, useAddress } from "../app/router";
import { Card, Field, Submit } from "../parts/form";
import { t } from "../text/translate";
import type { Entering } from "./pages";

export function Register({ entered }: Entering) {
    const [first, setFirst] = useState("");
    const [last, setLast] = useState("");
    const [email, setEmail] = useState("");
    const [password, setPassword] = useState("");
    const [sent, setSent] = useState(false);
    const { search } = useAddress();
    const action = useAction();
    const submit = () =>
        void action.run(async () => {
            const account = await call("post", "/auth/register", { body: { email, password, first_name: first, last_name: last } });
            if ("id" in account) {
                await open(email, password);
                entered();
            } else {
                setSent(true);
            }
        });
    if (sent) {
        return <Told title={t("register.sentTitle")} text={t("register.sent", { email })} />;
    }
    return (
        <Card title={t("register.title")} problem={action.problem} submit={submit}>
            <div class="pair">
                <Field label={t("field.firstName")} value={first} change={setFirst} autocomplete="given-name" required focus />
                <Field label={t("field.lastName")} value={last} change={setLast} autocomplete="family-name" required />
            </div>
            <Field label={t("field.email")} type="email" value={email} change={setEmail} autocomplete="username" required />
            <Field label={t("field.password")} type="password" hint={t("password.hint")} value={password} change={setPassword} autocomplete="new-password" required />
            <Submit busy={action.busy}>{t("register.action")}</Submit>
            <p class="links">
                <Link href={`/sign-in${search}`}>{t("signIn.title")}</Link>
            </p>
        </Card>
    );
}

export function Verify({ token, entered }: Entering) {
    const [given, setGiven] = useState(token);
    const [email, setEmail] = useState("");
    const [password, setPassword] = useState("");
    const action = useAction();
    const submit = () =>
        void action.run(async () => {
            await call("post", "/auth/verify-email", { body: { token: given, password } });
            await open(email, password);
            entered();
        });
    return (
        <Card title={t("verify.title")} problem={action.problem} submit={submit}>
            {!token && <Field label={t("field.token")} value={given} change={setGiven} required />}
            <Field label={t("field.email")} type="email" value={email} change={setEmail} autocomplete="username" required focus />
            <Field label={t("field.password")} type="password" value={password} change={setPassword} autocomplete="current-password" required />
            <Submit busy={action.busy}>{t("verify.action")}</Submit>
        </Card>
    );
}

export function Told({ title, text }: { title: string; text: string }) {
    return (
        <section class="card" role="status">
            <h1>{title}</h1>
            <p>{text}</p>
            <p class="links">
                <Link href="/sign-in">{t("signIn.title")}</Link>
            </p>
        </section>
    );
}
