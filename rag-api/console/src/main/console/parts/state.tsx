/** Waiting, failed, empty: each list and page has all three. */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { outdated, type Problem } from "../api/problem";
import { named, t } from "../text/translate";
import { Icon, type IconName } from "./icon";

/** Shown only where it takes longer than a moment. */
export function Waiting() {
    const [late, setLate] = useState(false);
    useEffect(() => {
        const timer = setTimeout(() => setLate(true), 250);
        return () => clearTimeout(timer);
    }, []);
    return (
        <div class="waiting" role="status">
            {late && (
                <>
                    <span class="spinner" aria-hidden="true" />
                    <span>{t("state.loading")}</span>
                </>
            )}
        </div>
    );
}

export function Failure({ problem, retry, whole }: { problem: Problem; retry?: () => void; whole?: boolean }) {
    const known = named("problem", problem.reason);
    const said = (
        <div class="failure" role="alert">
            <Icon name="warning" />
            <div>
                <strong>{known === problem.reason ? t("problem.other") : known}</strong>
                {problem.detail && problem.reason !== "offline" && <p>{problem.detail}</p>}
                {problem.fields.map(field => (
                    <p key={field.field}>
                        <code>{field.field}</code> {field.message}
                    </p>
                ))}
                {problem.requestId && (
                    <p class="quiet small">
                        {t("problem.request")} <code class="copyable">{problem.requestId}</code>
                    </p>
                )}
                {retry && (
                    <button type="button" class="plain" onClick={retry}>
                        {outdated(problem) ? t("action.reload") : t("action.retry")}
                    </button>
                )}
            </div>
        </div>
    );
    return whole ? <main class="alone">{said}</main> : said;
}

/** @param page whether it stands for the whole page, and its title is the page's */
export function Empty({ icon, title, page, children }: { icon: IconName; title: string; page?: boolean; children?: ComponentChildren }) {
    return (
        <div class="empty">
            <Icon name={icon} />
            {page ? <h1>{title}</h1> : <h2>{title}</h2>}
            {children}
        </div>
    );
}
