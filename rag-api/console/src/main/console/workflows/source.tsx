/** The whole definition as YAML, beside its forms, with what is wrong by its line. */
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { t } from "../text/translate";
import { asDefinition, type Definition, type Fault } from "./definition";
import type { Yaml } from "./yaml";

interface SourceProps {
    definition: Definition;
    faults: Fault[];
    yaml: Yaml;
    change: (definition: Definition) => void;
    /** Is told whether the text is a definition at all. */
    unreadable: (wrong: boolean) => void;
}

export function Source({ definition, faults, yaml, change, unreadable }: SourceProps) {
    const id = useId();
    const field = useRef<HTMLTextAreaElement>(null);
    const printed = yaml.print(definition);
    const [source, setSource] = useState(printed);
    const [wrong, setWrong] = useState("");
    const own = useRef(printed);
    useEffect(() => {
        // What is written here keeps its comments and its order until the forms change something.
        if (printed !== own.current) {
            own.current = printed;
            setSource(printed);
            setWrong("");
            unreadable(false);
        }
    }, [printed]);
    const write = (text: string) => {
        setSource(text);
        try {
            const read = asDefinition(yaml.parse(text));
            own.current = yaml.print(read);
            setWrong("");
            unreadable(false);
            change(read);
        } catch (failure) {
            setWrong(failure instanceof Error ? failure.message : t("problem.other"));
            unreadable(true);
        }
    };
    const show = (line: number) => {
        const area = field.current;
        if (area) {
            const lines = source.split("\n");
            const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
            area.focus();
            area.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
            area.scrollTop = Math.max(0, (area.scrollHeight / lines.length) * (line - 4));
        }
    };
    const places = faults.map(fault => ({ ...fault, line: wrong ? 1 : yaml.line(source, fault.field) }));
    return (
        <div class="source">
            <label for={id}>YAML</label>
            <textarea ref={field} id={id} class="code" rows={Math.min(30, Math.max(14, source.split("\n").length))} spellcheck={false} wrap="off" value={source} aria-invalid={!!wrong || faults.length > 0} aria-describedby={`${id}-faults`} onInput={event => write(event.currentTarget.value)} />
            <div id={`${id}-faults`}>
                {wrong && <pre class="wrong">{wrong}</pre>}
                {!wrong && places.length > 0 && (
                    <ul class="faults">
                        {places.map(fault => (
                            <li key={fault.field + fault.message}>
                                <button type="button" class="plain small" onClick={() => show(fault.line)}>
                                    {t("workflow.line", { line: fault.line })}
                                </button>
                                <span class="small">
                                    <code>{fault.field.replace(/^definition\.?/, "") || "definition"}</code> {fault.message}
                                </span>
                            </li>
                        ))}
                    </ul>
                )}
            </div>
        </div>
    );
}
