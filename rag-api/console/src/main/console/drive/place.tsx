/** What a folder or file is called, described as, and where it is. */
import { useState } from "preact/hooks";
import { call, pages, tagOf } from "../api/client";
import { useAction, useLoad } from "../api/load";
import { usePlace } from "../app/organizations";
import { Choice, Field, Form, Submit } from "../parts/form";
import { Failure } from "../parts/state";
import { named, t } from "../text/translate";
import type { DriveDocument } from "./page";

export function Place({ document, changed }: { document: DriveDocument; changed: () => void }) {
    const { organization } = usePlace();
    const [name, setName] = useState(document.name);
    const [description, setDescription] = useState(document.description ?? "");
    const [parent, setParent] = useState(document.parent_id ?? "");
    const [level, setLevel] = useState(document.share_level);
    const action = useAction();
    const folders = useLoad(
        () => pages(cursor => call("get", "/organizations/{organization}/documents/folders", { path: { organization: organization.id }, query: { limit: 200, ...(cursor ? { cursor } : {}) } })),
        [organization.id],
    );
    const own = `${document.folder_path}${document.name}/`;
    const choices = (folders.data ?? [])
        .filter(one => one.id !== document.id && !(document.document_type === "folder" && one.folder_path.startsWith(own)))
        .map(one => [one.id, `${one.folder_path}${one.name}`] as const)
        .sort(([, one], [, other]) => one.localeCompare(other));
    const known = !parent || choices.some(([id]) => id === parent) ? choices : [[parent, document.folder_path] as const, ...choices];
    const save = () =>
        void action
            .run(() =>
                call("patch", "/documents/{document}", {
                    path: { document: document.id },
                    ifMatch: tagOf(document),
                    body: {
                        name,
                        description: description || null,
                        ...(parent === (document.parent_id ?? "") ? {} : { parent_id: parent || null }),
                        ...(parent || level === document.share_level ? {} : { share_level: level }),
                    },
                }),
            )
            .then(done => done && changed());
    return (
        <Form problem={action.problem} submit={save} reload={changed} label={t("drive.place")}>
            <Field label={t("field.name")} value={name} change={setName} required />
            <Field label={t("field.description")} value={description} change={setDescription} rows={2} />
            {folders.problem && <Failure problem={folders.problem} retry={folders.reload} />}
            <Choice label={t("drive.folder")} value={parent} change={setParent} options={[["", t("drive.top")] as const, ...known]} />
            {!parent && document.share_level !== "restricted" && (
                <Choice label={t("drive.seenBy")} value={level} change={setLevel} options={["private", "organization"].map(one => [one, named("level", one)] as const)} />
            )}
            <Submit busy={action.busy}>{t("action.save")}</Submit>
        </Form>
    );
}
