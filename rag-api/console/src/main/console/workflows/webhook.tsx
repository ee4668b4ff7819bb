/** Makes the address and the secret by which another system starts a workflow. Each making ends the ones before. */
import { useState } from "preact/hooks";
import { call, type Schemas } from "../api/client";
import { useAction } from "../api/load";
import { usePublicUrl } from "../app/deployment";
import { Dialog } from "../parts/dialog";
import { Copy, Form, Submit } from "../parts/form";
import { t } from "../text/translate";

export function Webhook({ workflow, close }: { workflow: string; close: () => void }) {
    const publicUrl = usePublicUrl();
    const [made, setMade] = useState<Schemas["HooksMade"]>();
    const action = useAction();
    const make = () => void action.run(async () => setMade(await call("post", "/workflows/{workflow}/webhook", { path: { workflow } })));
    const url = made ? `${publicUrl}${made.path}` : "";
    return (
        <Dialog title={t("webhook.title")} close={close}>
            {made ? (
                <div class="once" role="status">
                    <p>{t("webhook.once")}</p>
                    <code class="copyable">{url}</code> <Copy text={url} label={t("webhook.copyAddress")} />
                    <code class="copyable">{made.secret}</code> <Copy text={made.secret} label={t("webhook.copySecret")} />
                </div>
            ) : (
                <Form problem={action.problem} submit={make}>
                    <p>{t("webhook.what")}</p>
                    <Submit busy={action.busy}>{t("webhook.make")}</Submit>
                </Form>
            )}
        </Dialog>
    );
}
