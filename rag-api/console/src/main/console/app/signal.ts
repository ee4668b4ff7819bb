/** A value that parts of the page follow. */
import { useEffect, useState } from "preact/hooks";

export interface Signal<T> {
    readonly value: T;
    set(value: T): void;
    /** Calls at once, and at each change; returns what ends that. */
    subscribe(listener: (value: T) => void): () => void;
}

export function signal<T>(first: T): Signal<T> {
    const listeners = new Set<(value: T) => void>();
    let value = first;
    return {
        get value() {
            return value;
        },
        set(next: T) {
            if (next !== value) {
                value = next;
                listeners.forEach(listener => listener(next));
            }
        },
        subscribe(listener) {
            listeners.add(listener);
            listener(value);
            return () => void listeners.delete(listener);
        },
    };
}

export function useSignal<T>(source: Signal<T>): T {
    const [value, setValue] = useState(() => source.value);
    useEffect(() => source.subscribe(next => setValue(() => next)), [source]);
    return value;
}
