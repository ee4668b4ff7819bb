/** The drive: folders and files, what is found among them, and the trash. */
import { useRef, useState } from "preact/hooks";
import { address, call, type Schemas } from "../api/client";
import { useAction, useLoad } from "../api/load";
import type { Problem } from "../api/problem";
import { useMay, usePlace, useWithin } from "../app/organizations";
import { Link, query, useAddress } from "../app/router";
import { droppedFiles, type Dropped } from "../knowledge/dropped-files";
import { upload } from "../knowledge/upload";
import { Icon } from "../parts/icon";
import { Empty, Failure, Waiting } from "../parts/state";
import { Turn } from "../parts/turn";
import { ago, bytes, named, t } from "../text/translate";
import { Details } from "./details";
import { folderMaker } from "./folders";
import { NewFolder } from "./new-folder";
import { isLarge, uploadInParts } from "./parts";
import { isDrawn, Thumbnail } from "./thumbnail";

export type DriveDocument = Schemas["Document"];

export function DrivePage({ parts }: { parts: Record<string, string> }) {
    const { organization } = usePlace();
    const within = useWithin();
    const writes = useMay("member");
    const asked = useAddress().searchParams;
    const words = asked.get("q") ?? "";
    const trash = asked.has("trash");
    const folder = parts.folder;
    const path = { organization: organization.id };
    const opened = asked.get("open");
    const setOpened = (document: DriveDocument | undefined) => query("open", document?.id ?? "");
    const [making, setMaking] = useState(false);
    const [cursor, setCursor] = useState<string>();
    const [going, setGoing] = useState<Array<{ name: string; share: number }>>([]);
    const [over, setOver] = useState(false);
    const picker = useRef<HTMLInputElement>(null);
    const action = useAction();
    const here = useLoad(async () => (folder ? call("get", "/documents/{document}", { path: { document: folder } }) : undefined), [folder]);
    const list = useLoad(async () => {
        if (words) {
            return { items: (await call("post", "/organizations/{organization}/documents/search", { path, body: { query: words, limit: 50 } })).items, next_cursor: null };
        }
        const at = cursor ? { cursor } : {};
        return trash
            ? call("get", "/organizations/{organization}/documents/trash", { path, query: { limit: 200, ...at } })
            : call("get", "/organizations/{organization}/documents", { path, query: { limit: 200, ...(folder ? { parent_id: folder } : {}), ...at } });
    }, [organization.id, folder, words, trash, cursor]);
    const send = async (files: Dropped[]) => {
        const folderOf = folderMaker(organization.id, folder);
        setGoing(files.map(one => ({ name: one.path ? `${one.path}/${one.file.name}` : one.file.name, share: 0 })));
        await action.run(async () => {
            let first: Problem | undefined;
            for (const [index, { file, path: inside }] of files.entries()) {
                const into = await folderOf(inside);
                const progress = (share: number) => setGoing(before => before.map((one, at) => (at === index ? { ...one, share } : one)));
                const problem = isLarge(file)
                    ? await uploadInParts(organization.id, into, file, progress)
                    : await upload(address("/organizations/{organization}/documents", path, { parent_id: into }), file, progress);
                first ??= problem;
                list.reload();
            }
            // One file that is refused holds up no other.
            if (first) {
                throw first;
            }
        });
        setGoing([]);
    };
    return (
        <div
            class={over ? "page over" : "page"}
            onDragOver={event => (event.preventDefault(), setOver(writes))}
            onDragLeave={() => setOver(false)}
            onDrop={event => {
                event.preventDefault();
                setOver(false);
                if (event.dataTransfer && writes) {
                    void droppedFiles(event.dataTransfer).then(send);
                }
            }}
        >
            <header class="head">
                <h1>
                    {here.data ? <bdi>{here.data.name}</bdi> : trash ? t("drive.trash") : t("page.documents")}
                </h1>
                <input type="search" data-search value={words} placeholder={t("action.search")} aria-label={t("action.search")} onInput={event => query("q", event.currentTarget.value)} />
                {writes && !trash && (
                    <>
                        <button type="button" onClick={() => setMaking(true)}>
                            <Icon name="folder" />
                            {t("drive.newFolder")}
                        </button>
                        <button type="button" class="primary" onClick={() => picker.current?.click()}>
                            <Icon name="upload" />
                            {t("drive.upload")}
                        </button>
                        <input
                            ref={picker}
                            type="file"
                            multiple
                            class="unseen"
                            tabIndex={-1}
                            aria-label={t("drive.upload")}
                            onChange={event => {
                                const files = [...(event.currentTarget.files ?? [])].map(file => ({ file, path: "" }));
                                event.currentTarget.value = "";
                                void send(files);
                            }}
                        />
                    </>
                )}
            </header>
            <p class="trail small">
                {(folder || trash || words) && <Link href={within("documents")}>{t("page.documents")}</Link>}
                {here.data?.parent_id && <Link href={within(`documents/${here.data.parent_id}`)}>{t("drive.up")}</Link>}
                {!trash && !folder && (
                    <Link href={`${within("documents")}?trash=1`}>
                        <Icon name="trash" /> {t("drive.trash")}
                    </Link>
                )}
            </p>
            {action.problem && <Failure problem={action.problem} />}
            {going.length > 0 && (
                <ul class="rows panel" aria-label={t("upload.title")}>
                    {going.map((one, index) => (
                        <li key={index}>
                            <bdi class="grow cut">{one.name}</bdi>
                            <progress max={1} value={one.share} aria-label={one.name} />
                        </li>
                    ))}
                </ul>
            )}
            {list.problem && <Failure problem={list.problem} retry={list.reload} />}
            {!list.data && !list.problem && <Waiting />}
            {list.data?.items.length === 0 && (
                <Empty icon={words ? "search" : "folder"} title={words ? t("state.nothingFound") : trash ? t("drive.trashEmpty") : t("drive.empty")}>
                    {!words && !trash && writes && <p>{t("knowledge.dropHint")}</p>}
                </Empty>
            )}
            {!!list.data?.items.length && (
                <div class="wide panel">
                    <table>
                        <thead>
                            <tr>
                                <th>{t("field.name")}</th>
                                <th>{t("drive.seenBy")}</th>
                                <th class="number">{t("field.size")}</th>
                                <th class="number">{t("field.version")}</th>
                                <th>{t("field.changed")}</th>
                                <th>
                                    <span class="unseen">{t("drive.details")}</span>
                                </th>
                            </tr>
                        </thead>
                        <tbody>
                            {list.data.items.map(one => (
                                <tr key={one.id}>
                                    <td>
                                        <Name document={one} trash={trash} open={() => setOpened(one)} />
                                    </td>
                                    <td>{named("level", one.share_level)}</td>
                                    <td class="number">{one.document_type === "folder" ? "—" : bytes(one.file_size)}</td>
                                    <td class="number">{one.document_type === "folder" ? "—" : one.version_number}</td>
                                    <td>{ago(one.updated_at)}</td>
                                    <td>
                                        <button type="button" class="bare" aria-label={t("drive.detailsOf", { name: one.name })} title={t("drive.details")} onClick={() => setOpened(one)}>
                                            <Icon name="more" />
                                        </button>
                                    </td>
                                </tr>
                            ))}
                        </tbody>
                    </table>
                </div>
            )}
            <Turn cursor={cursor} next={list.data?.next_cursor} turn={setCursor} />
            {making && <NewFolder parent={folder} close={() => setMaking(false)} made={() => (setMaking(false), list.reload())} />}
            {opened && <Details key={opened} id={opened} close={() => setOpened(undefined)} changed={() => (list.reload(), here.reload())} />}
        </div>
    );
}

function Name({ document, trash, open }: { document: DriveDocument; trash: boolean; open: () => void }) {
    const within = useWithin();
    const name = (
        <>
            {isDrawn(document) ? <Thumbnail document={document} /> : <Icon name={document.document_type === "folder" ? "folder" : "file"} />}
            <bdi class="cut">{document.name}</bdi>
        </>
    );
    return document.document_type === "folder" && !trash ? (
        <Link href={within(`documents/${document.id}`)} class="named">
            {name}
        </Link>
    ) : (
        <button type="button" class="plain named" onClick={open}>
            {name}
        </button>
    );
}
