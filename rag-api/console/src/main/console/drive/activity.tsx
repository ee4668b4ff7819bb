/** What was done to a folder or file, the newest first. */
import { useState } from "preact/hooks";
import { call, pages } from "../api/client";
import { useLoad } from "../api/load";
import { usePlace } from "../app/organizations";
import { memberName } from "../parts/person";
import { Empty, Failure, Waiting } from "../parts/state";
import { Turn } from "../parts/turn";
import { ago, named, t } from "../text/translate";
import type { DriveDocument } from "./page";

export function Activity({ document }: { document: DriveDocument }) {
    const { organization } = usePlace();
    const [cursor, setCursor] = useState<string>();
    const list = useLoad(() => call("get", "/documents/{document}/activity", { path: { document: document.id }, query: { limit: 20, ...(cursor ? { cursor } : {}) } }), [document.id, cursor]);
    const members = useLoad(
        () => pages(next => call("get", "/organizations/{organization}/members", { path: { organization: organization.id }, query: { limit: 200, ...(next ? { cursor: next } : {}) } })),
        [organization.id],
    );
    const name = (id: string | null) => {
        const found = members.data?.find(one => one.user_id === id);
        return found ? memberName(found) : id === null ? "Arketic" : t("chat.someone");
    };
    if (list.problem) {
        return <Failure problem={list.problem} retry={list.reload} />;
    }
    if (!list.data) {
        return <Waiting />;
    }
    return (
        <>
            {list.data.items.length === 0 && <Empty icon="file" title={t("drive.noActivity")} />}
            <ul class="rows">
                {list.data.items.map(one => (
                    <li key={one.id}>
                        <span class="grow">
                            {named("activity", one.kind, { name: one.name ?? "", version: one.version_number ?? 0 })}
                            <span class="quiet small">
                                <bdi>{name(one.user_id)}</bdi> · {ago(one.occurred_at)}
                            </span>
                        </span>
                    </li>
                ))}
            </ul>
            <Turn cursor={cursor} next={list.data.next_cursor} turn={setCursor} />
        </>
    );
}
