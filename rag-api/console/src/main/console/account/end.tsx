/** Takes the account's data along, and erases the account. */
import { useState } from "preact/hooks";
import { address, call } from "../api/client";
import { useAction } from "../api/load";
import { close } from "../api/session";
import { usePlace } from "../app/organizations";
import { Dialog } from "../parts/dialog";
import { download } from "../parts/file";
import { Field, Form, Submit } from "../parts/form";
import { Failure } from "../parts/state";
import { t } from "../text/translate";

export function End() {
    const [erasing, setErasing] = useState(false);
    const action = useAction();
    return (
        <section class="panel">
            <h2>{t("account.data")}</h2>
            <p class="quiet">{t("account.dataWhat")}</p>
            {action.problem && <Failure problem={action.problem} />}
            <div class="actions">
                <button type="button" disabled={action.busy} onClick={() => void action.run(() => download(address("/users/me/export"), "account.json"))}>
                    {t("account.export")}
                </button>
                <button type="button" class="danger" onClick={() => setErasing(true)}>
                    {t("account.erase")}
                </button>
            </div>
            {erasing && <Erase close={() => setErasing(false)} />}
        </section>
    );
}

function Erase({ close: leave }: { close: () => void }) {
    const { user } = usePlace();
    const [password, setPassword] = useState("");
    const [code, setCode] = useState("");
    const action = useAction();
    const erase = () =>
        void action.run(async () => {
            await call("delete", "/users/me", { body: { password, ...(code ? { two_factor_code: code } : {}) } });
            await close();
        });
    return (
        <Dialog title={t("account.erase")} close={leave}>
            <Form problem={action.problem} submit={erase}>
                <p>{t("account.eraseWhat", { email: user.email })}</p>
                <Field label={t("field.password")} type="password" value={password} change={setPassword} autocomplete="current-password" required />
                {user.two_factor_enabled && <Field label={t("field.code")} value={code} change={setCode} autocomplete="one-time-code" required />}
                <div class="actions">
                    <button type="button" onClick={leave}>
                        {t("action.cancel")}
                    </button>
                    <Submit busy={action.busy} danger>
                        {t("account.erase")}
                    </Submit>
                </div>
            </Form>
        </Dialog>
    );
}
