/** The health of the process that answers, part by part; read again while the page is seen. */
import { call } from "../api/client";
import { useLoad } from "../api/load";
import { useEvery } from "../parts/every";
import { Failure, Waiting } from "../parts/state";
import { named, t } from "../text/translate";

const AGAIN = 10_000;

export function Health() {
    const health = useLoad(() => call("get", "/operations/health"), []);
    useEvery(AGAIN, health.reload);
    const up = health.data?.status === "UP";
    return (
        <section class="panel">
            <header class="head">
                <h2>{t("operations.health")}</h2>
                {health.data && (
                    <span class={up ? "badge good" : "badge bad"} role="status">
                        {named("health", health.data.status)}
                    </span>
                )}
            </header>
            {health.problem && <Failure problem={health.problem} retry={health.reload} />}
            {!health.data && !health.problem && <Waiting />}
            <ul class="legend">
                {health.data?.components.map(one => (
                    <li key={one.name}>
                        <span class={`dot ${one.status === "UP" ? "indexed" : "dead"}`} aria-hidden="true" />
                        {named("component", one.name)} <span class="quiet small">{named("health", one.status)}</span>
                    </li>
                ))}
            </ul>
        </section>
    );
}
