/** A definition as YAML. The library comes with the first page that shows YAML. */
import type { Document } from "yaml";

export interface Yaml {
    print: (value: unknown) => string;
    /** Throws an error with a message that names the line. */
    parse: (source: string) => unknown;
    /** The line, from 1, of a place such as {@code definition.steps[0].config.query}, or of what is next above it. */
    line: (source: string, place: string) => number;
}

let library: Promise<Yaml> | undefined;

export function yaml(): Promise<Yaml> {
    library ??= import("yaml").then(
        ({ parseDocument, stringify }) => {
            const read = (source: string): Document => {
                const document = parseDocument(source, { prettyErrors: true, uniqueKeys: true });
                const [error] = document.errors;
                if (error) {
                    throw new Error(error.message);
                }
                return document;
            };
            return {
                print: value => stringify(value, { lineWidth: 100 }),
                // Aliases may stand for more than a browser holds.
                parse: source => read(source).toJS({ maxAliasCount: 100 }) as unknown,
                line: (source, place) => lineOf(parseDocument(source), source, place),
            };
        },
        (failure: unknown) => {
            library = undefined;
            throw failure;
        },
    );
    return library;
}

function lineOf(document: Document, source: string, place: string): number {
    const path = place.split(/[.[\]]+/).filter(part => part && part !== "definition").map(part => (/^\d+$/.test(part) ? Number(part) : part));
    for (let length = path.length; length > 0; length--) {
        const node = document.getIn(path.slice(0, length), true);
        const range = (node as { range?: [number, number, number] } | undefined)?.range;
        if (range) {
            return source.slice(0, range[0]).split("\n").length;
        }
    }
    return 1;
}
