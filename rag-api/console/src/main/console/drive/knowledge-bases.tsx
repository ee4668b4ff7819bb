/** The knowledge bases that hold a file, or a folder with all that comes into it. */
import { useState } from "preact/hooks";
import { call, pages } from "../api/client";
import { useAction, useLoad } from "../api/load";
import { useMay, usePlace, useWithin } from "../app/organizations";
import { Link } from "../app/router";
import { Choice, Form, Submit } from "../parts/form";
import { Failure, Waiting } from "../parts/state";
import { t } from "../text/translate";
import type { DriveDocument } from "./page";

export function KnowledgeBases({ document }: { document: DriveDocument }) {
    const { organization } = usePlace();
    const within = useWithin();
    const writes = useMay("member");
    const [chosen, setChosen] = useState("");
    const action = useAction();
    const sources = useLoad(() => call("get", "/documents/{document}/knowledge-bases", { path: { document: document.id } }), [document.id]);
    const bases = useLoad(
        () => pages(cursor => call("get", "/organizations/{organization}/knowledge-bases", { path: { organization: organization.id }, query: { limit: 100, ...(cursor ? { cursor } : {}) } })),
        [organization.id],
    );
    const there = sources.data?.items ?? [];
    const free = (bases.data ?? []).filter(base => !there.some(one => one.knowledge_base_id === base.id && one.document_id === document.id));
    const path = (base: string) => ({ document: document.id, knowledgeBase: base });
    const add = () => void action.run(async () => (await call("put", "/documents/{document}/knowledge-bases/{knowledgeBase}", { path: path(chosen) }), setChosen(""), sources.reload()));
    const remove = (base: string) => void action.run(async () => (await call("delete", "/documents/{document}/knowledge-bases/{knowledgeBase}", { path: path(base) }), sources.reload()));
    return (
        <>
            <p class="quiet small">{t("drive.basesWhat")}</p>
            {sources.problem && <Failure problem={sources.problem} retry={sources.reload} />}
            {!sources.data && !sources.problem && <Waiting />}
            <ul class="rows">
                {there.map(one => (
                    <li key={`${one.knowledge_base_id}/${one.document_id}`}>
                        <span class="grow">
                            <Link href={within(`knowledge/${one.knowledge_base_id}`)}>
                                <bdi>{one.knowledge_base_name}</bdi>
                            </Link>
                            <span class="quiet small">
                                {one.document_id === document.id ? t("drive.baseFiles", { count: one.files }) : t("drive.baseOfFolder")}
                                {one.pending > 0 && ` · ${t("drive.basePending", { count: one.pending })}`}
                            </span>
                            {one.failure && <span class="badge bad">{one.failure}</span>}
                        </span>
                        {writes && one.document_id === document.id && (
                            <button type="button" disabled={action.busy} onClick={() => remove(one.knowledge_base_id)}>
                                {t("action.remove")}
                            </button>
                        )}
                    </li>
                ))}
            </ul>
            {bases.problem && <Failure problem={bases.problem} retry={bases.reload} />}
            {writes && free.length > 0 && (
                <Form problem={action.problem} submit={add} label={t("drive.addBase")}>
                    <Choice label={t("drive.addBase")} value={chosen} change={setChosen} options={[["", "—"] as const, ...free.map(base => [base.id, base.name] as const)]} />
                    <Submit busy={action.busy || !chosen}>{t("chat.add")}</Submit>
                </Form>
            )}
        </>
    );
}
