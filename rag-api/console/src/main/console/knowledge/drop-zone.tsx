/** Where files and folders are dropped. Each goes up by itself, two at once, with its own progress and failure. */
import { useRef, useState } from "preact/hooks";
import { address } from "../api/client";
import { Icon } from "../parts/icon";
import { bytes, t } from "../text/translate";
import { droppedFiles, type Dropped } from "./dropped-files";
import { upload } from "./upload";

interface Sent {
    name: string;
    size: number;
    share: number;
    problem?: string;
    requestId?: string;
    done?: boolean;
}

const AT_ONCE = 2;

export function DropZone({ base, uploaded }: { base: string; uploaded: () => void }) {
    const [over, setOver] = useState(false);
    const [sent, setSent] = useState<Sent[]>([]);
    const picker = useRef<HTMLInputElement>(null);
    const send = async (files: Dropped[]) => {
        const from = sent.length;
        setSent(before => [...before, ...files.map(one => ({ name: one.path ? `${one.path}/${one.file.name}` : one.file.name, size: one.file.size, share: 0 }))]);
        const change = (index: number, part: Partial<Sent>) => setSent(before => before.map((one, at) => (at === from + index ? { ...one, ...part } : one)));
        let next = 0;
        const worker = async () => {
            while (next < files.length) {
                const index = next++;
                const { file, path } = files[index]!;
                const url = address("/knowledge-bases/{knowledgeBase}/documents", { knowledgeBase: base }, { path });
                const problem = await upload(url, file, share => change(index, { share }));
                change(index, problem ? { problem: problem.detail || t("problem.offline"), requestId: problem.requestId } : { done: true, share: 1 });
                uploaded();
            }
        };
        await Promise.all(Array.from({ length: AT_ONCE }, worker));
    };
    const pick = (folder: boolean) => {
        if (picker.current) {
            picker.current.webkitdirectory = folder;
            picker.current.click();
        }
    };
    const waiting = sent.filter(one => !one.done && !one.problem).length;
    return (
        <>
            <div
                class={over ? "drop over" : "drop"}
                onDragOver={event => {
                    event.preventDefault();
                    setOver(true);
                }}
                onDragLeave={() => setOver(false)}
                onDrop={event => {
                    event.preventDefault();
                    setOver(false);
                    if (event.dataTransfer) {
                        void droppedFiles(event.dataTransfer).then(send);
                    }
                }}
            >
                <Icon name="upload" />
                <p>
                    {t("upload.drop")}{" "}
                    <button type="button" class="plain" onClick={() => pick(false)}>
                        {t("upload.choose")}
                    </button>{" · "}
                    <button type="button" class="plain" onClick={() => pick(true)}>
                        {t("upload.chooseFolder")}
                    </button>
                </p>
                <input
                    ref={picker}
                    type="file"
                    multiple
                    class="unseen"
                    tabIndex={-1}
                    aria-label={t("upload.choose")}
                    onChange={event => {
                        const files = [...(event.currentTarget.files ?? [])].map(file => ({ file, path: file.webkitRelativePath.split("/").slice(0, -1).join("/") }));
                        event.currentTarget.value = "";
                        void send(files);
                    }}
                />
            </div>
            {sent.length > 0 && (
                <section class="panel" aria-label={t("upload.title")}>
                    <header class="head">
                        <h2>{waiting ? t("upload.running", { count: waiting }) : t("upload.finished", { count: sent.length })}</h2>
                        {!waiting && (
                            <button type="button" class="plain" onClick={() => setSent([])}>
                                {t("action.close")}
                            </button>
                        )}
                    </header>
                    <ul class="rows uploads">
                        {sent.slice(-50).map((one, index) => (
                            <li key={index}>
                                <bdi class="grow cut">{one.name}</bdi>
                                {one.problem ? (
                                    <span class="badge bad" title={one.requestId}>
                                        {one.problem}
                                    </span>
                                ) : one.done ? (
                                    <span class="badge good">{t("upload.received")}</span>
                                ) : (
                                    <progress max={1} value={one.share} aria-label={one.name} />
                                )}
                                <span class="quiet small">{bytes(one.size)}</span>
                            </li>
                        ))}
                    </ul>
                </section>
            )}
        </>
    );
}
