/** Switches the second factor on, with a picture for the authenticator and recovery codes to keep, and off. */
import qrcode from "qrcode-generator";
import { useState } from "preact/hooks";
import { call, type Schemas } from "../api/client";
import { useAction } from "../api/load";
import { usePlace } from "../app/organizations";
import { Copy, Field, Form, Submit } from "../parts/form";
import { t } from "../text/translate";

export function SecondFactor() {
    const { user, reload } = usePlace();
    const [password, setPassword] = useState("");
    const [code, setCode] = useState("");
    const [enrollment, setEnrollment] = useState<Schemas["TwoFactorEnrollment"]>();
    const [codes, setCodes] = useState<string[]>();
    const action = useAction();
    const begin = () => void action.run(async () => setEnrollment(await call("post", "/auth/two-factor/enable", { body: { password } })));
    const confirm = () =>
        void action.run(async () => {
            setCodes((await call("post", "/auth/two-factor/confirm", { body: { code } })).recovery_codes);
            setEnrollment(undefined);
            setCode("");
        });
    const renew = () =>
        void action.run(async () => {
            setCodes((await call("post", "/auth/two-factor/recovery-codes", { body: { code } })).recovery_codes);
            setCode("");
        });
    const disable = () =>
        void action.run(async () => {
            await call("post", "/auth/two-factor/disable", { body: { password, code } });
            setPassword("");
            setCode("");
            reload();
        });
    return (
        <section class="panel">
            <h2>
                {t("factor.title")} {user.two_factor_enabled && <span class="badge good">{t("factor.on")}</span>}
            </h2>
            {codes ? (
                <div role="status">
                    <p>{t("factor.codes")}</p>
                    <pre class="codes">{codes.join("\n")}</pre>
                    <div class="actions">
                        <Copy text={codes.join("\n")} />
                        <button type="button" class="primary" onClick={() => (setCodes(undefined), reload())}>
                            {t("factor.kept")}
                        </button>
                    </div>
                </div>
            ) : enrollment ? (
                <Form problem={action.problem} submit={confirm}>
                    <p>{t("factor.scan")}</p>
                    <Picture text={enrollment.otpauth_uri} />
                    <p class="small quiet">
                        <code class="copyable">{enrollment.secret}</code>
                    </p>
                    <Field label={t("field.code")} value={code} change={setCode} autocomplete="one-time-code" required focus />
                    <Submit busy={action.busy}>{t("factor.confirm")}</Submit>
                </Form>
            ) : (
                <Form problem={action.problem} submit={user.two_factor_enabled ? disable : begin}>
                    <p class="quiet">{t("factor.what")}</p>
                    <div class="pair">
                        <Field label={t("field.password")} type="password" value={password} change={setPassword} autocomplete="current-password" required />
                        {user.two_factor_enabled && <Field label={t("field.code")} value={code} change={setCode} autocomplete="one-time-code" required />}
                    </div>
                    <div class="actions start">
                        <Submit busy={action.busy} danger={user.two_factor_enabled}>
                            {user.two_factor_enabled ? t("factor.disable") : t("factor.enable")}
                        </Submit>
                        {user.two_factor_enabled && (
                            <button type="button" disabled={action.busy || !code} onClick={renew}>
                                {t("factor.newCodes")}
                            </button>
                        )}
                    </div>
                </Form>
            )}
        </section>
    );
}

function Picture({ text }: { text: string }) {
    const code = qrcode(0, "M");
    code.addData(text);
    code.make();
    const size = code.getModuleCount();
    let path = "";
    for (let row = 0; row < size; row++) {
        for (let column = 0; column < size; column++) {
            path += code.isDark(row, column) ? `M${column} ${row}h1v1h-1z` : "";
        }
    }
    return (
        <svg class="qr" viewBox={`-3 -3 ${size + 6} ${size + 6}`} role="img" aria-label={t("factor.picture")}>
            <rect x="-3" y="-3" width={size + 6} height={size + 6} />
            <path d={path} />
        </svg>
    );
}
