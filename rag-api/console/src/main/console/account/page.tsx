/** The signed-in account: how the console looks, the second factor, and where else it is signed in. */
import { call, tagOf } from "../api/client";
import { again, useAction, useLoad } from "../api/load";
import { usePlace } from "../app/organizations";
import { useSignal } from "../app/signal";
import { showTheme, theme, THEMES } from "../app/theme";
import { browserName } from "../parts/browser-name";
import { Choice } from "../parts/form";
import { Failure, Waiting } from "../parts/state";
import { ago, choose, language, LANGUAGES, named, t, type Language } from "../text/translate";
import { Email } from "./email";
import { End } from "./end";
import { Names } from "./names";
import { OwnCaps } from "./own-caps";
import { Password } from "./password";
import { Picture } from "./picture";
import { SecondFactor } from "./second-factor";
import { Tokens } from "./tokens";
import { Wishes } from "./wishes";

export function AccountPage() {
    const { user } = usePlace();
    return (
        <div class="page narrow">
            <header class="head">
                <div>
                    <h1>{`${user.first_name} ${user.last_name}`.trim() || t("page.account")}</h1>
                    <p class="quiet">{user.email}</p>
                </div>
            </header>
            <Looks />
            <Names />
            <Picture />
            <Wishes />
            <OwnCaps />
            <SecondFactor />
            <Password />
            <Email />
            <Tokens />
            <Sessions />
            <End />
        </div>
    );
}

function Looks() {
    const chosen = useSignal(theme);
    const action = useAction();
    const change = (name: string) =>
        void action.run(async () => {
            const now = await call("get", "/users/me/preferences");
            showTheme((await call("patch", "/users/me/preferences", { body: { theme: name }, ifMatch: tagOf(now) })).theme);
        });
    return (
        <section class="panel">
            <h2>{t("account.looks")}</h2>
            {action.problem && <Failure problem={action.problem} />}
            <div class="pair">
                <Choice label={t("account.theme")} value={chosen} change={change} options={THEMES.map(name => [name, named("theme", name)] as const)} />
                <Choice label={t("account.language")} value={useSignal(language)} change={code => choose(code as Language)} options={LANGUAGES.map(one => [one.code, one.name] as const)} />
            </div>
        </section>
    );
}

function Sessions() {
    const { data, problem, reload } = useLoad(() => call("get", "/users/me/sessions"), []);
    const action = useAction();
    return (
        <section class="panel">
            <h2>{t("account.sessions")}</h2>
            {problem && <Failure problem={problem} retry={reload} />}
            {action.problem && <Failure problem={action.problem} {...again(action, reload)} />}
            {!data && !problem && <Waiting />}
            <ul class="rows">
                {data?.items.map(session => (
                    <li key={session.id}>
                        <span class="grow">
                            <span class="cut" title={session.user_agent ?? undefined}>
                                {session.user_agent ? browserName(session.user_agent) : "—"}
                            </span>
                            <span class="quiet small">{t("account.seen", { when: ago(session.last_seen_at) })}</span>
                        </span>
                        {session.current ? (
                            <span class="badge good">{t("account.current")}</span>
                        ) : (
                            <button type="button" disabled={action.busy} onClick={() => void action.run(async () => (await call("delete", "/users/me/sessions/{session}", { path: { session: session.id } }), reload()))}>
                                {t("account.end")}
                            </button>
                        )}
                    </li>
                ))}
            </ul>
        </section>
    );
}
