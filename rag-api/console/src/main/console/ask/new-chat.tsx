/** The first question of a chat: where it is answered from, and the question. */
import { useState } from "preact/hooks";
import { call, pages } from "../api/client";
import { useAction, useLoad } from "../api/load";
import { useMay, usePlace, useWithin } from "../app/organizations";
import { go, Link, useAddress } from "../app/router";
import { Icon } from "../parts/icon";
import { Empty, Failure } from "../parts/state";
import { t } from "../text/translate";
import { Model } from "./chat-settings";
import { Composer } from "./composer";
import { NewGroup } from "./new-group";
import { keep } from "./pending";

const LONGEST_TITLE = 80;

export function NewChat({ made }: { made: () => void }) {
    const { organization } = usePlace();
    const within = useWithin();
    const address = useAddress();
    const asks = useMay("member");
    const [model, setModel] = useState("");
    const [grouping, setGrouping] = useState(false);
    const [chosen, setChosen] = useState<string[]>(address.searchParams.getAll("base"));
    const action = useAction();
    const bases = useLoad(
        () => pages(cursor => call("get", "/organizations/{organization}/knowledge-bases", { path: { organization: organization.id }, query: { limit: 100, ...(cursor ? { cursor } : {}) } })),
        [organization.id],
    );
    const ask = (content: string) =>
        action.run(async () => {
            const title = content.length > LONGEST_TITLE ? `${content.slice(0, LONGEST_TITLE - 1)}…` : content;
            const chat = await call("post", "/organizations/{organization}/chats", {
                path: { organization: organization.id },
                body: { title, ...(model ? { ai_model: model } : {}), ...(chosen.length ? { knowledge_scope: "chosen", knowledge_base_ids: chosen } : {}) },
            });
            keep(chat.id, content);
            made();
            go(within(`ask/${chat.id}`));
        });
    const toggle = (id: string) => setChosen(before => (before.includes(id) ? before.filter(one => one !== id) : [...before, id]));
    return (
        <div class="welcome">
            <h1>{t("ask.title")}</h1>
            <p class="quiet">{t("ask.what")}</p>
            {bases.problem && <Failure problem={bases.problem} retry={bases.reload} />}
            {action.problem && <Failure problem={action.problem} />}
            {bases.data?.length === 0 ? (
                <Empty icon="knowledge" title={t("knowledge.none")}>
                    <Link class="button primary" href={within("knowledge")}>
                        {t("knowledge.create")}
                    </Link>
                </Empty>
            ) : (
                <>
                    {!!bases.data && bases.data.length > 1 && (
                        <fieldset class="chips">
                            <legend>{t("ask.where")}</legend>
                            {bases.data.map(base => (
                                <button key={base.id} type="button" aria-pressed={chosen.includes(base.id)} onClick={() => toggle(base.id)}>
                                    <bdi>{base.name}</bdi>
                                </button>
                            ))}
                            {chosen.length === 0 && <span class="quiet small">{t("ask.everywhere")}</span>}
                        </fieldset>
                    )}
                    {asks && (
                        <div class="pair end">
                            <Model value={model} change={setModel} />
                            <button type="button" onClick={() => setGrouping(true)}>
                                <Icon name="people" />
                                {t("chat.new")}
                            </button>
                        </div>
                    )}
                    {asks ? <Composer send={content => void ask(content)} busy={action.busy} focus /> : <p class="quiet">{t("ask.readOnly")}</p>}
                </>
            )}
            {grouping && <NewGroup close={() => setGrouping(false)} made={made} />}
        </div>
    );
}
