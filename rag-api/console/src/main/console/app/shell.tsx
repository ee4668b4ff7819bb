/** What surrounds each page of an organization: where one is, where one can go, and whose account it is. */
import { useEffect, useState } from "preact/hooks";
import { useAction } from "../api/load";
import { close } from "../api/session";
import { AccountPage } from "../account/page";
import { AdministrationPage } from "../administration/page";
import { AskPage } from "../ask/page";
import { DrivePage } from "../drive/page";
import { KnowledgeBasePage } from "../knowledge/base-page";
import { DocumentPage } from "../knowledge/document-page";
import { KnowledgePage } from "../knowledge/page";
import { NotificationsPage } from "../notifications/page";
import { unread, useUnread } from "../notifications/unread";
import { OperationsPage } from "../operations/page";
import { Icon, type IconName } from "../parts/icon";
import { Empty, Failure } from "../parts/state";
import { number, t, type Key } from "../text/translate";
import { ApprovalsPage, SecretsPage, WorkflowsPage } from "../workflows/page";
import { RunPage } from "../workflows/run-page";
import { WorkflowPage } from "../workflows/workflow-page";
import type { Page } from "./app";
import { Keys } from "./keys";
import { NewOrganization } from "./new-organization";
import { useMay, usePlace, useWithin } from "./organizations";
import { fits, go, Link, useAddress } from "./router";
import { useOnline } from "./online";
import { useSignal } from "./signal";

const PAGES: ReadonlyArray<readonly [pattern: string, page: Page]> = [
    ["ask", AskPage],
    ["ask/:chat", AskPage],
    ["knowledge", KnowledgePage],
    ["knowledge/:base", KnowledgeBasePage],
    ["knowledge/:base/:tab", KnowledgeBasePage],
    ["knowledge/:base/documents/:document", DocumentPage],
    ["documents", DrivePage],
    ["documents/:folder", DrivePage],
    ["workflows", WorkflowsPage],
    ["workflows/approvals", ApprovalsPage],
    ["workflows/secrets", SecretsPage],
    ["workflows/:workflow", WorkflowPage],
    ["workflows/:workflow/:tab", WorkflowPage],
    ["workflows/:workflow/runs/:run", RunPage],
    ["administration", AdministrationPage],
    ["administration/:tab", AdministrationPage],
    ["operations", OperationsPage],
    ["operations/:tab", OperationsPage],
    ["notifications", NotificationsPage],
    ["account", AccountPage],
];

interface Entry {
    path: string;
    icon: IconName;
    label: Key;
    key: string;
    shown: boolean;
}

export function Shell() {
    const { user, organizations, reload } = usePlace();
    const address = useAddress();
    const within = useWithin();
    const [menu, setMenu] = useState(false);
    const leaving = useAction();
    const signOut = () => void leaving.run(close);
    const administers = useMay("admin");
    const online = useOnline();
    useUnread(within("notifications"));
    const entries: Entry[] = [
        { path: "ask", icon: "ask", label: "page.ask", key: "a", shown: true },
        { path: "knowledge", icon: "knowledge", label: "page.knowledge", key: "k", shown: true },
        { path: "documents", icon: "drive", label: "page.documents", key: "d", shown: true },
        { path: "workflows", icon: "flow", label: "page.workflows", key: "w", shown: true },
        { path: "administration", icon: "people", label: "page.administration", key: "m", shown: administers },
        { path: "operations", icon: "pulse", label: "page.operations", key: "o", shown: user.role === "super_admin" || user.role === "admin" },
    ];
    const shown = entries.filter(entry => entry.shown);
    const keys = [...shown, { path: "notifications", key: "n", label: "page.notifications" as const }, { path: "account", key: "p", label: "page.account" as const }];
    const rest = address.pathname.split("/").slice(3).join("/").replace(/\/$/, "") || "ask";
    const here = rest.split("/")[0];
    const found = PAGES.map(([pattern, page]) => ({ page, parts: fits(pattern, rest) })).find(one => one.parts);
    useEffect(() => {
        setMenu(false);
        const entry = entries.find(one => one.path === here);
        document.title = `${t(entry?.label ?? (here === "notifications" ? "page.notifications" : "page.account"))} · Arketic`;
    }, [rest]);
    if (rest === "new") {
        return <NewOrganization missing="" known={organizations} made={reload} />;
    }
    const Found = found?.page;
    return (
        <div class={menu ? "shell open" : "shell"}>
            <a class="skip" href="#main">
                {t("shell.skip")}
            </a>
            <header class="bar">
                <button type="button" class="bare" aria-expanded={menu} aria-controls="navigation" aria-label={t("shell.menu")} onClick={() => setMenu(!menu)}>
                    <Icon name="menu" />
                </button>
                <span class="grow">Arketic</span>
                <Bell here={here} bare />
            </header>
            <nav id="navigation" class="side" aria-label={t("shell.navigation")}>
                <Switcher />
                <ul>
                    {shown.map(entry => (
                        <li key={entry.path}>
                            <Link href={within(entry.path)} aria-current={here === entry.path ? "page" : undefined}>
                                <Icon name={entry.icon} />
                                {t(entry.label)}
                            </Link>
                        </li>
                    ))}
                </ul>
                <div class="foot">
                    <Bell here={here} />
                    <Link href={within("account")} aria-current={here === "account" ? "page" : undefined}>
                        <Icon name="account" />
                        <span class="cut">{`${user.first_name} ${user.last_name}`.trim() || user.email}</span>
                    </Link>
                    <button type="button" class="plain small" disabled={leaving.busy} onClick={signOut}>
                        {t("shell.signOut")}
                    </button>
                </div>
            </nav>
            <main id="main" tabIndex={-1}>
                {!online && (
                    <p class="note offline" role="status">
                        {t("shell.offline")}
                    </p>
                )}
                {leaving.problem && <Failure problem={leaving.problem} retry={signOut} />}
                {Found ? (
                    <Found parts={found.parts ?? {}} />
                ) : (
                    <Empty icon="warning" page title={t("shell.noPage")}>
                        <Link href={within("ask")}>{t("page.ask")}</Link>
                    </Empty>
                )}
            </main>
            <Keys entries={keys.map(entry => ({ key: entry.key, label: t(entry.label), go: () => go(within(entry.path)) }))} />
        </div>
    );
}

function Bell({ here, bare }: { here: string | undefined; bare?: boolean }) {
    const within = useWithin();
    const { count } = useSignal(unread);
    return (
        <Link href={within("notifications")} class={bare ? "bell" : undefined} aria-current={here === "notifications" ? "page" : undefined}>
            <Icon name="bell" />
            <span class={bare ? "unseen" : "cut"}>{t("page.notifications")}</span>
            {count > 0 && <span class="badge busy count">{count < 100 ? number(count) : "99+"}</span>}
        </Link>
    );
}

function Switcher() {
    const { organization, organizations } = usePlace();
    const pick = (slug: string) => go(slug ? `/o/${encodeURIComponent(slug)}/ask` : `/o/${encodeURIComponent(organization.slug)}/new`);
    return (
        <div class="switcher">
            <label class="unseen" for="organization">
                {t("shell.organization")}
            </label>
            <select id="organization" value={organization.slug} onChange={event => pick(event.currentTarget.value)}>
                {organizations.map(one => (
                    <option key={one.id} value={one.slug}>
                        {one.name}
                    </option>
                ))}
                <option value="">{t("shell.newOrganization")}</option>
            </select>
        </div>
    );
}
