/**
 * The one place where text of models and documents becomes elements. It builds a tree of the few elements below and never
 * HTML, so that nothing in a text can become a script, an image, a style or a frame, also while half of it has come.
 */
import type { ComponentChildren } from "preact";

/** What stands for a mark such as {@code [1]}; undefined leaves the mark as text. */
export type Mark = (number: number) => ComponentChildren | undefined;

const FENCE = /^ {0,3}(```|~~~)/;
const LIST = /^ {0,3}(?:([-*+])|(\d{1,9})[.)]) +/;
const SAFE = /^(https?:\/\/|mailto:)/i;
/** Longer texts are shown as they are: no page hangs in a pattern. */
const MOST = 200_000;
/** A quote in so many quotes is text. */
const DEEPEST = 8;

export function Markdown({ text, mark }: { text: string; mark?: Mark }) {
    return <div class="prose">{text.length > MOST ? <pre>{text}</pre> : blocks(text.split("\n"), mark)}</div>;
}

function blocks(lines: string[], mark: Mark | undefined, depth = 0): ComponentChildren[] {
    const made: ComponentChildren[] = [];
    let at = 0;
    while (at < lines.length) {
        const line = lines[at]!;
        const heading = /^(#{1,6}) +(.*)$/s.exec(line);
        if (FENCE.test(line)) {
            const end = lines.findIndex((other, index) => index > at && FENCE.test(other));
            const stop = end < 0 ? lines.length : end;
            made.push(
                <pre>
                    <code>{lines.slice(at + 1, stop).join("\n")}</code>
                </pre>,
            );
            at = stop + 1;
        } else if (heading) {
            made.push(<p class="heading">{inline(heading[2]!, mark)}</p>);
            at++;
        } else if (line.startsWith("|") && rules(lines[at + 1] ?? "")) {
            const end = until(lines, at, other => other.startsWith("|"));
            made.push(table(lines.slice(at, end), mark));
            at = end;
        } else if (line.startsWith(">") && depth < DEEPEST) {
            const end = until(lines, at, other => other.startsWith(">"));
            made.push(<blockquote>{blocks(lines.slice(at, end).map(other => other.replace(/^> ?/, "")), mark, depth + 1)}</blockquote>);
            at = end;
        } else if (LIST.test(line)) {
            const end = until(lines, at, other => LIST.test(other) || /^ {2,}\S/.test(other));
            made.push(list(lines.slice(at, end), mark));
            at = end;
        } else if (line.trim() === "") {
            at++;
        } else {
            const end = until(lines, at, other => other.trim() !== "" && !FENCE.test(other) && !LIST.test(other) && !/^(#{1,6} |>)/.test(other));
            made.push(<p>{inline(lines.slice(at, end).join("\n"), mark)}</p>);
            at = end;
        }
    }
    return made;
}

/** Whether a line stands between the head of a table and its rows. */
function rules(line: string): boolean {
    const trimmed = line.trim();
    return trimmed.startsWith("|") && /^[\s:|-]{2,}$/.test(trimmed);
}

/** The index after the lines from {@code from} on that belong together; the first always does. */
function until(lines: string[], from: number, belongs: (line: string) => boolean): number {
    let end = from + 1;
    while (end < lines.length && belongs(lines[end]!)) {
        end++;
    }
    return end;
}

function list(lines: string[], mark: Mark | undefined): ComponentChildren {
    const items: string[] = [];
    for (const line of lines) {
        if (LIST.test(line)) {
            items.push(line.replace(LIST, ""));
        } else {
            items[items.length - 1] += `\n${line.trim()}`;
        }
    }
    const children = items.map(item => <li>{inline(item, mark)}</li>);
    return LIST.exec(lines[0]!)?.[2] ? <ol start={Number(LIST.exec(lines[0]!)![2])}>{children}</ol> : <ul>{children}</ul>;
}

function table(lines: string[], mark: Mark | undefined): ComponentChildren {
    const cells = (line: string) => line.replace(/^\||\|\s*$/g, "").split("|").map(cell => cell.trim());
    return (
        <div class="wide">
            <table>
                <thead>
                    <tr>
                        {cells(lines[0]!).map(cell => (
                            <th>{inline(cell, mark)}</th>
                        ))}
                    </tr>
                </thead>
                <tbody>
                    {lines.slice(2).map(line => (
                        <tr>
                            {cells(line).map(cell => (
                                <td>{inline(cell, mark)}</td>
                            ))}
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}

const INLINE = /`([^`\n]+)`|\*\*([^*\n]+)\*\*|\*([^*\s][^*\n]*)\*|\[([^\][\n]{1,300})\]\(([^()\s]{1,2000})\)|\[(\d{1,3})\]|(https?:\/\/[^\s<>()]{1,2000})/g;

function inline(text: string, mark: Mark | undefined): ComponentChildren[] {
    const made: ComponentChildren[] = [];
    let at = 0;
    for (const found of text.matchAll(INLINE)) {
        const [whole, code, strong, emphasis, label, target, number, bare] = found;
        const address = target ?? bare;
        let element: ComponentChildren;
        if (code !== undefined) {
            element = <code>{code}</code>;
        } else if (strong !== undefined) {
            element = <strong>{inline(strong, mark)}</strong>;
        } else if (emphasis !== undefined) {
            element = <em>{emphasis}</em>;
        } else if (number !== undefined) {
            element = mark?.(Number(number)) ?? whole;
        } else if (address !== undefined && SAFE.test(address)) {
            element = (
                <a href={address} target="_blank" rel="noopener noreferrer nofollow">
                    {label ?? address}
                </a>
            );
        } else {
            element = whole;
        }
        made.push(text.slice(at, found.index), element);
        at = found.index + whole.length;
    }
    made.push(text.slice(at));
    return made;
}
