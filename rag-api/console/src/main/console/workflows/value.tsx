/** A value as it is stored, and a field in which one is written as YAML. */
import { useEffect, useId, useState } from "preact/hooks";
import { t } from "../text/translate";
import type { Yaml } from "./yaml";

const MOST = 50_000;

export function Value({ label, value }: { label: string; value: unknown }) {
    const whole = JSON.stringify(value, null, 2) ?? "";
    return (
        <figure class="value">
            <figcaption class="small quiet">{label}</figcaption>
            <pre tabIndex={0} dir="auto">
                {whole.length > MOST ? `${whole.slice(0, MOST)}\n…` : whole}
            </pre>
        </figure>
    );
}

interface YamlFieldProps {
    label: string;
    value: unknown;
    change: (value: unknown) => void;
    yaml: Yaml;
    hint?: string;
    error?: string | undefined;
    rows?: number;
}

/** Changes the value at each text that can be read; says what is wrong with one that cannot. */
export function YamlField({ label, value, change, yaml, hint, error, rows }: YamlFieldProps) {
    const id = useId();
    const shown = value === undefined ? "" : yaml.print(value);
    const [draft, setDraft] = useState(shown);
    const [wrong, setWrong] = useState("");
    useEffect(() => {
        if (wrong || !same(draft, value, yaml)) {
            setDraft(shown);
            setWrong("");
        }
    }, [shown]);
    const write = (source: string) => {
        setDraft(source);
        try {
            const read = source.trim() ? yaml.parse(source) : undefined;
            setWrong("");
            change(read ?? undefined);
        } catch (failure) {
            setWrong(failure instanceof Error ? failure.message : t("problem.other"));
        }
    };
    const told = wrong || error;
    return (
        <div class="field">
            <label for={id}>{label}</label>
            <textarea
                id={id}
                class="code"
                rows={rows ?? Math.min(8, Math.max(2, draft.split("\n").length))}
                spellcheck={false}
                value={draft}
                aria-invalid={!!told}
                aria-describedby={`${id}-hint`}
                onInput={event => write(event.currentTarget.value)}
            />
            <p class={told ? "hint wrong" : "hint"} id={`${id}-hint`}>
                {told || hint || t("workflow.asYaml")}
            </p>
        </div>
    );
}

function same(source: string, value: unknown, yaml: Yaml): boolean {
    try {
        return JSON.stringify(source.trim() ? yaml.parse(source) : undefined) === JSON.stringify(value);
    } catch {
        return false;
    }
}
