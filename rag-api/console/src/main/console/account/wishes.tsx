/** Whether the reader is notified, and how long answers are. */
import { call, tagOf, type Schemas } from "../api/client";
import { useAction, useLoad } from "../api/load";
import { Check, Choice } from "../parts/form";
import { Failure, Waiting } from "../parts/state";
import { named, t } from "../text/translate";

const STYLES = ["concise", "balanced", "detailed"];
const SEEN = ["private", "organization", "public"];

export function Wishes() {
    const read = useLoad(() => call("get", "/users/me/preferences"), []);
    const action = useAction();
    const now = read.data;
    const change = (body: Schemas["PreferencesRequest"]) => now && void action.run(async () => read.set(await call("patch", "/users/me/preferences", { body, ifMatch: tagOf(now) })));
    return (
        <section class="panel">
            <h2>{t("account.wishes")}</h2>
            {read.problem && <Failure problem={read.problem} retry={read.reload} />}
            {action.problem && <Failure problem={action.problem} retry={() => (action.clear(), read.reload())} />}
            {!now && !read.problem && <Waiting />}
            {now && (
                <>
                    <div class="pair">
                        <Choice label={t("account.style")} value={now.ai_response_style} change={style => change({ ai_response_style: style })} options={STYLES.map(one => [one, named("style", one)] as const)} />
                        <Choice label={t("account.profileSeen")} value={now.profile_visibility} change={seen => change({ profile_visibility: seen })} options={SEEN.map(one => [one, named("profileSeen", one)] as const)} />
                    </div>
                    <Check label={t("account.notified")} hint={t("account.notifiedWhat")} checked={now.notifications_enabled} change={on => change({ notifications_enabled: on })} />
                </>
            )}
        </section>
    );
}
