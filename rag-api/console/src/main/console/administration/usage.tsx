/** What the organization uses of what it may, and month by month. */
import { call, type Schemas } from "../api/client";
import { useLoad } from "../api/load";
import { useMay, usePlace } from "../app/organizations";
import { Bars } from "../parts/bars";
import { Failure, Waiting } from "../parts/state";
import { bytes, day, number, shortMonth, t, wholeMonth } from "../text/translate";
import { Breakdown } from "./breakdown";
import { Caps } from "./caps";

export function Usage() {
    const { organization } = usePlace();
    const admin = useMay("admin");
    const { data, problem, reload } = useLoad(() => call("get", "/organizations/{organization}/usage", { path: { organization: organization.id } }), [organization.id]);
    if (problem) {
        return <Failure problem={problem} retry={reload} />;
    }
    if (!data) {
        return <Waiting />;
    }
    const months = [...data.months].sort((a, b) => a.period_start.localeCompare(b.period_start)).slice(-12);
    const year = lastYear(data.months);
    const gauges: Array<[string, number, number, string]> = [
        [t("usage.members"), data.members.used, data.members.limit, `${number(data.members.used)} / ${number(data.members.limit)}`],
        [t("usage.storage"), data.storage_bytes.used, data.storage_bytes.limit, `${bytes(data.storage_bytes.used)} / ${bytes(data.storage_bytes.limit)}`],
        [t("usage.requests"), data.ai_requests.used, data.ai_requests.limit, `${number(data.ai_requests.used)} / ${number(data.ai_requests.limit)}`],
        [t("usage.cost"), data.ai_requests.cost, data.ai_requests.budget, `${number(data.ai_requests.cost, 2)} / ${number(data.ai_requests.budget, 2)}`],
    ];
    return (
        <>
            <section class="cards gauges">
                {gauges.map(([label, used, limit, said]) => (
                    <div key={label} class="panel">
                        <h2>{label}</h2>
                        <p>{said}</p>
                        <meter min={0} max={limit || 1} high={limit * 0.9} value={used} aria-label={label} />
                    </div>
                ))}
            </section>
            <p class="quiet small">{t("usage.resets", { when: day(data.ai_requests.resets_at) })}</p>
            <section class="panel">
                <h2>{t("usage.months")}</h2>
                <div class="pair plots">
                    <Bars label={t("usage.requests")} bars={year.map(month => ({ name: shortMonth(month.period_start), value: month.ai_requests, said: number(month.ai_requests) }))} />
                    <Bars label={t("usage.tokens")} bars={year.map(month => ({ name: shortMonth(month.period_start), value: month.ai_tokens, said: number(month.ai_tokens) }))} />
                    <Bars label={t("usage.cost")} bars={year.map(month => ({ name: shortMonth(month.period_start), value: month.ai_cost, said: number(month.ai_cost, 2) }))} />
                </div>
                {months.length === 0 && <p class="quiet">{t("usage.none")}</p>}
                {months.length > 0 && (
                    <div class="wide" tabIndex={0} role="region" aria-label={t("usage.months")}>
                        <table>
                            <thead>
                                <tr>
                                    <th>{t("usage.month")}</th>
                                    <th class="number">{t("usage.requests")}</th>
                                    <th class="number">{t("usage.tokens")}</th>
                                    <th class="number">{t("usage.cost")}</th>
                                </tr>
                            </thead>
                            <tbody>
                                {months.map(month => (
                                    <tr key={month.period_start}>
                                        <td>{wholeMonth(month.period_start)}</td>
                                        <td class="number">{number(month.ai_requests)}</td>
                                        <td class="number">{number(month.ai_tokens)}</td>
                                        <td class="number">{number(month.ai_cost, 2)}</td>
                                    </tr>
                                ))}
                            </tbody>
                        </table>
                    </div>
                )}
            </section>
            {admin && <Breakdown />}
            {admin && <Caps />}
        </>
    );
}

/** The last twelve months, also those without use. */
function lastYear(months: Schemas["UsageMonth"][]): Schemas["UsageMonth"][] {
    const now = new Date();
    return Array.from({ length: 12 }, (_, back) => {
        const start = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 11 + back, 1)).toISOString().slice(0, 10);
        return months.find(month => month.period_start === start) ?? { period_start: start, ai_requests: 0, ai_tokens: 0, ai_cost: 0 };
    });
}
