/** Where a message is written. Enter sends, Shift and Enter begins a line. Files are chosen, dropped or pasted. */
import { useId, useRef, useState } from "preact/hooks";
import { Icon } from "../parts/icon";
import { t } from "../text/translate";

/** Of a message, in characters. */
const LONGEST = 4000;

interface ComposerProps {
    send: (content: string) => void;
    busy: boolean;
    stop?: (() => void) | undefined;
    focus?: boolean;
    placeholder?: string;
    /** Is told that something is written. */
    writing?: () => void;
    /** Takes files; undefined where the reader may send none. */
    attach?: ((files: File[]) => void) | undefined;
}

export function Composer({ send, busy, stop, focus, placeholder = t("ask.placeholder"), writing, attach }: ComposerProps) {
    const [content, setContent] = useState("");
    const id = useId();
    const over = content.trim().length - LONGEST;
    const chosen = useRef<HTMLInputElement>(null);
    const submit = () => {
        const said = content.trim();
        if (said && !busy && over <= 0) {
            setContent("");
            send(said);
        }
    };
    const take = (files: FileList | undefined | null): boolean => {
        const all = [...(files ?? [])];
        if (attach && all.length) {
            attach(all);
            return true;
        }
        return false;
    };
    return (
        <form
            class="composer"
            onSubmit={event => {
                event.preventDefault();
                submit();
            }}
            onDragOver={event => attach && event.preventDefault()}
            onDrop={event => take(event.dataTransfer?.files) && event.preventDefault()}
        >
            {attach && (
                <>
                    <input
                        ref={chosen}
                        type="file"
                        multiple
                        hidden
                        aria-label={t("ask.files")}
                        onChange={event => {
                            take(event.currentTarget.files);
                            event.currentTarget.value = "";
                        }}
                    />
                    <button type="button" class="bare" aria-label={t("ask.attach")} title={t("ask.attach")} onClick={() => chosen.current?.click()}>
                        <Icon name="clip" />
                    </button>
                </>
            )}
            <textarea
                rows={Math.min(8, content.split("\n").length)}
                value={content}
                aria-invalid={over > 0}
                aria-describedby={over > 0 ? `${id}-over` : undefined}
                placeholder={placeholder}
                aria-label={placeholder}
                autoFocus={focus ?? false}
                onInput={event => {
                    setContent(event.currentTarget.value);
                    writing?.();
                }}
                onPaste={event => take(event.clipboardData?.files) && event.preventDefault()}
                onKeyDown={event => {
                    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
                        event.preventDefault();
                        submit();
                    }
                }}
            />
            {over > 0 && (
                <span class="small wrong" role="status" id={`${id}-over`}>
                    {t("ask.tooLong", { count: over })}
                </span>
            )}
            {busy && stop ? (
                <button type="button" class="primary" onClick={stop} aria-label={t("ask.stop")} title={t("ask.stop")}>
                    <Icon name="stop" />
                </button>
            ) : (
                <button type="submit" class="primary" disabled={busy || !content.trim() || over > 0} aria-label={t("ask.send")} title={t("ask.send")}>
                    <Icon name="send" />
                </button>
            )}
        </form>
    );
}
