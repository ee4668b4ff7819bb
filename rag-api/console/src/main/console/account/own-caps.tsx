/** The caps of members that hold for the signed-in user in this organization, and what is left of them. */
import { call } from "../api/client";
import { useLoad } from "../api/load";
import { usePlace } from "../app/organizations";
import { Failure, Waiting } from "../parts/state";
import { named, number, t, time } from "../text/translate";

export function OwnCaps() {
    const { organization } = usePlace();
    const caps = useLoad(() => call("get", "/organizations/{organization}/usage/caps/mine", { path: { organization: organization.id } }), [organization.id]);
    return (
        <section class="panel">
            <h2>{t("ownCaps.title")}</h2>
            {caps.problem && <Failure problem={caps.problem} retry={caps.reload} />}
            {!caps.data && !caps.problem && <Waiting />}
            {caps.data?.items.length === 0 && <p class="quiet">{t("ownCaps.none")}</p>}
            <ul class="rows">
                {caps.data?.items.map(cap => {
                    const label = `${named("caps.units", cap.unit)} · ${named("caps.periods", cap.period)}`;
                    return (
                        <li key={`${cap.unit} ${cap.period} ${cap.amount}`}>
                            <span class="grow">
                                {label}
                                <span class="quiet small">{t("ownCaps.until", { time: time(cap.ends_at) })}</span>
                            </span>
                            <meter min={0} max={cap.amount || 1} value={cap.amount ? Math.min(cap.used, cap.amount) : 1} aria-label={label} />
                            <span>{t("ownCaps.left", { left: number(Math.max(0, cap.amount - cap.used), 4), amount: number(cap.amount, 4) })}</span>
                        </li>
                    );
                })}
            </ul>
        </section>
    );
}
