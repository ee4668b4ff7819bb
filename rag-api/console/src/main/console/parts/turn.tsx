/** Leads to the next part of a list, and back to the first. */
import { t } from "../text/translate";

export function Turn({ cursor, next, turn }: { cursor: string | undefined; next: string | null | undefined; turn: (cursor: string | undefined) => void }) {
    if (!cursor && !next) {
        return null;
    }
    return (
        <p class="actions">
            {cursor && (
                <button type="button" onClick={() => turn(undefined)}>
                    {t("list.first")}
                </button>
            )}
            {next && (
                <button type="button" onClick={() => turn(next)}>
                    {t("list.next")}
                </button>
            )}
        </p>
    );
}
