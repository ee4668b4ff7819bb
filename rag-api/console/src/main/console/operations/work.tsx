/** The work in the background of all processes: what repeats, and what waits in queues; read again while the page is seen. */
import { call, type Schemas } from "../api/client";
import { useLoad } from "../api/load";
import { useEvery } from "../parts/every";
import { Failure, Waiting } from "../parts/state";
import { ago, named, number, t } from "../text/translate";

const AGAIN = 10_000;

export function Work() {
    const work = useLoad(() => call("get", "/operations/work"), []);
    useEvery(AGAIN, work.reload);
    return (
        <>
            {work.problem && <Failure problem={work.problem} retry={work.reload} />}
            {!work.data && !work.problem && <Waiting />}
            {work.data && (
                <>
                    <Tasks tasks={work.data.tasks} />
                    <Queues queues={work.data.queues} />
                    <p class="quiet small">{t("operations.elsewhere")}</p>
                </>
            )}
        </>
    );
}

function Tasks({ tasks }: { tasks: Schemas["WorkTask"][] }) {
    const failing = tasks.filter(one => one.failures > 0).length;
    return (
        <section class="panel">
            <header class="head">
                <h2>{t("operations.tasks")}</h2>
                <span class={failing ? "badge bad" : "badge good"} role="status">
                    {failing ? t("operations.failing", { count: failing }) : t("operations.fine")}
                </span>
            </header>
            <div class="wide" tabIndex={0} role="region" aria-label={t("operations.tasks")}>
                <table>
                    <thead>
                        <tr>
                            <th>{t("field.name")}</th>
                            <th>{t("field.status")}</th>
                            <th>{t("operations.lastSuccess")}</th>
                            <th>{t("operations.next")}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {tasks.map(one => (
                            <tr key={one.name}>
                                <td>{named("task", one.name)}</td>
                                <td>
                                    {one.failures > 0 ? (
                                        <span class="badge bad">{t("operations.failures", { count: one.failures })}</span>
                                    ) : one.running_in ? (
                                        <span class="badge busy">{t("operations.runningIn", { process: one.running_in })}</span>
                                    ) : (
                                        <span class="badge good">{t("operations.waiting")}</span>
                                    )}
                                </td>
                                <td>{one.last_success_at ? ago(one.last_success_at) : "—"}</td>
                                <td>{one.running_in ? "—" : ago(one.due_at)}</td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
        </section>
    );
}

function Queues({ queues }: { queues: Schemas["WorkQueue"][] }) {
    return (
        <section class="panel">
            <h2>{t("operations.queues")}</h2>
            <div class="wide" tabIndex={0} role="region" aria-label={t("operations.queues")}>
                <table>
                    <thead>
                        <tr>
                            <th>{t("field.name")}</th>
                            <th class="number">{t("operations.inQueue")}</th>
                            <th class="number">{t("operations.tryAgain")}</th>
                            <th>{t("operations.first")}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {queues.map(one => (
                            <tr key={one.name}>
                                <td>{named("queue", one.name)}</td>
                                <td class="number">{number(one.waiting)}</td>
                                <td class="number">{one.failing > 0 ? <span class="badge bad">{number(one.failing)}</span> : number(0)}</td>
                                <td>{one.earliest_at ? ago(one.earliest_at) : "—"}</td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
        </section>
    );
}
