/** The definition of a workflow: drawn, as forms, and as YAML. It is checked while it is written, and saved as a new version. */
import { useEffect, useState } from "preact/hooks";
import { call, type Schemas, tagOf } from "../api/client";
import { again, useAction, useLoad } from "../api/load";
import { useMay, usePlace } from "../app/organizations";
import { Choice } from "../parts/form";
import { Icon } from "../parts/icon";
import { Failure, Waiting } from "../parts/state";
import { t } from "../text/translate";
import { added, asDefinition, changed, kinds, removed, startingEvents, stepOf, type Definition, type Fault } from "./definition";
import { draft, keepDraft } from "./drafts";
import { Graph } from "./graph";
import { Source } from "./source";
import { StartForm } from "./start-form";
import { StepForm } from "./step-form";
import { Trial } from "./trial";
import { useYaml } from "./use-yaml";

type Workflow = Schemas["Workflow"];

export function Editor({ workflow, saved }: { workflow: Workflow; saved: () => void }) {
    const { organization } = usePlace();
    const writes = useMay("member") && workflow.status !== "archived";
    const stored = asDefinition(workflow.definition);
    const [definition, setDefinition] = useState(draft(workflow.id)?.definition ?? stored);
    const [basis, setBasis] = useState(draft(workflow.id)?.basis ?? tagOf(workflow));
    const [open, setOpen] = useState<number | undefined>(definition.steps.length ? 0 : undefined);
    const [unreadable, setUnreadable] = useState(false);
    const [trying, setTrying] = useState(false);
    const schema = useLoad(() => call("get", "/workflow-schema"), []);
    const action = useAction();
    const { yaml, problem } = useYaml();
    const checked = useCheck(organization.id, definition);
    const dirty = JSON.stringify(definition) !== JSON.stringify(stored);
    const change = (next: Definition) => {
        const same = JSON.stringify(next) === JSON.stringify(stored);
        setDefinition(next);
        keepDraft(workflow.id, same ? undefined : { definition: next, basis });
        if (same) {
            setBasis(tagOf(workflow));
        }
        setOpen(at => (at !== undefined && at >= next.steps.length ? undefined : at));
    };
    if (schema.problem ?? problem) {
        return <Failure problem={(schema.problem ?? problem)!} retry={schema.reload} />;
    }
    if (!schema.data || !yaml) {
        return <Waiting />;
    }
    const available = kinds(schema.data);
    const step = open === undefined ? undefined : definition.steps[open];
    const faults = checked.faults;
    const save = () =>
        void action.run(async () => {
            await call("patch", "/workflows/{workflow}", { path: { workflow: workflow.id }, body: { definition }, ifMatch: basis });
            keepDraft(workflow.id, undefined);
            saved();
        });
    const rebase = () => {
        setBasis(tagOf(workflow));
        keepDraft(workflow.id, { definition, basis: tagOf(workflow) });
    };
    const add = (type: string) => {
        if (type) {
            const next = added(definition, type, step?.id);
            change(next);
            setOpen(next.steps.length - 1);
        }
    };
    return (
        <>
            <section class="panel">
                <div class="head">
                    <p class="grow" role="status">
                        <State checking={checked.checking} faults={faults.length} dirty={dirty} unreadable={unreadable} />
                    </p>
                    <button type="button" aria-pressed={open === undefined} onClick={() => setOpen(undefined)}>
                        {t("workflow.start")}
                    </button>
                    {writes && <Choice label={t("workflow.addStep")} hidden value="" change={add} options={[["", step ? t("workflow.addAfter", { step: step.id }) : t("workflow.addStep")] as const, ...available.map(one => [one.name, one.name] as const)]} />}
                    {writes && dirty && (
                        <button type="button" onClick={() => change(stored)}>
                            {t("workflow.discard")}
                        </button>
                    )}
                    {writes && (
                        <button type="button" class="primary" disabled={!dirty || unreadable || action.busy || faults.length > 0} onClick={save}>
                            {t("workflow.save")}
                        </button>
                    )}
                </div>
                {action.problem && <Failure problem={action.problem} {...again(action, saved)} />}
                {dirty && basis !== tagOf(workflow) && (
                    <p class="note" role="status">
                        {t("workflow.stale", { version: workflow.version })}{" "}
                        <button type="button" onClick={rebase}>
                            {t("workflow.keepMine")}
                        </button>
                    </p>
                )}
                {checked.problem && <Failure problem={checked.problem} />}
                <Graph steps={definition.steps} open={open} choose={setOpen} faults={at => faults.filter(fault => stepOf(fault) === at).length} />
            </section>
            <div class="beside-form">
                <section class="panel" aria-label={step ? step.id : t("workflow.start")}>
                    <header class="head">
                        <h2>{step ? <bdi>{step.id}</bdi> : t("workflow.start")}</h2>
                        {step && writes && (
                            <button type="button" disabled={dirty || faults.length > 0} title={dirty ? t("trial.saveFirst") : undefined} onClick={() => setTrying(true)}>
                                {t("trial.open")}
                            </button>
                        )}
                        {step && writes && (
                            <button type="button" class="bare" aria-label={t("workflow.removeStep", { step: step.id })} title={t("workflow.removeStep", { step: step.id })} onClick={() => change(removed(definition, open!))}>
                                <Icon name="trash" />
                            </button>
                        )}
                    </header>
                    <fieldset disabled={!writes}>
                        {step ? (
                            <StepForm key={open} definition={definition} at={open!} kinds={available} faults={faults} yaml={yaml} change={next => change(changed(definition, open!, next))} />
                        ) : (
                            <StartForm definition={definition} events={startingEvents(schema.data)} faults={faults} yaml={yaml} change={change} />
                        )}
                    </fieldset>
                </section>
                <section class="panel">
                    <fieldset disabled={!writes}>
                        <Source definition={definition} faults={faults} yaml={yaml} change={change} unreadable={setUnreadable} />
                    </fieldset>
                </section>
            </div>
            {trying && step && <Trial workflow={workflow} step={step} definition={definition} yaml={yaml} close={() => setTrying(false)} />}
        </>
    );
}

function State({ checking, faults, dirty, unreadable }: { checking: boolean; faults: number; dirty: boolean; unreadable: boolean }) {
    if (unreadable) {
        return <span class="badge bad">{t("workflow.unreadable")}</span>;
    }
    return (
        <>
            <span class={checking ? "badge" : faults ? "badge bad" : "badge good"}>{checking ? t("workflow.checking") : faults ? t("workflow.faults", { count: faults }) : t("workflow.valid")}</span>
            {dirty && <span class="badge busy">{t("workflow.unsaved")}</span>}
        </>
    );
}

/** Checks the definition a moment after its last change. An answer to an earlier one is dropped. */
function useCheck(organization: string, definition: Definition) {
    const [state, setState] = useState<{ faults: Fault[]; checking: boolean }>({ faults: [], checking: true });
    const asked = JSON.stringify(definition);
    const action = useAction();
    useEffect(() => {
        let latest = true;
        setState(before => ({ ...before, checking: true }));
        const timer = setTimeout(
            () =>
                void action.run(async () => {
                    const { problems } = await call("post", "/organizations/{organization}/workflow-checks", { path: { organization }, body: { definition } });
                    if (latest) {
                        setState({ faults: problems, checking: false });
                    }
                }),
            300,
        );
        return () => {
            latest = false;
            clearTimeout(timer);
        };
    }, [organization, asked]);
    return { faults: state.faults, checking: state.checking, problem: action.problem };
}
