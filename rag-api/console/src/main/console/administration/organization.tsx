/** What the organization is called, its data taken along, and the reader's or its own end. */
import { useState } from "preact/hooks";
import { address, call, type Schemas, tagOf } from "../api/client";
import { useAction, useLoad } from "../api/load";
import { useMay, usePlace } from "../app/organizations";
import { go } from "../app/router";
import { Confirm, Dialog } from "../parts/dialog";
import { download } from "../parts/file";
import { Check, Field, Form, Submit } from "../parts/form";
import { Failure, Waiting } from "../parts/state";
import { t } from "../text/translate";

export function OrganizationNames() {
    const { organization } = usePlace();
    const read = useLoad(() => call("get", "/organizations/{organization}", { path: { organization: organization.id } }), [organization.id]);
    if (!read.data) {
        return read.problem ? <Failure problem={read.problem} retry={read.reload} /> : <Waiting />;
    }
    return <Change key={tagOf(read.data)} now={read.data} read={read.reload} />;
}

function Change({ now, read }: { now: Schemas["Organization"]; read: () => void }) {
    const { reload } = usePlace();
    const [name, setName] = useState(now.name);
    const [description, setDescription] = useState(now.description ?? "");
    const action = useAction();
    const save = () =>
        void action.run(async () => {
            await call("patch", "/organizations/{organization}", { path: { organization: now.id }, body: { name, description: description || null }, ifMatch: tagOf(now) });
            read();
            reload();
        });
    return (
        <section class="panel">
            <h2>{t("shell.organization")}</h2>
            <Form problem={action.problem} submit={save} reload={read} label={t("shell.organization")}>
                <Field label={t("field.name")} value={name} change={setName} required />
                <Field label={t("field.description")} value={description} change={setDescription} rows={2} />
                <Submit busy={action.busy}>{t("action.save")}</Submit>
            </Form>
        </section>
    );
}

export function OrganizationEnd() {
    const { organization, reload } = usePlace();
    const owns = useMay("owner");
    const [open, setOpen] = useState<"leave" | "remove">();
    const action = useAction();
    const path = { organization: organization.id };
    return (
        <section class="panel">
            <h2>{t("organization.data")}</h2>
            <p class="quiet">{t("organization.dataWhat")}</p>
            {action.problem && <Failure problem={action.problem} />}
            <div class="actions">
                {owns && (
                    <button type="button" disabled={action.busy} onClick={() => void action.run(() => download(address("/organizations/{organization}/export", path), `${organization.slug}.jsonl`))}>
                        {t("organization.export")}
                    </button>
                )}
                <button type="button" class="danger" onClick={() => setOpen("leave")}>
                    {t("organization.leave")}
                </button>
                {owns && (
                    <button type="button" class="danger" onClick={() => setOpen("remove")}>
                        {t("organization.remove")}
                    </button>
                )}
            </div>
            {open === "leave" && (
                <Confirm
                    title={t("organization.leave")}
                    what={t("organization.leaveWhat", { name: organization.name })}
                    action={t("organization.leave")}
                    close={() => setOpen(undefined)}
                    run={async () => {
                        await call("post", "/organizations/{organization}/leave", { path });
                        go("/");
                        reload();
                    }}
                />
            )}
            {open === "remove" && <Remove close={() => setOpen(undefined)} />}
        </section>
    );
}

function Remove({ close }: { close: () => void }) {
    const { organization, user, reload } = usePlace();
    const [password, setPassword] = useState("");
    const [code, setCode] = useState("");
    const [objects, setObjects] = useState(false);
    const action = useAction();
    const remove = () =>
        void action.run(async () => {
            const body = { password, ...(code ? { two_factor_code: code } : {}) };
            await call("delete", "/organizations/{organization}", { path: { organization: organization.id }, query: { objects }, body });
            go("/");
            reload();
        });
    return (
        <Dialog title={t("organization.remove")} close={close}>
            <Form problem={action.problem} submit={remove}>
                <p>{t("organization.removeWhat", { name: organization.name })}</p>
                <Check label={t("organization.removeFiles")} checked={objects} change={setObjects} />
                <Field label={t("field.password")} type="password" value={password} change={setPassword} autocomplete="current-password" required />
                {user.two_factor_enabled && <Field label={t("field.code")} value={code} change={setCode} autocomplete="one-time-code" required />}
                <div class="actions">
                    <button type="button" onClick={close}>
                        {t("action.cancel")}
                    </button>
                    <Submit busy={action.busy} danger>
                        {t("action.delete")}
                    </Submit>
                </div>
            </Form>
        </Dialog>
    );
}
