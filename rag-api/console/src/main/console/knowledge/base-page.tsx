/** One knowledge base: its files, trying its retrieval, its index, and its settings. */
import { call, tagOf } from "../api/client";
import { useLoad } from "../api/load";
import { useMay, useWithin } from "../app/organizations";
import { Link } from "../app/router";
import { Failure, Waiting } from "../parts/state";
import { Tabs } from "../parts/tabs";
import { JudgedQuestions } from "../reindex/judged-questions";
import { Reindex } from "../reindex/reindex";
import { TryRetrieval } from "../search/try-retrieval";
import { t } from "../text/translate";
import { Files } from "./files";
import { Settings } from "./settings";

export function KnowledgeBasePage({ parts }: { parts: Record<string, string> }) {
    const id = parts.base ?? "";
    const tab = parts.tab ?? "files";
    const within = useWithin();
    const writes = useMay("member");
    const base = useLoad(() => call("get", "/knowledge-bases/{knowledgeBase}", { path: { knowledgeBase: id } }), [id]);
    if (base.problem && !base.data) {
        return (
            <div class="page">
                <Failure problem={base.problem} retry={base.reload} />
            </div>
        );
    }
    if (!base.data) {
        return <Waiting />;
    }
    return (
        <div class="page">
            <p class="trail small">
                <Link href={within("knowledge")}>{t("page.knowledge")}</Link>
            </p>
            <header class="head">
                <h1>
                    <bdi>{base.data.name}</bdi>
                </h1>
                <Link class="button" href={`${within("ask")}?base=${id}`}>
                    {t("knowledge.ask")}
                </Link>
            </header>
            <Tabs
                label={t("knowledge.parts")}
                open={tab}
                items={[
                    ["files", t("knowledge.files"), within(`knowledge/${id}`)],
                    ["search", t("search.title"), within(`knowledge/${id}/search`)],
                    ["questions", t("judged.title"), within(`knowledge/${id}/questions`)],
                    ...(writes ? ([["reindex", t("reindex.title"), within(`knowledge/${id}/reindex`)]] as const) : []),
                    ["settings", t("knowledge.settings"), within(`knowledge/${id}/settings`)],
                ]}
            />
            {tab === "files" && <Files base={base.data} changed={base.reload} />}
            {tab === "search" && <TryRetrieval base={base.data} />}
            {tab === "questions" && <JudgedQuestions base={base.data} />}
            {tab === "reindex" && <Reindex base={base.data} />}
            {tab === "settings" && <Settings key={tagOf(base.data)} base={base.data} changed={base.reload} />}
        </div>
    );
}
