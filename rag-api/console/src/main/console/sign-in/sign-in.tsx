/** Address and password, then the second factor where the account has one. */
import { useEffect, useState } from "preact/hooks";
import { call } from "../api/client";
import { useAction } from "../api/load";
import { Problem } from "../api/problem";
import { adopt, open } from "../api/session";
import { Link, useAddress } from "../app/router";
import { Card, Field, Submit } from "../parts/form";
import { Failure } from "../parts/state";
import { t } from "../text/translate";
import type { Entering } from "./pages";
import { finish, Providers } from "./providers";

export function SignIn({ entered, next }: Entering) {
    const [email, setEmail] = useState("");
    const [password, setPassword] = useState("");
    const [code, setCode] = useState("");
    const { search, searchParams } = useAddress();
    const step = searchParams.get("step");
    const failed = searchParams.get("problem");
    const [second, setSecond] = useState(step === "two-factor");
    const [sent, setSent] = useState(false);
    const action = useAction();
    const asking = useAction();
    useEffect(() => {
        if (step === "entered") {
            void action.run(async () => {
                if (await adopt()) {
                    entered();
                }
            });
        }
    }, [step]);
    const submit = () =>
        void action.run(async () => {
            try {
                if (step === "two-factor") {
                    location.assign(await finish(code.trim()));
                    return;
                }
                await open(email, password, second ? code.trim() : undefined);
                entered();
            } catch (failure) {
                if (failure instanceof Problem && failure.reason === "two-factor-required") {
                    setSecond(true);
                } else {
                    throw failure;
                }
            }
        });
    return (
        <Card title={second ? t("signIn.second") : t("signIn.title")} problem={action.problem} submit={submit}>
            {failed && (
                <p class="problem" role="alert">
                    {t("signIn.provider.failed", { reason: failed })}
                </p>
            )}
            {second ? (
                <Field key="code" label={t("field.code")} hint={t("signIn.codeHint")} value={code} change={setCode} autocomplete="one-time-code" required focus />
            ) : (
                <>
                    <Field label={t("field.email")} type="email" value={email} change={setEmail} autocomplete="username" required focus />
                    <Field label={t("field.password")} type="password" value={password} change={setPassword} autocomplete="current-password" required />
                </>
            )}
            {action.problem?.reason === "email-unverified" && (
                <button type="button" class="plain" disabled={asking.busy || sent} onClick={() => void asking.run(() => call("post", "/auth/verify-email/request", { body: { email } })).then(setSent)}>
                    {sent ? t("password.sentTitle") : t("verify.again")}
                </button>
            )}
            {asking.problem && <Failure problem={asking.problem} />}
            <Submit busy={action.busy}>{t("signIn.action")}</Submit>
            {!second && <Providers email={email} next={next} />}
            <p class="links">
                <Link href={`/register${search}`}>{t("register.title")}</Link>
                <Link href="/password-reset">{t("password.forgotten")}</Link>
            </p>
        </Card>
    );
}
