import { useState } from "preact/hooks";
import { call } from "../api/client";
import { useAction } from "../api/load";
import { usePlace } from "../app/organizations";
import { Dialog } from "../parts/dialog";
import { Choice, Field, Form, Submit } from "../parts/form";
import { named, t } from "../text/translate";

/** A folder here; at the top its maker says whether the organization sees it. */
export function NewFolder({ parent, close, made }: { parent: string | undefined; close: () => void; made: () => void }) {
    const { organization } = usePlace();
    const [name, setName] = useState("");
    const [level, setLevel] = useState("private");
    const action = useAction();
    const submit = () =>
        void action
            .run(() =>
                call("post", "/organizations/{organization}/documents/folders", {
                    path: { organization: organization.id },
                    body: { name, ...(parent ? { parent_id: parent } : { share_level: level }) },
                }),
            )
            .then(done => done && made());
    return (
        <Dialog title={t("drive.newFolder")} close={close}>
            <Form problem={action.problem} submit={submit}>
                <Field label={t("field.name")} value={name} change={setName} required focus />
                {!parent && <Choice label={t("drive.seenBy")} value={level} change={setLevel} options={["private", "organization"].map(one => [one, named("level", one)] as const)} />}
                <div class="actions">
                    <button type="button" onClick={close}>
                        {t("action.cancel")}
                    </button>
                    <Submit busy={action.busy}>{t("action.create")}</Submit>
                </div>
            </Form>
        </Dialog>
    );
}
