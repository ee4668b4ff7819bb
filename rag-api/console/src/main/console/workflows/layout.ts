/** Where the steps of a graph are drawn: each to the right of all that it follows. */
import { before, type Step } from "./definition";

export const WIDTH = 190;
export const HEIGHT = 58;
const ACROSS = 60;
const DOWN = 22;
const MARGIN = 12;

export interface Place {
    left: number;
    top: number;
}

export interface Drawing {
    places: Place[];
    lines: Array<{ from: Place; to: Place }>;
    width: number;
    height: number;
}

/** A step that follows itself, by way of others, is drawn as if that were left out. */
export function layout(steps: Step[]): Drawing {
    const indexes = new Map(steps.map((step, index) => [step.id, index]));
    const earlier = steps.map(step => before(step).flatMap(id => indexes.get(id) ?? []));
    const columns: number[] = [];
    const column = (index: number, under: Set<number>): number => {
        if (columns[index] === undefined && !under.has(index)) {
            const below = new Set(under).add(index);
            columns[index] = Math.max(0, ...earlier[index]!.filter(one => !below.has(one)).map(one => column(one, below) + 1));
        }
        return columns[index] ?? 0;
    };
    steps.forEach((_, index) => column(index, new Set()));
    const rows: number[] = [];
    const most = Math.max(0, ...columns);
    for (let at = 0; at <= most; at++) {
        const wanted = steps
            .map((_, index) => index)
            .filter(index => columns[index] === at)
            .map(index => {
                const parents = earlier[index]!.map(one => rows[one] ?? 0);
                return { index, middle: parents.length ? parents.reduce((sum, one) => sum + one, 0) / parents.length : index };
            })
            .sort((one, other) => one.middle - other.middle || one.index - other.index);
        wanted.forEach(({ index }, row) => (rows[index] = row));
    }
    const places = steps.map((_, index) => ({ left: MARGIN + columns[index]! * (WIDTH + ACROSS), top: MARGIN + rows[index]! * (HEIGHT + DOWN) }));
    return {
        places,
        lines: earlier.flatMap((parents, index) => parents.filter(parent => parent !== index).map(parent => ({ from: places[parent]!, to: places[index]! }))),
        width: 2 * MARGIN + (most + 1) * WIDTH + most * ACROSS,
        height: 2 * MARGIN + Math.max(1, ...rows.map(row => row + 1)) * (HEIGHT + DOWN) - DOWN,
    };
}

export function path({ from, to }: { from: Place; to: Place }): string {
    const [x, y] = [from.left + WIDTH, from.top + HEIGHT / 2];
    const [left, top] = [to.left, to.top + HEIGHT / 2];
    const bend = Math.max(24, (left - x) / 2);
    return `M${x} ${y}C${x + bend} ${y} ${left - bend} ${top} ${left - 7} ${top}`;
}
