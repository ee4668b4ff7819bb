/** Groups of members, which documents are shared with. */
import { useState } from "preact/hooks";
import { call, pages, type Schemas, tagOf } from "../api/client";
import { useAction, useLoad } from "../api/load";
import { usePlace } from "../app/organizations";
import { Confirm, Dialog } from "../parts/dialog";
import { Check, Field, Form, Submit } from "../parts/form";
import { memberLabel } from "../parts/person";
import { Empty, Failure, Waiting } from "../parts/state";
import { t } from "../text/translate";

type Group = Schemas["MemberGroup"];

export function Groups() {
    const { organization } = usePlace();
    const path = { organization: organization.id };
    const [name, setName] = useState("");
    const [words, setWords] = useState("");
    const [open, setOpen] = useState<Group>();
    const [removing, setRemoving] = useState<Group>();
    const action = useAction();
    const groups = useLoad(() => pages(cursor => call("get", "/organizations/{organization}/groups", { path, query: { limit: 200, ...(cursor ? { cursor } : {}) } })), [organization.id]);
    const create = () =>
        void action.run(async () => {
            await call("post", "/organizations/{organization}/groups", { path, body: { name } });
            setName("");
            groups.reload();
        });
    return (
        <section class="panel">
            <Form problem={action.problem} submit={create} label={t("groups.new")}>
                <Field label={t("groups.new")} value={name} change={setName} required />
                <Submit busy={action.busy}>{t("action.create")}</Submit>
            </Form>
            {(groups.data?.length ?? 0) > 8 && <input type="search" data-search value={words} placeholder={t("action.search")} aria-label={t("action.search")} onInput={event => setWords(event.currentTarget.value)} />}
            {groups.problem && <Failure problem={groups.problem} retry={groups.reload} />}
            {!groups.data && !groups.problem && <Waiting />}
            {groups.data?.length === 0 && <Empty icon="people" title={t("groups.none")} />}
            <ul class="rows">
                {groups.data?.filter(group => group.name.toLocaleLowerCase().includes(words.toLocaleLowerCase())).map(group => (
                    <li key={group.id}>
                        <span class="grow">
                            <bdi class="cut">{group.name}</bdi>
                            <span class="quiet small">{t("members.title", { count: group.member_count })}</span>
                        </span>
                        <button type="button" onClick={() => setOpen(group)}>
                            {t("admin.members")}
                        </button>
                        <button type="button" onClick={() => setRemoving(group)}>
                            {t("action.delete")}
                        </button>
                    </li>
                ))}
            </ul>
            {open && <Chosen group={open} close={() => (setOpen(undefined), groups.reload())} />}
            {removing && (
                <Confirm
                    title={t("groups.remove")}
                    what={t("groups.removeWhat", { name: removing.name })}
                    action={t("action.delete")}
                    close={() => setRemoving(undefined)}
                    run={async () => {
                        await call("delete", "/groups/{group}", { path: { group: removing.id } });
                        groups.reload();
                    }}
                />
            )}
        </section>
    );
}

function Chosen({ group, close }: { group: Group; close: () => void }) {
    const { organization } = usePlace();
    const path = { group: group.id };
    const [chosen, setChosen] = useState<string[]>();
    const action = useAction();
    const members = useLoad(async () => {
        // The version first: a change of the members after it is noticed.
        const basis = tagOf(await call("get", "/groups/{group}", { path }));
        const [all, inside] = await Promise.all([
            pages(cursor => call("get", "/organizations/{organization}/members", { path: { organization: organization.id }, query: { limit: 200, ...(cursor ? { cursor } : {}) } })),
            pages(cursor => call("get", "/groups/{group}/members", { path, query: { limit: 200, ...(cursor ? { cursor } : {}) } })),
        ]);
        setChosen(inside.map(one => one.user_id));
        return { all, basis };
    }, [group.id]);
    const save = () => void action.run(() => call("put", "/groups/{group}/members", { path, body: { user_ids: chosen ?? [] }, ifMatch: members.data!.basis })).then(done => done && close());
    return (
        <Dialog title={group.name} close={close}>
            {members.problem && <Failure problem={members.problem} />}
            {!members.data && !members.problem && <Waiting />}
            {members.data && chosen && (
                <Form problem={action.problem} submit={save} reload={() => (action.clear(), members.reload())}>
                    <fieldset class="checks">
                        <legend>{t("admin.members")}</legend>
                        {members.data.all.map(one => (
                            <Check
                                key={one.id}
                                label={memberLabel(one)}
                                checked={chosen.includes(one.user_id)}
                                change={on => setChosen(on ? [...chosen, one.user_id] : chosen.filter(id => id !== one.user_id))}
                            />
                        ))}
                    </fieldset>
                    <Submit busy={action.busy}>{t("action.save")}</Submit>
                </Form>
            )}
        </Dialog>
    );
}
