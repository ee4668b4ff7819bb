/** What was changed and not saved, by workflow, while the page stays loaded. It ends with the session. */
import { onEnd } from "../api/session";
import type { Definition } from "./definition";

const drafts = new Map<string, Definition>();
onEnd(() => drafts.clear());
addEventListener("beforeunload", event => {
    if (drafts.size) {
        event.preventDefault();
    }
});

export function draft(workflow: string): Definition | undefined {
    return drafts.get(workflow);
}

export function keepDraft(workflow: string, definition: Definition | undefined): void {
    if (definition) {
        drafts.set(workflow, definition);
    } else {
        drafts.delete(workflow);
    }
}
