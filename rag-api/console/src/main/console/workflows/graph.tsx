/** The steps of a workflow as a graph: lines lead to what follows. Each step is a button, in the order of the definition. */
import type { Step } from "./definition";
import { named, t } from "../text/translate";
import { HEIGHT, layout, path, WIDTH } from "./layout";

interface Shown {
    steps: Step[];
    open: number | undefined;
    choose: (index: number) => void;
    /** How many faults a step has. */
    faults?: (index: number) => number;
    /** How far a step of a run is. */
    status?: (id: string) => string | undefined;
}

export function Graph({ steps, open, choose, faults, status }: Shown) {
    const drawing = layout(steps);
    return (
        <div class="graph" tabIndex={0} role="group" aria-label={t("workflow.graph")} dir="ltr">
            <div class="canvas" style={{ width: `${drawing.width}px`, height: `${drawing.height}px` }}>
                <svg width={drawing.width} height={drawing.height} aria-hidden="true" focusable="false">
                    <defs>
                        <marker id="arrow" viewBox="0 0 8 8" refX="5" refY="4" markerWidth="7" markerHeight="7" orient="auto">
                            <path d="M0 0 8 4 0 8z" />
                        </marker>
                    </defs>
                    {drawing.lines.map((line, index) => (
                        <path key={index} class="edge" d={path(line)} marker-end="url(#arrow)" />
                    ))}
                </svg>
                {steps.map((step, index) => {
                    const { left, top } = drawing.places[index]!;
                    const wrong = faults?.(index) ?? 0;
                    const reached = status?.(step.id);
                    return (
                        <button
                            key={index}
                            type="button"
                            class={wrong ? "node wrong" : "node"}
                            data-status={reached}
                            style={{ left: `${left}px`, top: `${top}px`, width: `${WIDTH}px`, height: `${HEIGHT}px` }}
                            aria-pressed={open === index}
                            onClick={() => choose(index)}
                        >
                            <bdi class="cut">{typeof step.name === "string" && step.name ? step.name : step.id || "?"}</bdi>
                            <span class="small">
                                <bdi class="cut">{step.type}</bdi>
                                {reached && <span class="state">{named("step.status", reached)}</span>}
                                {wrong > 0 && <span class="state">{t("workflow.faults", { count: wrong })}</span>}
                            </span>
                        </button>
                    );
                })}
            </div>
        </div>
    );
}
