/** What was changed and not saved, by workflow, while the page stays loaded. It ends with the session. */
import { onEnd } from "../api/session";
import type { Definition } from "./definition";

interface Draft {
    definition: Definition;
    /** The tag of the workflow that the draft began with. */
    basis: string;
}

const drafts = new Map<string, Draft>();
onEnd(() => drafts.clear());
addEventListener("beforeunload", event => {
    if (drafts.size) {
        event.preventDefault();
    }
});

export function draft(workflow: string): Draft | undefined {
    return drafts.get(workflow);
}

export function keepDraft(workflow: string, kept: Draft | undefined): void {
    if (kept) {
        drafts.set(workflow, kept);
    } else {
        drafts.delete(workflow);
    }
}
