/** A part of a page that is loaded when it is opened. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

export function Fold({ title, open, children }: { title: string; open?: boolean; children: () => ComponentChildren }) {
    const [opened, setOpened] = useState(open ?? false);
    return (
        <details class="fold" open={opened} onToggle={event => setOpened(event.currentTarget.open)}>
            <summary>{title}</summary>
            {opened && children()}
        </details>
    );
}
