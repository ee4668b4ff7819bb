/** The steps that wait for the reader's decision. */
import { call, type Schemas } from "../api/client";
import { useAction, useLoad, type Loaded } from "../api/load";
import { usePlace, useWithin } from "../app/organizations";
import { Link } from "../app/router";
import { useState } from "preact/hooks";
import { Field, Form } from "../parts/form";
import { Empty, Failure, Waiting } from "../parts/state";
import { ago, t, time } from "../text/translate";

export function useApprovals(): Loaded<Schemas["PageWaitingApproval"]> {
    const { organization } = usePlace();
    return useLoad(() => call("get", "/organizations/{organization}/workflow-approvals", { path: { organization: organization.id }, query: { limit: 100 } }), [organization.id]);
}

export function Approvals({ approvals }: { approvals: Loaded<Schemas["PageWaitingApproval"]> }) {
    const within = useWithin();
    if (approvals.problem) {
        return <Failure problem={approvals.problem} retry={approvals.reload} />;
    }
    if (!approvals.data) {
        return <Waiting />;
    }
    if (approvals.data.items.length === 0) {
        return (
            <Empty icon="check" title={t("approval.none")}>
                <p>{t("approval.what")}</p>
            </Empty>
        );
    }
    return (
        <ul class="plain-list">
            {approvals.data.items.map(one => (
                <li key={one.id} class="panel">
                    <h2>
                        <bdi>{one.message}</bdi>
                    </h2>
                    <p class="facts small quiet">
                        <Link href={within(`workflows/${one.workflow_id}/runs/${one.execution_id}`)}>{t("approval.run", { workflow: one.workflow_name, number: one.execution_number })}</Link>
                        <span>{one.step}</span>
                        {one.started_at && <span>{ago(one.started_at)}</span>}
                        {one.deadline && <span>{t("approval.until", { when: time(one.deadline) })}</span>}
                    </p>
                    <Decide execution={one.execution_id} step={one.step} done={approvals.reload} />
                </li>
            ))}
        </ul>
    );
}

export function Decide({ execution, step, done }: { execution: string; step: string; done: () => void }) {
    const [comment, setComment] = useState("");
    const action = useAction();
    const decide = (decision: "approve" | "reject") =>
        void action.run(async () => {
            await call("post", "/executions/{execution}/steps/{step}/decision", { path: { execution, step }, body: { decision, ...(comment.trim() ? { comment: comment.trim() } : {}) } });
            done();
        });
    return (
        <Form problem={action.problem} submit={() => decide("approve")} label={t("approval.decide", { step })}>
            <Field label={t("approval.comment")} value={comment} change={setComment} />
            <div class="actions">
                <button type="button" class="danger" disabled={action.busy} onClick={() => decide("reject")}>
                    {t("approval.reject")}
                </button>
                <button type="submit" class="primary" disabled={action.busy}>
                    {t("approval.approve")}
                </button>
            </div>
        </Form>
    );
}
