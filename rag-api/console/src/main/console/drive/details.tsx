/** A folder or file of the drive: its name and place, its readers, versions, links and uses, and its end. */
import { useState } from "preact/hooks";
import { address, call, tagOf } from "../api/client";
import { useAction, useLoad } from "../api/load";
import { useMay } from "../app/organizations";
import { Preview } from "../original/preview";
import { Confirm, Dialog } from "../parts/dialog";
import { download } from "../parts/file";
import { Fold } from "../parts/fold";
import { Icon } from "../parts/icon";
import { Picture } from "../parts/picture";
import { Failure, Waiting } from "../parts/state";
import { ago, bytes, named, t } from "../text/translate";
import { Activity } from "./activity";
import { KnowledgeBases } from "./knowledge-bases";
import { Links } from "./links";
import type { DriveDocument } from "./page";
import { People } from "./people";
import { Place } from "./place";
import { isDrawn, previewOf } from "./thumbnail";
import { Versions } from "./versions";

/** Of a file in bytes, above which its preview does not load the whole. */
const LARGE = 20 * 1024 * 1024;

interface DetailsProps {
    id: string;
    close: () => void;
    /** Is told that the lists are out of date. */
    changed: () => void;
}

export function Details({ id, close, changed }: DetailsProps) {
    const loaded = useLoad(() => call("get", "/documents/{document}", { path: { document: id } }), [id]);
    const found = loaded.data;
    const [ending, setEnding] = useState(false);
    if (ending && found) {
        return <End document={found} close={() => setEnding(false)} ended={() => (changed(), close())} />;
    }
    return (
        <Dialog title={found?.name ?? t("drive.details")} close={close} wide>
            {loaded.problem && <Failure problem={loaded.problem} retry={loaded.reload} />}
            {!found && !loaded.problem && <Waiting />}
            {found && <Whole key={tagOf(found)} document={found} end={() => setEnding(true)} close={close} changed={() => (loaded.reload(), changed())} />}
        </Dialog>
    );
}

function Whole({ document, end, close, changed }: { document: DriveDocument; end: () => void; close: () => void; changed: () => void }) {
    const writes = useMay("member");
    const action = useAction();
    const path = { document: document.id };
    const file = document.document_type !== "folder";
    const content = address("/documents/{document}/content", path);
    const save = () => void action.run(() => (file ? download(content, document.name) : download(address("/documents/{document}/archive", path), `${document.name}.zip`)));
    const restore = () => void action.run(() => call("post", "/documents/{document}/restore", { path, body: {} })).then(done => done && (changed(), close()));
    const trashed = document.trashed_at !== null;
    return (
        <>
            <p class="facts small quiet">
                <bdi>{document.folder_path}</bdi>
                {file && <span>{bytes(document.file_size)}</span>}
                {file && <span>{t("original.version", { version: document.version_number })}</span>}
                <span>{named("level", document.share_level)}</span>
                <span>{ago(document.updated_at)}</span>
            </p>
            {document.description && <p>{document.description}</p>}
            {trashed && <p class="note">{t("drive.trashedWhat", { name: document.name })}</p>}
            {action.problem && <Failure problem={action.problem} />}
            <div class="actions">
                {!trashed && (
                    <button type="button" disabled={action.busy} onClick={save}>
                        <Icon name="download" />
                        {file ? t("action.download") : t("drive.zip")}
                    </button>
                )}
                {writes && trashed && (
                    <button type="button" class="primary" disabled={action.busy} onClick={restore}>
                        {t("drive.restore")}
                    </button>
                )}
                {writes && (
                    <button type="button" class="danger" onClick={end}>
                        <Icon name="trash" />
                        {trashed ? t("drive.forGood") : t("drive.toTrash")}
                    </button>
                )}
            </div>
            {!trashed && (
                <>
                    {file && <Fold title={t("drive.preview")}>{() => <Shown document={document} url={`${content}#${document.version_number}`} />}</Fold>}
                    {writes && <Fold title={t("drive.place")}>{() => <Place document={document} changed={changed} />}</Fold>}
                    {writes && <Fold title={t("drive.people")}>{() => <People document={document} />}</Fold>}
                    {file && <Fold title={t("drive.versions")}>{() => <Versions document={document} changed={changed} />}</Fold>}
                    {writes && <Fold title={t("drive.links")}>{() => <Links document={document} />}</Fold>}
                    <Fold title={t("page.knowledge")}>{() => <KnowledgeBases document={document} />}</Fold>
                    <Fold title={t("drive.activity")}>{() => <Activity document={document} />}</Fold>
                </>
            )}
        </>
    );
}

/** The file in the browser; of one that is large, or that browsers do not draw, the first page as the server draws it. */
function Shown({ document, url }: { document: DriveDocument; url: string }) {
    const type = document.mime_type ?? "";
    return isDrawn(document) && (document.file_size > LARGE || type === "image/tiff") ? (
        <Picture address={`${previewOf(document, "page")}#${document.version_number}`} name={document.name} />
    ) : (
        <Preview url={url} type={type} name={document.name} />
    );
}

/** Says what will go, and asks. */
function End({ document, close, ended }: { document: DriveDocument; close: () => void; ended: () => void }) {
    const permanently = document.trashed_at !== null;
    const folder = document.document_type === "folder";
    const what = permanently ? (folder ? "drive.forGoodFolder" : "drive.forGoodFile") : folder ? "drive.toTrashFolder" : "drive.toTrashFile";
    return (
        <Confirm
            title={permanently ? t("drive.forGood") : t("drive.toTrash")}
            what={t(what, { name: document.name })}
            action={permanently ? t("drive.forGood") : t("drive.toTrash")}
            close={close}
            run={async () => {
                await call("delete", "/documents/{document}", { path: { document: document.id }, query: { permanently } });
                ended();
            }}
        />
    );
}
