/** Every dropped file, as one bar in which each is somewhere; and those that want attention, by reason. */
import { call, type Schemas } from "../api/client";
import { useAction } from "../api/load";
import { query } from "../app/router";
import { Failure } from "../parts/state";
import { advised, named, number, t } from "../text/translate";

type Snapshot = Schemas["IngestionProgressSnapshot"];

/** In the order of a file's way. */
const STATES = ["announced", "received", "extracting", "embedding", "indexed", "unchanged", "superseded", "deleted", "dead"] as const;

export function Ledger({ base, progress, retries }: { base: string; progress: Snapshot; retries: boolean }) {
    const parts = STATES.map(state => ({ state, count: progress.by_state[state] ?? 0 })).filter(part => part.count > 0);
    if (progress.dropped === 0) {
        return null;
    }
    const summary = parts.map(part => `${named("state", part.state)} ${number(part.count)}`).join(", ");
    return (
        <section class="panel ledger" aria-label={t("ledger.title")}>
            <header class="head">
                <h2>{t("ledger.title")}</h2>
                <p class="quiet" role="status">
                    {progress.in_flight > 0 ? t("ledger.running", { count: progress.in_flight, rate: progress.ended_last_minute }) : t("ledger.ended", { count: progress.dropped })}
                </p>
            </header>
            <div class="bar-of" role="img" aria-label={summary}>
                {parts.map(part => (
                    <span key={part.state} class={`part ${part.state}`} ref={element => void element?.style.setProperty("flex-grow", String(part.count))} />
                ))}
            </div>
            <ul class="legend small">
                {parts.map(part => (
                    <li key={part.state}>
                        <span class={`dot ${part.state}`} aria-hidden="true" />
                        {named("state", part.state)} <strong>{number(part.count)}</strong>
                    </li>
                ))}
            </ul>
            <Reasons title={t("ledger.dead")} base={base} items={progress.failures} retry={retries} />
            <Reasons title={t("ledger.parked")} base={base} items={progress.parked} />
            <Reasons title={t("ledger.kept")} base={base} items={progress.kept_as_read} />
            {progress.warnings.length > 0 && (
                <>
                    <h3>{t("ledger.warnings")}</h3>
                    <ul class="rows">
                        {progress.warnings.map(one => (
                            <li key={one.kind}>
                                <span class="badge busy">{number(one.documents)}</span>
                                <span class="grow">
                                    <strong>{named("warning", one.kind)}</strong>
                                    <span class="quiet small">{advised(one.kind, one.advice, "warningAdvice")}</span>
                                </span>
                                <button type="button" onClick={() => query("warning", one.kind)}>
                                    {t("ledger.show")}
                                </button>
                            </li>
                        ))}
                    </ul>
                </>
            )}
        </section>
    );
}

function Reasons({ title, base, items, retry }: { title: string; base: string; items: Snapshot["failures"]; retry?: boolean }) {
    const action = useAction();
    if (items.length === 0) {
        return null;
    }
    return (
        <>
            <h3>{title}</h3>
            {action.problem && <Failure problem={action.problem} />}
            <ul class="rows">
                {items.map(one => (
                    <li key={one.reason}>
                        <span class={retry ? "badge bad" : "badge busy"}>{number(one.count)}</span>
                        <span class="grow">
                            <strong>{named("reason", one.reason)}</strong>
                            <span class="quiet small">{advised(one.reason, one.advice)}</span>
                        </span>
                        {retry && (
                            <button
                                type="button"
                                disabled={action.busy}
                                onClick={() => void action.run(() => call("post", "/knowledge-bases/{knowledgeBase}/ingestion/retry", { path: { knowledgeBase: base }, body: { reason: one.reason } }))}
                            >
                                {t("action.retry")}
                            </button>
                        )}
                    </li>
                ))}
            </ul>
        </>
    );
}
