/** The definition of a workflow as the editor changes it. What it does not know stays as it is. */
export type Values = Record<string, unknown>;

export interface Definition extends Values {
    steps: Step[];
}

export interface Step extends Values {
    id: string;
    type: string;
}

/** An entry of a step's configuration, as the schema of definitions describes it. */
export interface ConfigField {
    name: string;
    description: string;
    kind: "text" | "integer" | "boolean" | "object" | "array" | "any" | "choice";
    choices: string[];
    required: boolean;
}

export interface StepKind {
    name: string;
    description: string;
    fields: ConfigField[];
}

/** Something else than a definition is read as one without steps. */
export function asDefinition(value: unknown): Definition {
    const values = isObject(value) ? value : {};
    const steps = Array.isArray(values.steps) ? values.steps : [];
    return { ...values, steps: steps.map(step => ({ ...(isObject(step) ? step : {}), ...named(step) })) };
}

function named(step: unknown): { id: string; type: string } {
    const values = isObject(step) ? step : {};
    return { id: text(values.id), type: text(values.type) };
}

export function isObject(value: unknown): value is Values {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function text(value: unknown): string {
    return typeof value === "string" ? value : "";
}

export function before(step: Step): string[] {
    return Array.isArray(step.depends_on) ? step.depends_on.filter(one => typeof one === "string") : [];
}

/** Leaves the field out where the value is empty. */
export function put<T extends Values>(values: T, name: string, value: unknown): T {
    const next = { ...values };
    if (value === undefined || value === "" || (Array.isArray(value) && value.length === 0)) {
        delete next[name];
    } else {
        (next as Values)[name] = value;
    }
    return next;
}

export function changed(definition: Definition, at: number, step: Step): Definition {
    const old = definition.steps[at]?.id;
    const rename = (one: string) => (one === old ? step.id : one);
    const steps = definition.steps.map((one, index) => (index === at ? step : put(one, "depends_on", before(one).map(rename))));
    return { ...definition, steps };
}

/** A step of a new name that follows {@code after}, or that begins the workflow. */
export function added(definition: Definition, type: string, after: string | undefined): Definition {
    const taken = new Set(definition.steps.map(step => step.id));
    let id = type;
    for (let number = 2; taken.has(id); number++) {
        id = `${type}_${number}`;
    }
    const step: Step = { id, type, ...(after ? { depends_on: [after] } : {}), config: {} };
    return { ...definition, steps: [...definition.steps, step] };
}

/** What followed the step then follows what it followed. */
export function removed(definition: Definition, at: number): Definition {
    const gone = definition.steps[at]!;
    const steps = definition.steps
        .filter(step => step !== gone)
        .map(step => (before(step).includes(gone.id) ? put(step, "depends_on", [...new Set(before(step).flatMap(one => (one === gone.id ? before(gone) : [one])))]) : step));
    return { ...definition, steps };
}

/** Whether the step leads to the other one, which it therefore cannot follow. */
export function leads(definition: Definition, from: string, to: string): boolean {
    const seen = new Set<string>();
    const wanted = [to];
    while (wanted.length) {
        const id = wanted.pop()!;
        if (id === from) {
            return true;
        }
        if (!seen.has(id)) {
            seen.add(id);
            wanted.push(...definition.steps.filter(step => step.id === id).flatMap(before));
        }
    }
    return false;
}

export function kinds(schema: unknown): StepKind[] {
    return list(at(schema, "properties", "steps", "items", "oneOf")).map(one => ({
        name: text(at(one, "properties", "type", "const")),
        description: text(at(one, "description")),
        fields: fields(at(one, "properties", "config")),
    }));
}

function fields(config: unknown): ConfigField[] {
    const required = list(at(config, "required"));
    return Object.entries(asObject(at(config, "properties"))).map(([name, field]) => {
        const any = list(at(field, "anyOf"));
        const choices = list(at(any[0], "enum")).map(String);
        const type = text(at(field, "type")) || text(at(any[0], "type"));
        return {
            name,
            description: text(at(field, "description")),
            kind: choices.length ? "choice" : type === "string" ? "text" : type === "" ? "any" : (type as ConfigField["kind"]),
            choices,
            required: required.includes(name),
        };
    });
}

/** The events that start runs. */
export function startingEvents(schema: unknown): string[] {
    return list(at(schema, "properties", "trigger", "properties", "event", "enum")).map(String);
}

function at(value: unknown, ...path: string[]): unknown {
    return path.reduce<unknown>((found, name) => asObject(found)[name], value);
}

function asObject(value: unknown): Values {
    return isObject(value) ? value : {};
}

function list(value: unknown): unknown[] {
    return Array.isArray(value) ? value : [];
}

/** What is wrong, by the number of the step; -1 has what belongs to none. */
export interface Fault {
    field: string;
    message: string;
}

export function stepOf(fault: Fault): number {
    const found = /^definition\.steps\[(\d+)\]/.exec(fault.field);
    return found ? Number(found[1]) : -1;
}
