/** The workflows of an organization, and the decisions that wait for the reader. */
import { useState } from "preact/hooks";
import { call, pages, type Schemas } from "../api/client";
import { useLoad } from "../api/load";
import { useMay, usePlace, useWithin } from "../app/organizations";
import { go, Link, query, useAddress } from "../app/router";
import { Choice } from "../parts/form";
import { Icon } from "../parts/icon";
import { Empty, Failure, Waiting } from "../parts/state";
import { Tabs } from "../parts/tabs";
import { ago, named, t } from "../text/translate";
import { Approvals, useApprovals } from "./approvals";
import { NewWorkflow } from "./new-workflow";
import { Secrets } from "./secrets";

const STATUSES = ["draft", "active", "paused", "archived"] as const;

export function WorkflowsPage() {
    return <Whole tab="all" />;
}

export function ApprovalsPage() {
    return <Whole tab="approvals" />;
}

export function SecretsPage() {
    return <Whole tab="secrets" />;
}

function Whole({ tab }: { tab: "all" | "approvals" | "secrets" }) {
    const within = useWithin();
    const writes = useMay("member");
    const administers = useMay("admin");
    const [creating, setCreating] = useState(false);
    const approvals = useApprovals();
    const waiting = approvals.data?.items.length ?? 0;
    return (
        <div class="page">
            <header class="head">
                <h1>{t("page.workflows")}</h1>
                {writes && (
                    <button type="button" class="primary" onClick={() => setCreating(true)}>
                        <Icon name="plus" />
                        {t("workflow.create")}
                    </button>
                )}
            </header>
            <Tabs
                label={t("page.workflows")}
                open={tab}
                items={[
                    ["all", t("workflow.all"), within("workflows")],
                    ["approvals", waiting ? t("approval.tabCount", { count: waiting }) : t("approval.tab"), within("workflows/approvals")],
                    ...(administers ? ([["secrets", t("secrets.title"), within("workflows/secrets")]] as const) : []),
                ]}
            />
            {tab === "all" && <List />}
            {tab === "approvals" && <Approvals approvals={approvals} />}
            {tab === "secrets" && <Secrets />}
            {creating && <NewWorkflow close={() => setCreating(false)} made={id => go(within(`workflows/${id}`))} />}
        </div>
    );
}

function List() {
    const { organization } = usePlace();
    const within = useWithin();
    const asked = useAddress().searchParams;
    const status = STATUSES.find(one => one === asked.get("status")) ?? "";
    const words = asked.get("q") ?? "";
    const sort = asked.get("sort") ?? "";
    const workflows = useLoad(
        () => pages(cursor => call("get", "/organizations/{organization}/workflows", { path: { organization: organization.id }, query: { limit: 100, ...(status ? { status } : {}), ...(cursor ? { cursor } : {}) } })),
        [organization.id, status],
    );
    const shown = (workflows.data ?? []).filter(one => `${one.name} ${one.description ?? ""}`.toLocaleLowerCase().includes(words.toLocaleLowerCase())).sort(ORDERS[sort] ?? (() => 0));
    return (
        <>
            <div class="head">
                <input type="search" data-search value={words} placeholder={t("action.search")} aria-label={t("action.search")} onInput={event => query("q", event.currentTarget.value)} />
                <Choice label={t("field.status")} hidden value={status} change={value => query("status", value)} options={[["", t("workflow.everyStatus")] as const, ...STATUSES.map(one => [one, named("workflow.status", one)] as const)]} />
                <Choice label={t("workflow.sort")} hidden value={sort} change={value => query("sort", value)} options={["", "name", "run"].map(one => [one, named("workflow.sortBy", one || "new")] as const)} />
            </div>
            {workflows.problem && <Failure problem={workflows.problem} retry={workflows.reload} />}
            {!workflows.data && !workflows.problem && <Waiting />}
            {workflows.data?.length === 0 && (
                <Empty icon="flow" title={status ? t("state.nothingFound") : t("workflow.none")}>
                    {!status && <p>{t("workflow.what")}</p>}
                </Empty>
            )}
            {!!workflows.data?.length && shown.length === 0 && <Empty icon="search" title={t("state.nothingFound")} />}
            <ul class="cards">
                {shown.map(one => (
                    <li key={one.id}>
                        <Link href={within(`workflows/${one.id}`)}>
                            <h2>
                                <bdi>{one.name}</bdi>
                            </h2>
                            <div>
                                <p class="quiet lines">{one.description}</p>
                            </div>
                            <p class="facts small">
                                <WorkflowStatus workflow={one} />
                                <span>{named("trigger", one.trigger_type)}</span>
                                <span>{t("workflow.runs", { count: one.execution_count })}</span>
                                {one.failure_count > 0 && <span class="badge bad">{t("workflow.failed", { count: one.failure_count })}</span>}
                                {one.last_run_at && <span>{ago(one.last_run_at)}</span>}
                            </p>
                        </Link>
                    </li>
                ))}
            </ul>
        </>
    );
}

const ORDERS: Record<string, (one: Schemas["Workflow"], other: Schemas["Workflow"]) => number> = {
    name: (one, other) => one.name.localeCompare(other.name),
    run: (one, other) => (other.last_run_at ?? "").localeCompare(one.last_run_at ?? ""),
};

export function WorkflowStatus({ workflow }: { workflow: Schemas["Workflow"] }) {
    const kind = { active: "badge good", paused: "badge busy" }[workflow.status] ?? "badge";
    return (
        <>
            <span class={kind}>{named("workflow.status", workflow.status)}</span>
            <span>{workflow.active_version && workflow.active_version !== workflow.version ? t("workflow.versionActive", { version: workflow.version, active: workflow.active_version }) : t("workflow.version", { version: workflow.version })}</span>
        </>
    );
}
