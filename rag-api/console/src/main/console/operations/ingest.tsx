/** The ingest of all tenants: its lag and rate, where files are, why some failed, and which organizations wait; read again while the page is seen. */
import { call, type Schemas } from "../api/client";
import { useLoad } from "../api/load";
import { useEvery } from "../parts/every";
import { Empty, Failure, Waiting } from "../parts/state";
import { duration, named, number, t } from "../text/translate";

const AGAIN = 10_000;

export function Ingest() {
    const ingest = useLoad(() => call("get", "/operations/ingest"), []);
    useEvery(AGAIN, ingest.reload);
    const now = ingest.data;
    return (
        <>
            {ingest.problem && <Failure problem={ingest.problem} retry={ingest.reload} />}
            {!now && !ingest.problem && <Waiting />}
            {now && (
                <>
                    <section class="panel">
                        <h2>{t("operations.ingest")}</h2>
                        <dl class="table">
                            <div>
                                <dt>{t("ingest.inFlight")}</dt>
                                <dd>{number(now.in_flight)}</dd>
                            </div>
                            <div>
                                <dt>{t("ingest.lag")}</dt>
                                <dd>{duration(now.oldest_seconds)}</dd>
                            </div>
                            <div>
                                <dt>{t("ingest.rate")}</dt>
                                <dd>{now.ended_per_minute === null ? "—" : t("ingest.perMinute", { rate: number(now.ended_per_minute, 1) })}</dd>
                            </div>
                        </dl>
                        <ul class="legend small">
                            {now.states.map(one => (
                                <li key={one.name}>
                                    <span class={`dot ${one.name}`} aria-hidden="true" />
                                    {named("state", one.name)} <strong>{number(one.versions)}</strong>
                                </li>
                            ))}
                        </ul>
                    </section>
                    <Reasons title={t("ledger.dead")} items={now.failures} bad />
                    <Reasons title={t("ledger.parked")} items={now.parked} />
                    <Waiters items={now.organizations} />
                </>
            )}
        </>
    );
}

function Reasons({ title, items, bad }: { title: string; items: Schemas["IngestOverviewIngestCount"][]; bad?: boolean }) {
    if (items.length === 0) {
        return null;
    }
    return (
        <section class="panel">
            <h2>{title}</h2>
            <ul class="rows">
                {items.map(one => (
                    <li key={one.name}>
                        <span class={bad ? "badge bad" : "badge busy"}>{number(one.versions)}</span>
                        <span class="grow">{named("reason", one.name)}</span>
                    </li>
                ))}
            </ul>
        </section>
    );
}

function Waiters({ items }: { items: Schemas["IngestOverviewIngestBacklog"][] }) {
    return (
        <section class="panel">
            <h2>{t("ingest.organizations")}</h2>
            {items.length === 0 && <Empty icon="check" title={t("ingest.none")} />}
            {items.length > 0 && (
                <div class="wide" tabIndex={0} role="region" aria-label={t("ingest.organizations")}>
                    <table>
                        <thead>
                            <tr>
                                <th>{t("field.id")}</th>
                                <th class="number">{t("operations.inQueue")}</th>
                                <th class="number">{t("ingest.working")}</th>
                                <th class="number">{t("ingest.lag")}</th>
                            </tr>
                        </thead>
                        <tbody>
                            {items.map(one => (
                                <tr key={one.organization_id}>
                                    <td>
                                        <code>{one.organization_id}</code>
                                    </td>
                                    <td class="number">{number(one.waiting)}</td>
                                    <td class="number">{number(one.working)}</td>
                                    <td class="number">{duration(one.oldest_seconds)}</td>
                                </tr>
                            ))}
                        </tbody>
                    </table>
                </div>
            )}
        </section>
    );
}
