/** A folder or file of the drive: its name, its readers, its versions, its public links, and its end. */
import { useState } from "preact/hooks";
import { basisOf, call } from "../api/client";
import { useAction, useLoad } from "../api/load";
import { useMay } from "../app/organizations";
import { Dialog } from "../parts/dialog";
import { Choice, Copy, Field, Form, Submit } from "../parts/form";
import { Icon } from "../parts/icon";
import { Failure } from "../parts/state";
import { ago, bytes, named, t } from "../text/translate";
import { People } from "./people";
import { download, type DriveDocument } from "./page";

export function Details({ document, close, changed }: { document: DriveDocument; close: () => void; changed: () => void }) {
    const writes = useMay("member");
    const [name, setName] = useState(document.name);
    const [level, setLevel] = useState(document.share_level);
    const action = useAction();
    const path = { document: document.id };
    const file = document.document_type !== "folder";
    const trashed = document.trashed_at !== null;
    const save = () =>
        void action
            .run(async () => {
                const ifMatch = await basisOf(document, () => call("get", "/documents/{document}", { path }), now => now.updated_at);
                await call("patch", "/documents/{document}", { path, ifMatch, body: { name, ...(document.parent_id || level === document.share_level ? {} : { share_level: level }) } });
            })
            .then(done => done && changed());
    const end = (permanently: boolean) => void action.run(() => call("delete", "/documents/{document}", { path, query: { permanently } })).then(done => done && changed());
    return (
        <Dialog title={document.name} close={close}>
            <p class="facts small quiet">
                <span>{document.folder_path}</span>
                {file && <span>{bytes(document.file_size)}</span>}
                <span>{ago(document.updated_at)}</span>
            </p>
            {writes && !trashed && (
                <Form problem={action.problem} submit={save} reload={changed}>
                    <Field label={t("field.name")} value={name} change={setName} required />
                    {!document.parent_id && document.share_level !== "restricted" && (
                        <Choice label={t("drive.seenBy")} value={level} change={setLevel} options={["private", "organization"].map(one => [one, named("level", one)] as const)} />
                    )}
                    <div class="actions">
                        <button type="button" class="danger" onClick={() => end(false)}>
                            {t("drive.toTrash")}
                        </button>
                        <Submit busy={action.busy}>{t("action.save")}</Submit>
                    </div>
                </Form>
            )}
            {trashed && writes && (
                <div>
                    {action.problem && <Failure problem={action.problem} />}
                    <p>{t("drive.trashedWhat", { name: document.name })}</p>
                    <div class="actions">
                        <button type="button" class="danger" onClick={() => end(true)}>
                            {t("drive.forGood")}
                        </button>
                        <button type="button" class="primary" onClick={() => void action.run(() => call("post", "/documents/{document}/restore", { path, body: {} })).then(done => done && changed())}>
                            {t("drive.restore")}
                        </button>
                    </div>
                </div>
            )}
            {!trashed && writes && <People document={document} />}
            {file && !trashed && <Versions document={document} changed={changed} />}
            {file && !trashed && writes && <Links document={document} />}
        </Dialog>
    );
}

function Versions({ document, changed }: { document: DriveDocument; changed: () => void }) {
    const path = { document: document.id };
    const versions = useLoad(() => call("get", "/documents/{document}/versions", { path }), [document.id]);
    const action = useAction();
    return (
        <section>
            <h3>{t("drive.versions")}</h3>
            {versions.problem && <Failure problem={versions.problem} />}
            {action.problem && <Failure problem={action.problem} />}
            <ul class="rows">
                {versions.data?.items.map(one => (
                    <li key={one.version_number}>
                        <span class="grow">
                            {t("original.version", { version: one.version_number })}{" "}
                            <span class="quiet small">
                                {ago(one.version_at)} · {bytes(one.file_size)}
                            </span>
                        </span>
                        <button type="button" class="bare" aria-label={t("action.download")} title={t("action.download")} onClick={() => void action.run(() => download(document, one.version_number))}>
                            <Icon name="download" />
                        </button>
                        {!one.is_latest_version && (
                            <button
                                type="button"
                                onClick={() =>
                                    void action
                                        .run(() => call("post", "/documents/{document}/versions/{version}/restore", { path: { ...path, version: one.version_number } }))
                                        .then(done => done && changed())
                                }
                            >
                                {t("drive.restore")}
                            </button>
                        )}
                    </li>
                ))}
            </ul>
        </section>
    );
}

function Links({ document }: { document: DriveDocument }) {
    const path = { document: document.id };
    const [made, setMade] = useState("");
    const links = useLoad(() => call("get", "/documents/{document}/public-links", { path }), [document.id]);
    const action = useAction();
    const create = () =>
        void action.run(async () => {
            setMade((await call("post", "/documents/{document}/public-links", { path, body: {} })).url ?? "");
            links.reload();
        });
    return (
        <section>
            <h3>{t("drive.links")}</h3>
            <p class="quiet small">{t("drive.linksWhat")}</p>
            {action.problem && <Failure problem={action.problem} />}
            {made && (
                <p class="once" role="status">
                    <code class="copyable">{made}</code> <Copy text={made} />
                </p>
            )}
            <ul class="rows">
                {links.data?.items.filter(link => !link.revoked_at).map(link => (
                    <li key={link.id}>
                        <span class="grow small">{ago(link.created_at)}</span>
                        <button
                            type="button"
                            onClick={() => void action.run(async () => (await call("delete", "/documents/{document}/public-links/{publicLink}", { path: { ...path, publicLink: link.id } }), links.reload()))}
                        >
                            {t("drive.revoke")}
                        </button>
                    </li>
                ))}
            </ul>
            <button type="button" onClick={create} disabled={action.busy}>
                {t("drive.newLink")}
            </button>
        </section>
    );
}
