/** What admins of an organization look after. */
import { useWithin } from "../app/organizations";
import { Empty } from "../parts/state";
import { Tabs } from "../parts/tabs";
import { named, t } from "../text/translate";
import { AuditLog } from "./audit-log";
import { Groups } from "./groups";
import { Keys } from "./keys";
import { PublicLinks } from "./links";
import { Members } from "./members";
import { ModelKeys } from "./model-keys";
import { OrganizationEnd, OrganizationNames } from "./organization";
import { OrganizationSettings } from "./settings";
import { Usage } from "./usage";

const TABS = ["members", "groups", "usage", "settings", "keys", "links", "audit"] as const;

export function AdministrationPage({ parts }: { parts: Record<string, string> }) {
    const within = useWithin();
    const tab = parts.tab ?? "members";
    return (
        <div class="page">
            <header class="head">
                <h1>{t("page.administration")}</h1>
            </header>
            <Tabs label={t("page.administration")} open={tab} items={TABS.map(one => [one, named("admin", one), within(`administration/${one}`)] as const)} />
            {tab === "members" && <Members />}
            {tab === "groups" && <Groups />}
            {tab === "usage" && <Usage />}
            {tab === "settings" && (
                <>
                    <OrganizationNames />
                    <OrganizationSettings />
                    <OrganizationEnd />
                </>
            )}
            {tab === "keys" && (
                <>
                    <Keys />
                    <ModelKeys />
                </>
            )}
            {tab === "links" && <PublicLinks />}
            {tab === "audit" && <AuditLog />}
            {!TABS.some(one => one === tab) && <Empty icon="warning" title={t("shell.noPage")} />}
        </div>
    );
}
