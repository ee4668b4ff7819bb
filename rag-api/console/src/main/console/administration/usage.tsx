/** What the organization uses of what it may, and month by month. */
import { call } from "../api/client";
import { useLoad } from "../api/load";
import { usePlace } from "../app/organizations";
import { Failure, Waiting } from "../parts/state";
import { bytes, day, number, t } from "../text/translate";

export function Usage() {
    const { organization } = usePlace();
    const { data, problem, reload } = useLoad(() => call("get", "/organizations/{organization}/usage", { path: { organization: organization.id } }), [organization.id]);
    if (problem) {
        return <Failure problem={problem} retry={reload} />;
    }
    if (!data) {
        return <Waiting />;
    }
    const months = [...data.months].sort((a, b) => a.period_start.localeCompare(b.period_start)).slice(-12);
    const most = Math.max(1, ...months.map(month => month.ai_requests));
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
                <div class="wide">
                    <table>
                        <thead>
                            <tr>
                                <th>{t("usage.month")}</th>
                                <th>{t("usage.requests")}</th>
                                <th class="number">{t("usage.tokens")}</th>
                                <th class="number">{t("usage.cost")}</th>
                            </tr>
                        </thead>
                        <tbody>
                            {months.map(month => (
                                <tr key={month.period_start}>
                                    <td>{day(month.period_start)}</td>
                                    <td>
                                        <meter min={0} max={most} value={month.ai_requests} aria-label={t("usage.requests")} /> {number(month.ai_requests)}
                                    </td>
                                    <td class="number">{number(month.ai_tokens)}</td>
                                    <td class="number">{number(month.ai_cost, 2)}</td>
                                </tr>
                            ))}
                        </tbody>
                    </table>
                </div>
            </section>
        </>
    );
}
