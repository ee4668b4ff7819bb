/** The versions of a file: saved, restored, and the next one. */
import { useRef, useState } from "preact/hooks";
import { address, call } from "../api/client";
import { useAction, useLoad } from "../api/load";
import { useMay } from "../app/organizations";
import { upload } from "../knowledge/upload";
import { download } from "../parts/file";
import { Icon } from "../parts/icon";
import { Failure, Waiting } from "../parts/state";
import { ago, bytes, t } from "../text/translate";
import type { DriveDocument } from "./page";

export function Versions({ document, changed }: { document: DriveDocument; changed: () => void }) {
    const path = { document: document.id };
    const writes = useMay("member");
    const [share, setShare] = useState<number>();
    const picker = useRef<HTMLInputElement>(null);
    const versions = useLoad(() => call("get", "/documents/{document}/versions", { path }), [document.id]);
    const action = useAction();
    const add = (file: File) =>
        void action
            .run(async () => {
                const problem = await upload(address("/documents/{document}/versions", path), file, setShare);
                setShare(undefined);
                if (problem) {
                    throw problem;
                }
            })
            .then(done => done && changed());
    const restore = (version: number) => void action.run(() => call("post", "/documents/{document}/versions/{version}/restore", { path: { ...path, version } })).then(done => done && changed());
    return (
        <>
            {versions.problem && <Failure problem={versions.problem} retry={versions.reload} />}
            {!versions.data && !versions.problem && <Waiting />}
            {action.problem && <Failure problem={action.problem} />}
            <ul class="rows">
                {versions.data?.items.map(one => (
                    <li key={one.version_number}>
                        <span class="grow">
                            {t("original.version", { version: one.version_number })}
                            <span class="quiet small">
                                {ago(one.version_at)} · {bytes(one.file_size)}
                            </span>
                        </span>
                        <button
                            type="button"
                            class="bare"
                            aria-label={t("drive.downloadVersion", { version: one.version_number })}
                            title={t("action.download")}
                            onClick={() => void action.run(() => download(address("/documents/{document}/versions/{version}/content", { ...path, version: one.version_number }), one.filename))}
                        >
                            <Icon name="download" />
                        </button>
                        {!one.is_latest_version && writes && (
                            <button type="button" disabled={action.busy} onClick={() => restore(one.version_number)}>
                                {t("drive.restore")}
                            </button>
                        )}
                    </li>
                ))}
            </ul>
            {share !== undefined && <progress max={1} value={share} aria-label={t("upload.title")} />}
            {writes && (
                <>
                    <button type="button" disabled={action.busy} onClick={() => picker.current?.click()}>
                        <Icon name="upload" />
                        {t("drive.nextVersion")}
                    </button>
                    <input
                        ref={picker}
                        type="file"
                        class="unseen"
                        tabIndex={-1}
                        aria-label={t("drive.nextVersion")}
                        onChange={event => {
                            const [file] = event.currentTarget.files ?? [];
                            event.currentTarget.value = "";
                            if (file) {
                                add(file);
                            }
                        }}
                    />
                </>
            )}
        </>
    );
}
