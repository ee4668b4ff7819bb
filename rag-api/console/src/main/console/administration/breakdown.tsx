/** Use and cost by person, group, model, knowledge base or day; exported as CSV. */
import { useState } from "preact/hooks";
import { address, call, send } from "../api/client";
import { useAction, useLoad } from "../api/load";
import { usePlace } from "../app/organizations";
import { saveAs } from "../parts/file";
import { Choice, Field } from "../parts/form";
import { Icon } from "../parts/icon";
import { Failure, Waiting } from "../parts/state";
import { named, number, t } from "../text/translate";

const WAYS = ["person", "group", "model", "knowledge_base", "day"] as const;

export function Breakdown() {
    const { organization } = usePlace();
    const path = { organization: organization.id };
    const [by, setBy] = useState<(typeof WAYS)[number]>("person");
    const [from, setFrom] = useState("");
    const [to, setTo] = useState("");
    const action = useAction();
    const query = { by, ...(from ? { from } : {}), ...(to ? { to } : {}) };
    const { data, problem, reload } = useLoad(() => call("get", "/organizations/{organization}/usage", { path, query }), [organization.id, by, from, to]);
    const save = () =>
        void action.run(async () => {
            const url = address("/organizations/{organization}/usage/export", path, query);
            saveAs(await (await send(url, { headers: { Accept: "text/csv" } })).blob(), `usage-by-${by}-${organization.slug}.csv`);
        });
    const shares = data?.breakdown ?? [];
    return (
        <section class="panel">
            <h2>{t("usage.breakdown")}</h2>
            <div class="pair end">
                <Choice label={t("usage.groupedBy")} value={by} change={value => setBy(WAYS.find(one => one === value) ?? "person")} options={WAYS.map(one => [one, named("usage.by", one)] as const)} />
                <Field label={t("usage.from")} type="date" value={from} change={setFrom} />
                <Field label={t("usage.to")} type="date" value={to} change={setTo} />
                <button type="button" disabled={action.busy} onClick={save}>
                    <Icon name="download" />
                    {t("usage.export")}
                </button>
            </div>
            {action.problem && <Failure problem={action.problem} />}
            {problem && <Failure problem={problem} retry={reload} />}
            {!data && !problem && <Waiting />}
            {data && shares.length === 0 && <p class="quiet">{t("usage.nothing")}</p>}
            {shares.length > 0 && (
                <div class="wide" tabIndex={0} role="region" aria-label={t("usage.breakdown")}>
                    <table>
                        <thead>
                            <tr>
                                <th>{named("usage.by", by)}</th>
                                <th class="number">{t("usage.requests")}</th>
                                <th class="number">{t("usage.input")}</th>
                                <th class="number">{t("usage.output")}</th>
                                <th class="number">{t("usage.cost")}</th>
                            </tr>
                        </thead>
                        <tbody>
                            {shares.map(share => (
                                <tr key={share.key ?? ""}>
                                    <td>
                                        <bdi>{share.key === null ? t("usage.noAccount") : (share.name ?? t("usage.gone"))}</bdi>
                                    </td>
                                    <td class="number">{number(share.requests)}</td>
                                    <td class="number">{number(share.input_tokens)}</td>
                                    <td class="number">{number(share.output_tokens)}</td>
                                    <td class="number">{number(share.cost, 4)}</td>
                                </tr>
                            ))}
                        </tbody>
                    </table>
                </div>
            )}
        </section>
    );
}
