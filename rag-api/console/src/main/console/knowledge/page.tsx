/** The knowledge bases of an organization. */
import { useState } from "preact/hooks";
import { call, pages, type Schemas } from "../api/client";
import { useAction, useLoad } from "../api/load";
import { useMay, usePlace, useWithin } from "../app/organizations";
import { go, Link, query, useAddress } from "../app/router";
import { Dialog } from "../parts/dialog";
import { Choice, Field, Form, Submit } from "../parts/form";
import { Icon } from "../parts/icon";
import { Empty, Failure, Waiting } from "../parts/state";
import { bytes, named, t } from "../text/translate";

const ORDERS: Record<string, (one: Schemas["KnowledgeBase"], other: Schemas["KnowledgeBase"]) => number> = {
    name: (one, other) => one.name.localeCompare(other.name),
    documents: (one, other) => other.document_count - one.document_count,
};

export function KnowledgePage() {
    const { organization } = usePlace();
    const within = useWithin();
    const writes = useMay("member");
    const address = useAddress();
    const [creating, setCreating] = useState(false);
    const words = address.searchParams.get("q") ?? "";
    const bases = useLoad(
        () => pages(cursor => call("get", "/organizations/{organization}/knowledge-bases", { path: { organization: organization.id }, query: { limit: 100, ...(cursor ? { cursor } : {}) } })),
        [organization.id],
    );
    const sort = ORDERS[address.searchParams.get("sort") ?? ""] ? (address.searchParams.get("sort") ?? "") : "";
    const shown = (bases.data ?? []).filter(base => base.name.toLocaleLowerCase().includes(words.toLocaleLowerCase())).sort(ORDERS[sort] ?? (() => 0));
    return (
        <div class="page">
            <header class="head">
                <h1>{t("page.knowledge")}</h1>
                <input type="search" data-search value={words} placeholder={t("action.search")} aria-label={t("action.search")} onInput={event => query("q", event.currentTarget.value)} />
                <Choice label={t("list.sort")} hidden value={sort} change={value => query("sort", value)} options={["", "name", "documents"].map(one => [one, named("list.sortBy", one || "new")] as const)} />
                {writes && (
                    <button type="button" class="primary" onClick={() => setCreating(true)}>
                        <Icon name="plus" />
                        {t("knowledge.create")}
                    </button>
                )}
            </header>
            {bases.problem && <Failure problem={bases.problem} retry={bases.reload} />}
            {!bases.data && !bases.problem && <Waiting />}
            {bases.data?.length === 0 && (
                <Empty icon="knowledge" title={t("knowledge.none")}>
                    <p>{t("knowledge.what")}</p>
                </Empty>
            )}
            {!!bases.data?.length && shown.length === 0 && <Empty icon="search" title={t("state.nothingFound")} />}
            <ul class="cards">
                {shown.map(base => (
                    <li key={base.id}>
                        <Link href={within(`knowledge/${base.id}`)}>
                            <h2>
                                <bdi>{base.name}</bdi>
                            </h2>
                            <p class="quiet">{base.description || named("baseType", base.knowledge_base_type)}</p>
                            <p class="facts small">
                                <span>{t("knowledge.documents", { count: base.document_count })}</span>
                                <span>{t("knowledge.chunks", { count: base.total_chunks })}</span>
                                <span>{bytes(base.total_size_bytes)}</span>
                                {base.is_indexing && <span class="badge">{t("knowledge.indexing")}</span>}
                                {!base.is_active && <span class="badge">{t("knowledge.inactive")}</span>}
                            </p>
                        </Link>
                    </li>
                ))}
            </ul>
            {creating && <Create close={() => setCreating(false)} made={id => go(within(`knowledge/${id}`))} />}
        </div>
    );
}

function Create({ close, made }: { close: () => void; made: (id: string) => void }) {
    const { organization } = usePlace();
    const [name, setName] = useState("");
    const [description, setDescription] = useState("");
    const [type, setType] = useState("shared");
    const action = useAction();
    const submit = () =>
        void action.run(async () => {
            const base = await call("post", "/organizations/{organization}/knowledge-bases", {
                path: { organization: organization.id },
                body: { name, ...(description ? { description } : {}), knowledge_base_type: type },
            });
            made(base.id);
        });
    return (
        <Dialog title={t("knowledge.create")} close={close}>
            <Form problem={action.problem} submit={submit}>
                <Field label={t("field.name")} value={name} change={setName} required focus />
                <Field label={t("field.description")} value={description} change={setDescription} rows={2} />
                <Choice label={t("knowledge.seenBy")} value={type} change={setType} options={["shared", "personal"].map(one => [one, named("baseType", one)] as const)} />
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
