/** Another password, which ends every session: this one begins again at once. */
import { useState } from "preact/hooks";
import { call } from "../api/client";
import { useAction } from "../api/load";
import { close } from "../api/session";
import { Field, Form, Submit } from "../parts/form";
import { t } from "../text/translate";

export function Password() {
    const [current, setCurrent] = useState("");
    const [next, setNext] = useState("");
    const action = useAction();
    const submit = () =>
        void action.run(async () => {
            await call("post", "/auth/password", { body: { current_password: current, new_password: next } });
            await close();
        });
    return (
        <section class="panel">
            <h2>{t("password.change")}</h2>
            <Form problem={action.problem} submit={submit}>
                <p class="quiet">{t("password.changeWhat")}</p>
                <div class="pair">
                    <Field label={t("password.current")} type="password" value={current} change={setCurrent} autocomplete="current-password" required />
                    <Field label={t("password.new")} type="password" hint={t("password.hint")} value={next} change={setNext} autocomplete="new-password" required />
                </div>
                <Submit busy={action.busy}>{t("password.save")}</Submit>
            </Form>
        </section>
    );
}
