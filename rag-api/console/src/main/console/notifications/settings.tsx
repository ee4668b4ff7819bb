/** How the reader is told of notifications: by mail, on the desktop, and when not. */
import { useState } from "preact/hooks";
import { call, tagOf } from "../api/client";
import { useAction, useLoad } from "../api/load";
import { Check, Choice, Field } from "../parts/form";
import { Failure } from "../parts/state";
import { named, t } from "../text/translate";
import { ask, listen, wishOf } from "./desktop";

const MAILS = ["off", "now", "hourly", "daily"];

export function NotificationSettings() {
    const read = useLoad(async () => {
        const [preferences, profile] = await Promise.all([call("get", "/users/me/preferences"), call("get", "/users/me/profile")]);
        return { preferences, timezone: profile.timezone };
    }, []);
    const action = useAction();
    const [denied, setDenied] = useState(false);
    if (!read.data) {
        return read.problem ? <Failure problem={read.problem} retry={read.reload} /> : null;
    }
    const { preferences, timezone } = read.data;
    const wish = wishOf(preferences);
    const change = (notifications: Record<string, unknown>) =>
        action.run(async () => {
            const changed = await call("patch", "/users/me/preferences", { body: { custom_settings: { notifications } }, ifMatch: tagOf(preferences) });
            listen(changed, timezone);
            read.set({ preferences: changed, timezone });
        });
    const desktop = async (on: boolean) => {
        const may = !on || (await ask());
        setDenied(!may);
        if (may) {
            await change({ push: on ? "on" : "off" });
        }
    };
    const quiet = (from: string, until: string) => void change({ quiet: from || until ? { from: from || "00:00", until: until || "00:00" } : null });
    return (
        <section class="panel">
            <h2>{t("notifications.settings")}</h2>
            {action.problem && <Failure problem={action.problem} retry={() => (action.clear(), read.reload())} />}
            <Choice label={t("notifications.mail")} value={wish.mail ?? "off"} change={mail => void change({ mail })} options={MAILS.map(one => [one, named("mail", one)] as const)} />
            <Check label={t("notifications.desktop")} {...(denied ? { hint: t("notifications.desktopDenied") } : {})} checked={wish.push === "on"} change={on => void desktop(on)} />
            <div class="pair">
                <Field type="time" label={t("notifications.quietFrom")} value={wish.quiet?.from ?? ""} change={from => quiet(from, wish.quiet?.until ?? "")} />
                <Field type="time" label={t("notifications.quietUntil")} value={wish.quiet?.until ?? ""} change={until => quiet(wish.quiet?.from ?? "", until)} />
            </div>
            <p class="hint">{t("notifications.quietHint")}</p>
        </section>
    );
}
