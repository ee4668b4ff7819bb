/** The reader's own names, and the name by which others mention the reader. */
import { useState } from "preact/hooks";
import { call, type Schemas, tagOf } from "../api/client";
import { useAction, useLoad } from "../api/load";
import { usePlace } from "../app/organizations";
import { Field, Form, Submit } from "../parts/form";
import { Failure, Waiting } from "../parts/state";
import { t } from "../text/translate";

export function Names() {
    const account = useLoad(() => call("get", "/users/me"), []);
    return (
        <section class="panel">
            <h2>{t("account.names")}</h2>
            {account.problem && <Failure problem={account.problem} retry={account.reload} />}
            {!account.data && !account.problem && <Waiting />}
            {account.data && <Change key={tagOf(account.data)} account={account.data} read={account.reload} />}
        </section>
    );
}

function Change({ account, read }: { account: Schemas["User"]; read: () => void }) {
    const { reload } = usePlace();
    const [first, setFirst] = useState(account.first_name);
    const [last, setLast] = useState(account.last_name);
    const [name, setName] = useState(account.username ?? "");
    const action = useAction();
    const save = () =>
        void action.run(async () => {
            await call("patch", "/users/me", { body: { first_name: first, last_name: last, ...(name ? { username: name } : {}) }, ifMatch: tagOf(account) });
            read();
            reload();
        });
    return (
        <Form problem={action.problem} submit={save} reload={read} label={t("account.names")}>
            <div class="pair">
                <Field label={t("field.firstName")} value={first} change={setFirst} autocomplete="given-name" />
                <Field label={t("field.lastName")} value={last} change={setLast} autocomplete="family-name" />
                <Field label={t("account.username")} value={name} change={setName} autocomplete="nickname" hint={t("account.usernameWhat")} />
            </div>
            <Submit busy={action.busy}>{t("action.save")}</Submit>
        </Form>
    );
}
