/** The public links of all files of the organization. */
import { useState } from "preact/hooks";
import { call } from "../api/client";
import { useAction, useLoad } from "../api/load";
import { usePlace, useWithin } from "../app/organizations";
import { Link } from "../app/router";
import { Empty, Failure, Waiting } from "../parts/state";
import { Turn } from "../parts/turn";
import { ago, day, t } from "../text/translate";

export function PublicLinks() {
    const { organization } = usePlace();
    const within = useWithin();
    const path = { organization: organization.id };
    const [cursor, setCursor] = useState<string>();
    const action = useAction();
    const links = useLoad(() => call("get", "/organizations/{organization}/public-links", { path, query: { limit: 50, ...(cursor ? { cursor } : {}) } }), [organization.id, cursor]);
    const revoke = (id: string) => void action.run(async () => (await call("delete", "/organizations/{organization}/public-links/{publicLink}", { path: { ...path, publicLink: id } }), links.reload()));
    return (
        <section class="panel">
            <h2>{t("drive.links")}</h2>
            <p class="quiet small">{t("drive.linksWhat")}</p>
            {action.problem && <Failure problem={action.problem} />}
            {links.problem && <Failure problem={links.problem} retry={links.reload} />}
            {!links.data && !links.problem && <Waiting />}
            {links.data?.items.length === 0 && <Empty icon="share" title={t("drive.noLinks")} />}
            <ul class="rows">
                {links.data?.items.map(one => (
                    <li key={one.id}>
                        <span class="grow">
                            <Link href={`${within("documents")}?open=${one.document_id}`}>{t("drive.linkedFile")}</Link>
                            <span class="quiet small">
                                {ago(one.created_at)} · {t("drive.opened", { count: one.download_count })}
                                {one.has_password && ` · ${t("drive.withPassword")}`}
                                {one.expires_at && ` · ${t("drive.linkUntil", { when: day(one.expires_at) })}`}
                            </span>
                        </span>
                        <button type="button" disabled={action.busy} onClick={() => revoke(one.id)}>
                            {t("drive.revoke")}
                        </button>
                    </li>
                ))}
            </ul>
            <Turn cursor={cursor} next={links.data?.next_cursor} turn={setCursor} />
        </section>
    );
}
