/** What admins of an organization look after. */
import { useWithin } from "../app/organizations";
import { Tabs } from "../parts/tabs";
import { named, t } from "../text/translate";
import { AuditLog } from "./audit-log";
import { Groups } from "./groups";
import { Keys } from "./keys";
import { Members } from "./members";
import { OrganizationSettings } from "./settings";
import { Usage } from "./usage";

const TABS = ["members", "groups", "usage", "settings", "keys", "audit"] as const;

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
            {tab === "settings" && <OrganizationSettings />}
            {tab === "keys" && <Keys />}
            {tab === "audit" && <AuditLog />}
        </div>
    );
}
