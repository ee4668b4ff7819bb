/** Caps on requests, tokens and cost: admins see them, owners set them. */
import { useState } from "preact/hooks";
import { call, pages, type Schemas, tagOf } from "../api/client";
import { useAction, useLoad } from "../api/load";
import { useMay, usePlace } from "../app/organizations";
import { Choice, Field, Form, Submit } from "../parts/form";
import { memberLabel } from "../parts/person";
import { Failure, Waiting } from "../parts/state";
import { named, number, t } from "../text/translate";

type Wish = Schemas["UsageCapWish"];
const UNITS = ["requests", "tokens", "cost"] as const;
const PERIODS = ["day", "month"] as const;

export function Caps() {
    const { organization } = usePlace();
    const owner = useMay("owner");
    const path = { organization: organization.id };
    const [subject, setSubject] = useState("organization");
    const [unit, setUnit] = useState("requests");
    const [period, setPeriod] = useState("day");
    const [amount, setAmount] = useState("");
    const action = useAction();
    const caps = useLoad(() => call("get", "/organizations/{organization}/usage/caps", { path }), [organization.id]);
    const names = useLoad(async () => {
        const [groups, members] = await Promise.all([
            pages(cursor => call("get", "/organizations/{organization}/groups", { path, query: { limit: 200, ...(cursor ? { cursor } : {}) } })),
            pages(cursor => call("get", "/organizations/{organization}/members", { path, query: { limit: 200, ...(cursor ? { cursor } : {}) } })),
        ]);
        return [...groups.map(one => [`group ${one.id}`, one.name] as const), ...members.map(one => [`member ${one.user_id}`, memberLabel(one)] as const)];
    }, [organization.id]);
    const subjects = [...["organization", "member"].map(one => [one, named("caps.subject", one)] as const), ...(names.data ?? [])];
    const placeOf = (cap: Wish) => [cap.subject, cap.group_id ?? cap.user_id].filter(Boolean).join(" ");
    const same = (one: Wish, other: Wish) => placeOf(one) === placeOf(other) && one.unit === other.unit && one.period === other.period;
    const wish = (cap: Wish): Wish => ({ subject: cap.subject, group_id: cap.group_id ?? null, user_id: cap.user_id ?? null, unit: cap.unit, period: cap.period, amount: cap.amount });
    const save = (change: (before: Wish[]) => Wish[]) =>
        void action.run(async () => {
            const before = caps.data!.items.map(wish);
            caps.set(await call("put", "/organizations/{organization}/usage/caps", { path, body: { caps: change(before) }, ifMatch: tagOf(caps.data!) }));
            setAmount("");
        });
    const add = () => {
        const [kind = "", id = null] = subject.split(" ");
        const cap = { subject: kind, group_id: kind === "group" ? id : null, user_id: kind === "member" ? id : null, unit, period, amount: Number(amount) };
        save(before => [...before.filter(one => !same(one, cap)), cap]);
    };
    return (
        <section class="panel">
            <h2>{t("caps.title")}</h2>
            <p class="quiet small">{t("caps.what")}</p>
            {caps.problem && <Failure problem={caps.problem} retry={caps.reload} />}
            {names.problem && <Failure problem={names.problem} retry={names.reload} />}
            {!caps.data && !caps.problem && <Waiting />}
            {caps.data?.items.length === 0 && <p class="quiet">{t("caps.none")}</p>}
            <ul class="rows">
                {caps.data?.items.map(cap => (
                    <li key={`${placeOf(cap)} ${cap.unit} ${cap.period}`}>
                        <span class="grow">
                            <bdi class="cut">{subjects.find(([one]) => one === placeOf(cap))?.[1] ?? placeOf(cap)}</bdi>
                            <span class="quiet small">
                                {named("caps.units", cap.unit)} · {named("caps.periods", cap.period)} · {t("caps.amount")} {number(cap.amount, 4)}
                                {cap.used === null ? "" : ` · ${t("caps.used")} ${number(cap.used, 4)}`}
                            </span>
                        </span>
                        {owner && (
                            <button type="button" disabled={action.busy} onClick={() => save(before => before.filter(one => !same(one, cap)))}>
                                {t("action.remove")}
                            </button>
                        )}
                    </li>
                ))}
            </ul>
            {owner && caps.data && (
                <Form problem={action.problem} submit={add} label={t("caps.set")} reload={() => (action.clear(), caps.reload())}>
                    <div class="pair end">
                        <Choice label={t("caps.for")} value={subject} change={setSubject} options={subjects} />
                        <Choice label={t("caps.unit")} value={unit} change={setUnit} options={UNITS.map(one => [one, named("caps.units", one)] as const)} />
                        <Choice label={t("caps.period")} value={period} change={setPeriod} options={PERIODS.map(one => [one, named("caps.periods", one)] as const)} />
                        <Field label={t("caps.amount")} type="number" min={0} {...(unit === "cost" ? { step: 0.01 } : {})} value={amount} change={setAmount} required />
                        <Submit busy={action.busy}>{t("caps.set")}</Submit>
                    </div>
                </Form>
            )}
        </section>
    );
}
