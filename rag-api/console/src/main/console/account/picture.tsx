/** The reader's picture: seen, replaced and deleted. */
import { useEffect, useState } from "preact/hooks";
import { address, call, send } from "../api/client";
import { useAction } from "../api/load";
import { Failure } from "../parts/state";
import { t } from "../text/translate";

const PATH = "/users/me/profile/avatar";

export function Picture() {
    const [url, setUrl] = useState<string>();
    const [round, setRound] = useState(0);
    const action = useAction();
    useEffect(() => {
        let shown: string | undefined;
        let gone = false;
        // An image element sends no Authorization header.
        send(address(PATH), { headers: { Accept: "image/*" } })
            .then(response => response.blob())
            .then(
                blob => !gone && setUrl((shown = URL.createObjectURL(blob))),
                () => gone || setUrl(undefined),
            );
        return () => {
            gone = true;
            if (shown) {
                URL.revokeObjectURL(shown);
            }
        };
    }, [round]);
    const upload = (file: File | undefined) =>
        file &&
        void action.run(async () => {
            const body = new FormData();
            body.append("files", file);
            await send(address(PATH), { method: "POST", body });
            setRound(round + 1);
        });
    return (
        <section class="panel">
            <h2>{t("account.picture")}</h2>
            {action.problem && <Failure problem={action.problem} />}
            {url && <img src={url} alt="" width={96} height={96} />}
            <label class="field">
                <span class="hint">{t("account.pictureHint")}</span>
                <input type="file" accept="image/png,image/jpeg,image/gif" disabled={action.busy} aria-label={t("account.picture")} onChange={event => upload(event.currentTarget.files?.[0])} />
            </label>
            {url && (
                <button type="button" disabled={action.busy} onClick={() => void action.run(async () => (await call("delete", PATH), setRound(round + 1)))}>
                    {t("account.pictureDelete")}
                </button>
            )}
        </section>
    );
}
