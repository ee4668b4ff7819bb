/** Fields with their labels, and forms that tell what went wrong above their button. */
import type { ComponentChildren, InputHTMLAttributes } from "preact";
import { useEffect, useId, useState } from "preact/hooks";
import { outdated, type Problem } from "../api/problem";
import { t } from "../text/translate";
import { Failure } from "./state";

interface FieldProps {
    label: string;
    value: string;
    change: (value: string) => void;
    type?: string;
    hint?: string;
    required?: boolean;
    autocomplete?: string;
    placeholder?: string;
    min?: number;
    max?: number;
    step?: number;
    rows?: number;
    /** Shows discs in place of the letters of several lines, for passwords. */
    masked?: boolean;
    focus?: boolean;
}

const MASKED = { class: "masked", autocomplete: "off", spellcheck: false } as const;

export function Field({ label, value, change, hint, rows, masked, focus, ...rest }: FieldProps) {
    const id = useId();
    const shared = {
        id,
        value,
        "aria-describedby": hint ? `${id}-hint` : undefined,
        onInput: (event: { currentTarget: { value: string } }) => change(event.currentTarget.value),
    };
    return (
        <div class="field">
            <label for={id}>{label}</label>
            {rows ? (
                <textarea {...shared} {...(masked ? MASKED : {})} rows={rows} required={rest.required ?? false} placeholder={rest.placeholder ?? ""} />
            ) : (
                <input {...({ ...shared, ...rest, autoFocus: focus ?? false } as InputHTMLAttributes)} />
            )}
            {hint && (
                <p class="hint" id={`${id}-hint`}>
                    {hint}
                </p>
            )}
        </div>
    );
}

export function Choice({ label, value, change, options, hidden }: { label: string; value: string; change: (value: string) => void; options: ReadonlyArray<readonly [string, string]>; hidden?: boolean }) {
    const id = useId();
    return (
        <div class="field">
            <label for={id} class={hidden ? "unseen" : undefined}>
                {label}
            </label>
            <select id={id} value={value} onChange={event => change(event.currentTarget.value)}>
                {options.map(([key, name]) => (
                    <option key={key} value={key}>
                        {name}
                    </option>
                ))}
            </select>
        </div>
    );
}

export function Check({ label, checked, change, hint }: { label: string; checked: boolean; change: (checked: boolean) => void; hint?: string }) {
    return (
        <label class="check">
            <input type="checkbox" checked={checked} onChange={event => change(event.currentTarget.checked)} />
            <span>
                {label}
                {hint && <span class="hint">{hint}</span>}
            </span>
        </label>
    );
}

export function Submit({ busy, children, danger }: { busy: boolean; children: ComponentChildren; danger?: boolean }) {
    return (
        <button type="submit" class={danger ? "danger" : "primary"} disabled={busy} aria-busy={busy}>
            {children}
        </button>
    );
}

interface FormProps {
    problem: Problem | undefined;
    submit: () => void;
    children: ComponentChildren;
    label?: string;
    /** Loads again what the form changes; offered where that was changed or removed meanwhile. */
    reload?: () => void;
}

export function Form({ problem, submit, children, label, reload }: FormProps) {
    return (
        <form
            aria-label={label}
            onSubmit={event => {
                event.preventDefault();
                submit();
            }}
        >
            {problem && <Failure problem={problem} {...(reload && outdated(problem) ? { retry: reload } : {})} />}
            {children}
        </form>
    );
}

export function Card({ title, problem, submit, children }: { title: string; problem: Problem | undefined; submit: () => void; children: ComponentChildren }) {
    return (
        <section class="card">
            <h1>{title}</h1>
            <Form problem={problem} submit={submit}>
                {children}
            </Form>
        </section>
    );
}

/** Sets a text on the clipboard, and says so for a moment; says nothing where the browser does not allow it. */
export function useCopied(text: string): { copied: boolean; copy: () => void } {
    const [copied, setCopied] = useState(false);
    useEffect(() => {
        const timer = copied ? setTimeout(() => setCopied(false), 2000) : undefined;
        return () => clearTimeout(timer);
    }, [copied]);
    return {
        copied,
        copy: () =>
            void navigator.clipboard?.writeText(text).then(
                () => setCopied(true),
                () => undefined,
            ),
    };
}

export function Copy({ text, label }: { text: string; label?: string }) {
    const { copied, copy } = useCopied(text);
    return (
        <button type="button" class="plain" onClick={copy}>
            <span aria-live="polite">{copied ? t("action.copied") : (label ?? t("action.copy"))}</span>
        </button>
    );
}
