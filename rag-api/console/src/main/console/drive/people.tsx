/** The users and groups that a document is shown to: one list, which is sent whole. */
import { useState } from "preact/hooks";
import { call, pages, type Schemas } from "../api/client";
import { again, useAction, useLoad } from "../api/load";
import { Problem } from "../api/problem";
import { usePlace } from "../app/organizations";
import { Choice } from "../parts/form";
import { memberLabel } from "../parts/person";
import { Failure } from "../parts/state";
import { named, t } from "../text/translate";
import type { DriveDocument } from "./page";

type Share = Schemas["DocumentSharesShare"];
const RIGHTS = ["view", "edit", "share"];

export function People({ document }: { document: DriveDocument }) {
    const { organization } = usePlace();
    const path = { document: document.id };
    const within = { organization: organization.id };
    const [chosen, setChosen] = useState("");
    const action = useAction();
    const shares = useLoad(() => call("get", "/documents/{document}/shares", { path }), [document.id]);
    const known = useLoad(async () => {
        const [members, groups] = await Promise.all([
            pages(cursor => call("get", "/organizations/{organization}/members", { path: within, query: { limit: 200, ...(cursor ? { cursor } : {}) } })),
            pages(cursor => call("get", "/organizations/{organization}/groups", { path: within, query: { limit: 200, ...(cursor ? { cursor } : {}) } })),
        ]);
        return [
            ...groups.map(group => [`group:${group.id}`, group.name] as const),
            ...members.map(member => [`user:${member.user_id}`, memberLabel(member)] as const),
        ];
    }, [organization.id]);
    const key = (share: Share) => (share.group_id ? `group:${share.group_id}` : `user:${share.user_id}`);
    const items = shares.data?.items ?? [];
    // The list is sent whole and has no version of its own: what was read is compared with what is there.
    const send = (next: Share[]) =>
        void action.run(async () => {
            const now = await call("get", "/documents/{document}/shares", { path });
            if (JSON.stringify(now.items) !== JSON.stringify(items)) {
                throw new Problem(412, "stale-version", "", "");
            }
            shares.set(await call("put", "/documents/{document}/shares", { path, body: { shares: next } }));
        });
    const add = (id: string) => {
        const [kind, value = ""] = id.split(":");
        setChosen("");
        send([...items, { user_id: kind === "user" ? value : null, group_id: kind === "group" ? value : null, access_right: "view" }]);
    };
    const free = (known.data ?? []).filter(([id]) => !items.some(share => key(share) === id));
    return (
        <section>
            {action.problem && <Failure problem={action.problem} {...again(action, shares.reload)} />}
            {shares.problem && <Failure problem={shares.problem} />}
            {known.problem && <Failure problem={known.problem} />}
            <ul class="rows">
                {items.map(share => (
                    <li key={key(share)}>
                        <bdi class="grow cut">{known.data?.find(([id]) => id === key(share))?.[1] ?? key(share)}</bdi>
                        <Choice
                            label={t("drive.right")}
                            hidden
                            value={share.access_right}
                            change={right => send(items.map(one => (key(one) === key(share) ? { ...one, access_right: right } : one)))}
                            options={RIGHTS.map(right => [right, named("right", right)] as const)}
                        />
                        <button type="button" onClick={() => send(items.filter(one => key(one) !== key(share)))}>
                            {t("action.remove")}
                        </button>
                    </li>
                ))}
            </ul>
            {shares.data?.access_right === "share" && <Choice label={t("drive.addPerson")} value={chosen} change={id => id && add(id)} options={[["", "—"] as const, ...free]} />}
        </section>
    );
}
