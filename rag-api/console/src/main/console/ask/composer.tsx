/** Where a question is written. Enter sends, Shift and Enter begins a line. */
import { useRef, useState } from "preact/hooks";
import { Icon } from "../parts/icon";
import { t } from "../text/translate";

export function Composer({ send, busy, stop, focus }: { send: (content: string) => void; busy: boolean; stop?: (() => void) | undefined; focus?: boolean }) {
    const [content, setContent] = useState("");
    const field = useRef<HTMLTextAreaElement>(null);
    const submit = () => {
        const said = content.trim();
        if (said && !busy) {
            setContent("");
            send(said);
        }
    };
    return (
        <form
            class="composer"
            onSubmit={event => {
                event.preventDefault();
                submit();
            }}
        >
            <textarea
                ref={field}
                rows={Math.min(8, content.split("\n").length)}
                value={content}
                maxLength={20_000}
                placeholder={t("ask.placeholder")}
                aria-label={t("ask.placeholder")}
                autoFocus={focus ?? false}
                onInput={event => setContent(event.currentTarget.value)}
                onKeyDown={event => {
                    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
                        event.preventDefault();
                        submit();
                    }
                }}
            />
            {busy && stop ? (
                <button type="button" class="primary" onClick={stop} aria-label={t("ask.stop")} title={t("ask.stop")}>
                    <Icon name="stop" />
                </button>
            ) : (
                <button type="submit" class="primary" disabled={busy || !content.trim()} aria-label={t("ask.send")} title={t("ask.send")}>
                    <Icon name="send" />
                </button>
            )}
        </form>
    );
}
