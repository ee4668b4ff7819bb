/** One workflow: its definition, its runs, and its versions. */
import { useState } from "preact/hooks";
import { call, type Schemas, tagOf } from "../api/client";
import { useAction, useLoad } from "../api/load";
import { useMay, useWithin } from "../app/organizations";
import { go, Link } from "../app/router";
import { saveAs } from "../parts/file";
import { Confirm } from "../parts/dialog";
import { Empty, Failure, Waiting } from "../parts/state";
import { Tabs } from "../parts/tabs";
import { named, t, time } from "../text/translate";
import { Editor } from "./editor";
import { WorkflowStatus } from "./page";
import { Runs } from "./runs";
import { Start } from "./start";
import { Versions } from "./versions";
import { Webhook } from "./webhook";

type Workflow = Schemas["Workflow"];

export function WorkflowPage({ parts }: { parts: Record<string, string> }) {
    const id = parts.workflow ?? "";
    const tab = parts.tab ?? "steps";
    const within = useWithin();
    const workflow = useLoad(() => call("get", "/workflows/{workflow}", { path: { workflow: id } }), [id]);
    const found = workflow.data;
    return (
        <div class="page broad">
            <p class="trail small">
                <Link href={within("workflows")}>{t("page.workflows")}</Link>
            </p>
            {workflow.problem && <Failure problem={workflow.problem} retry={workflow.reload} />}
            {!found && !workflow.problem && <Waiting />}
            {found && (
                <>
                    <Head workflow={found} changed={workflow.reload} />
                    <Tabs
                        label={t("workflow.parts")}
                        open={tab}
                        items={(["steps", "runs", "versions"] as const).map(one => [one, named("workflow.tab", one), within(one === "steps" ? `workflows/${id}` : `workflows/${id}/${one}`)] as const)}
                    />
                    {tab === "steps" && <Editor key={found.version + tagOf(found)} workflow={found} saved={workflow.reload} />}
                    {tab === "runs" && <Runs workflow={id} />}
                    {tab === "versions" && <Versions workflow={found} changed={workflow.reload} />}
                    {!["steps", "runs", "versions"].includes(tab) && <Empty icon="warning" title={t("shell.noPage")} />}
                </>
            )}
        </div>
    );
}

function Head({ workflow, changed }: { workflow: Workflow; changed: () => void }) {
    const within = useWithin();
    const writes = useMay("member");
    const action = useAction();
    const [starting, setStarting] = useState(false);
    const [archiving, setArchiving] = useState(false);
    const [hooking, setHooking] = useState(false);
    const path = { workflow: workflow.id };
    const alive = writes && workflow.status !== "archived";
    const newer = workflow.status === "active" && workflow.active_version !== workflow.version;
    const run = (work: () => Promise<unknown>) => void action.run(work).then(changed);
    return (
        <>
            <header class="head">
                <h1>
                    <bdi>{workflow.name}</bdi>
                </h1>
                {alive && (workflow.status === "active" || workflow.status === "draft") && (
                    <button type="button" class="primary" onClick={() => setStarting(true)}>
                        {t("workflow.run")}
                    </button>
                )}
                {alive && (workflow.status !== "active" || newer) && (
                    <button type="button" disabled={action.busy} onClick={() => run(() => call("post", "/workflows/{workflow}/activate", { path }))}>
                        {newer ? t("workflow.activateVersion", { version: workflow.version }) : t("workflow.activate")}
                    </button>
                )}
                {alive && workflow.status === "active" && (
                    <button type="button" disabled={action.busy} onClick={() => run(() => call("post", "/workflows/{workflow}/pause", { path }))}>
                        {t("workflow.pause")}
                    </button>
                )}
                {writes && (
                    <button
                        type="button"
                        disabled={action.busy}
                        onClick={() =>
                            void action.run(async () => {
                                const name = t("workflow.copyOf", { name: workflow.name }).slice(0, 200);
                                const copy = await call("post", "/workflows/{workflow}/copies", { path, body: { name } });
                                go(within(`workflows/${copy.id}`));
                            })
                        }
                    >
                        {t("workflow.copy")}
                    </button>
                )}
                <button type="button" disabled={action.busy} onClick={() => void action.run(() => exported(workflow))}>
                    {t("workflow.export")}
                </button>
                {alive && workflow.trigger_type === "webhook" && (
                    <button type="button" onClick={() => setHooking(true)}>
                        {t("webhook.title")}
                    </button>
                )}
                {alive && (
                    <button type="button" onClick={() => setArchiving(true)}>
                        {t("workflow.archive")}
                    </button>
                )}
            </header>
            {workflow.description && <p class="quiet">{workflow.description}</p>}
            <p class="facts small quiet">
                <WorkflowStatus workflow={workflow} />
                <span>{named("trigger", workflow.trigger_type)}</span>
                {workflow.cron_expression && (
                    <span>
                        <code>{workflow.cron_expression}</code> {workflow.cron_timezone}
                    </span>
                )}
                {workflow.next_run_at && <span>{t("workflow.next", { when: time(workflow.next_run_at) })}</span>}
                <span>{t("workflow.runs", { count: workflow.execution_count })}</span>
            </p>
            {action.problem && <Failure problem={action.problem} />}
            {starting && <Start workflow={workflow} close={() => setStarting(false)} />}
            {hooking && <Webhook workflow={workflow.id} close={() => setHooking(false)} />}
            {archiving && (
                <Confirm
                    title={t("workflow.archive")}
                    what={t("workflow.archiveWhat", { name: workflow.name })}
                    action={t("workflow.archive")}
                    close={() => setArchiving(false)}
                    run={async () => {
                        await call("delete", "/workflows/{workflow}", { path });
                        changed();
                    }}
                />
            )}
        </>
    );
}

async function exported(workflow: Workflow): Promise<void> {
    const { yaml } = await call("get", "/workflows/{workflow}/export", { path: { workflow: workflow.id } });
    saveAs(new Blob([yaml]), `${workflow.name}.yaml`);
}
