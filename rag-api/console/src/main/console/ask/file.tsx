/** A file of a chat: an image as it is, any other as a name to save; with what a model says of it. */
import { useState } from "preact/hooks";
import { address, call, type Schemas } from "../api/client";
import { useAction } from "../api/load";
import { download } from "../parts/file";
import { Icon } from "../parts/icon";
import { isPicture, Picture } from "../parts/picture";
import { Failure } from "../parts/state";
import { bytes, t } from "../text/translate";

type ChatMessage = Schemas["ChatMessage"];

export function MessageFile({ message }: { message: ChatMessage }) {
    const action = useAction();
    const { file } = message;
    const [made, setMade] = useState<string>();
    const url = address("/messages/{message}/content", { message: message.id });
    if (!file) {
        return null;
    }
    const save = () =>
        void action.run(async () => {
            await download(url, file.filename);
        });
    const described = made ?? file.description;
    const describe = () => void action.run(async () => setMade((await call("post", "/messages/{message}/description", { path: { message: message.id } })).file?.description ?? ""));
    return (
        <div class="attached">
            {message.message_type === "image" && isPicture(file.media_type) && <Picture address={url} name={described || file.filename} />}
            <button type="button" disabled={action.busy} onClick={save} title={t("action.download")}>
                <Icon name="file" />
                <bdi>{file.filename}</bdi>
                <span class="quiet small">{bytes(file.file_size)}</span>
            </button>
            {described && (
                <p class="quiet">
                    <bdi>{described}</bdi>
                </p>
            )}
            {!described && (message.message_type === "image" || message.message_type === "audio") && (
                <button type="button" class="plain small" disabled={action.busy} onClick={describe}>
                    {t(message.message_type === "image" ? "ask.describe" : "ask.transcribe")}
                </button>
            )}
            {action.problem && <Failure problem={action.problem} />}
        </div>
    );
}
