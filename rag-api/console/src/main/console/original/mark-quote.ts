/** Marks a quote in the text of a page. Blanks, hyphens at line ends and ligatures differ between the two, and do not count. */

/**
 * Wraps the characters of {@code quote} in mark elements and returns the first; undefined where the page has no such text.
 * The marks' texts together are the quote's characters, without its blanks.
 */
export function markQuote(page: Element, quote: string): HTMLElement | undefined {
    const nodes: Text[] = [];
    const walker = document.createTreeWalker(page, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        nodes.push(walker.currentNode as Text);
    }
    let text = "";
    const places: Array<{ node: number; from: number; to: number }> = [];
    nodes.forEach((node, index) => {
        let at = 0;
        for (const character of node.data) {
            for (const bare of plain(character)) {
                text += bare;
                for (let unit = 0; unit < bare.length; unit++) {
                    places.push({ node: index, from: at, to: at + character.length });
                }
            }
            at += character.length;
        }
    });
    const wanted = [...quote].flatMap(plain).join("");
    const start = wanted ? text.indexOf(wanted) : -1;
    if (start < 0) {
        return undefined;
    }
    const ranges = new Map<number, [number, number]>();
    for (const place of places.slice(start, start + wanted.length)) {
        const range = ranges.get(place.node);
        ranges.set(place.node, [Math.min(range?.[0] ?? place.from, place.from), Math.max(range?.[1] ?? 0, place.to)]);
    }
    let first: HTMLElement | undefined;
    for (const [index, [from, to]] of ranges) {
        const range = document.createRange();
        range.setStart(nodes[index]!, from);
        range.setEnd(nodes[index]!, to);
        const mark = document.createElement("mark");
        range.surroundContents(mark);
        first ??= mark;
    }
    return first;
}

/** The characters that count, in the form that both have: "ﬁ" is "fi", and a blank or a hyphen is dropped. */
function plain(character: string): string[] {
    return [...character.normalize("NFKC")].filter(one => !/[\s\u00ad\u2010-\u2012\u200b-\u200f\u202a-\u202e\u2066-\u2069-]/u.test(one));
}
