/** Keys that lead from page to page: g and a letter, / for the page's search, ? for this list. */
import { useEffect, useState } from "preact/hooks";
import { Dialog } from "../parts/dialog";
import { t } from "../text/translate";

interface Entry {
    key: string;
    label: string;
    go: () => void;
}

export function Keys({ entries }: { entries: Entry[] }) {
    const [shown, setShown] = useState(false);
    useEffect(() => {
        let led = false;
        const pressed = (event: KeyboardEvent) => {
            if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) {
                return;
            }
            const entry = led ? entries.find(one => one.key === event.key) : undefined;
            led = event.key === "g";
            if (entry) {
                event.preventDefault();
                entry.go();
            } else if (event.key === "?") {
                setShown(true);
            } else if (event.key === "/") {
                const field = document.querySelector<HTMLElement>("main [data-search], main textarea, main input[type=search]");
                if (field) {
                    event.preventDefault();
                    field.focus();
                }
            }
        };
        addEventListener("keydown", pressed);
        return () => removeEventListener("keydown", pressed);
    });
    if (!shown) {
        return null;
    }
    return (
        <Dialog title={t("keys.title")} close={() => setShown(false)}>
            <dl class="keys">
                {entries.map(entry => (
                    <div key={entry.key}>
                        <dt>
                            <kbd>g</kbd> <kbd>{entry.key}</kbd>
                        </dt>
                        <dd>{entry.label}</dd>
                    </div>
                ))}
                <div>
                    <dt>
                        <kbd>/</kbd>
                    </dt>
                    <dd>{t("keys.search")}</dd>
                </div>
                <div>
                    <dt>
                        <kbd>Esc</kbd>
                    </dt>
                    <dd>{t("action.close")}</dd>
                </div>
            </dl>
        </Dialog>
    );
}

function typing(target: EventTarget | null): boolean {
    return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.closest("dialog") !== null);
}
