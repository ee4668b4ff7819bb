/** A file of a chat: an image as it is, any other as a name to save. */
import { useEffect, useState } from "preact/hooks";
import { address, send, type Schemas } from "../api/client";
import { useAction, useLoad } from "../api/load";
import { saveAs } from "../knowledge/document-page";
import { Icon } from "../parts/icon";
import { Failure } from "../parts/state";
import { bytes, t } from "../text/translate";

type ChatMessage = Schemas["ChatMessage"];

export function MessageFile({ message }: { message: ChatMessage }) {
    const action = useAction();
    const { file } = message;
    if (!file) {
        return null;
    }
    const save = () =>
        void action.run(async () => {
            const response = await send(address("/messages/{message}/content", { message: message.id }), {});
            saveAs(await response.blob(), file.filename);
        });
    return (
        <div class="attached">
            {message.message_type === "image" && <Picture message={message.id} name={file.filename} />}
            <button type="button" disabled={action.busy} onClick={save} title={t("action.download")}>
                <Icon name="file" />
                <bdi>{file.filename}</bdi>
                <span class="quiet small">{bytes(file.file_size)}</span>
            </button>
            {action.problem && <Failure problem={action.problem} />}
        </div>
    );
}

function Picture({ message, name }: { message: string; name: string }) {
    const [url, setUrl] = useState("");
    const loaded = useLoad(async () => (await send(address("/messages/{message}/content", { message }), {})).blob(), [message]);
    useEffect(() => {
        if (loaded.data) {
            const made = URL.createObjectURL(loaded.data);
            setUrl(made);
            return () => URL.revokeObjectURL(made);
        }
        return undefined;
    }, [loaded.data]);
    if (loaded.problem) {
        return <Failure problem={loaded.problem} retry={loaded.reload} />;
    }
    return url ? <img src={url} alt={name} /> : null;
}
