/** What system admins look after: the work in the background, and the accounts of the deployment. */
import { useWithin } from "../app/organizations";
import { Empty } from "../parts/state";
import { Tabs } from "../parts/tabs";
import { t } from "../text/translate";
import { Accounts } from "./accounts";
import { Health } from "./health";
import { Ingest } from "./ingest";
import { Work } from "./work";

export function OperationsPage({ parts }: { parts: Record<string, string> }) {
    const within = useWithin();
    const tab = parts.tab ?? "work";
    return (
        <div class="page">
            <header class="head">
                <h1>{t("page.operations")}</h1>
            </header>
            <Tabs
                label={t("page.operations")}
                open={tab}
                items={[
                    ["work", t("operations.work"), within("operations")],
                    ["ingest", t("operations.ingest"), within("operations/ingest")],
                    ["accounts", t("operations.accounts"), within("operations/accounts")],
                ]}
            />
            {tab === "work" && (
                <>
                    <Health />
                    <Work />
                </>
            )}
            {tab === "ingest" && <Ingest />}
            {tab === "accounts" && <Accounts />}
            {tab !== "work" && tab !== "ingest" && tab !== "accounts" && <Empty icon="warning" title={t("shell.noPage")} />}
        </div>
    );
}
