/** The questions that judge a knowledge base's generations, with the documents that answer them. */
import { useState } from "preact/hooks";
import { call, pages, type Schemas } from "../api/client";
import { useAction, useLoad } from "../api/load";
import { useMay, useWithin } from "../app/organizations";
import { Link } from "../app/router";
import { Confirm } from "../parts/dialog";
import { Icon } from "../parts/icon";
import { Empty, Failure, Waiting } from "../parts/state";
import { t } from "../text/translate";
import { JudgedQuestionForm } from "./judged-question-form";

type Question = Schemas["JudgedQuestion"];

export function JudgedQuestions({ base }: { base: Schemas["KnowledgeBase"] }) {
    const path = { knowledgeBase: base.id };
    const within = useWithin();
    const writes = useMay("member");
    const [edited, setEdited] = useState<Question>();
    const [adding, setAdding] = useState(false);
    const [removing, setRemoving] = useState<Question>();
    const questions = useLoad(
        () => pages(cursor => call("get", "/knowledge-bases/{knowledgeBase}/judged-questions", { path, query: { limit: 100, ...(cursor ? { cursor } : {}) } })),
        [base.id],
    );
    const action = useAction();
    const saved = () => {
        setAdding(false);
        setEdited(undefined);
        questions.reload();
    };
    return (
        <section class="panel">
            <header class="head">
                <h2>{t("judged.title")}</h2>
                {writes && (
                    <button type="button" class="primary" onClick={() => setAdding(true)}>
                        <Icon name="plus" />
                        {t("judged.add")}
                    </button>
                )}
            </header>
            <p class="quiet">{t("judged.what")}</p>
            {action.problem && <Failure problem={action.problem} />}
            {questions.problem && <Failure problem={questions.problem} retry={questions.reload} />}
            {!questions.data && !questions.problem && <Waiting />}
            {questions.data?.length === 0 && <Empty icon="search" title={t("judged.none")} />}
            <ul class="rows">
                {questions.data?.map(one => (
                    <li key={one.id}>
                        <span class="grow">
                            <bdi>{one.question}</bdi>
                            <span class="facts small">
                                {one.relevant_documents.length === 0 && <span class="badge">{t("judged.unjudged")}</span>}
                                {one.relevant_documents.map(document => (
                                    <Link key={document.document_id} href={within(`knowledge/${base.id}/documents/${document.document_id}`)}>
                                        <bdi>{document.filename}</bdi>
                                    </Link>
                                ))}
                            </span>
                        </span>
                        {writes && (
                            <>
                                <button type="button" class="plain" aria-label={t("judged.editOf", { question: one.question })} onClick={() => setEdited(one)}>
                                    {t("judged.edit")}
                                </button>
                                <button type="button" class="bare" aria-label={t("judged.removeOf", { question: one.question })} onClick={() => setRemoving(one)}>
                                    <Icon name="trash" />
                                </button>
                            </>
                        )}
                    </li>
                ))}
            </ul>
            {(adding || edited) && <JudgedQuestionForm base={base.id} edited={edited} saved={saved} close={() => (setAdding(false), setEdited(undefined))} />}
            {removing && (
                <Confirm
                    title={t("judged.remove")}
                    what={removing.question}
                    action={t("action.delete")}
                    close={() => setRemoving(undefined)}
                    run={async () => {
                        await call("delete", "/knowledge-bases/{knowledgeBase}/judged-questions/{question}", { path: { ...path, question: removing.id } });
                        questions.reload();
                    }}
                />
            )}
        </section>
    );
}
