/** What a page loads, with its failure. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { asProblem, outdated, type Problem } from "./problem";

export interface Loaded<T> {
    data: T | undefined;
    problem: Problem | undefined;
    reload: () => void;
    set: (data: T) => void;
}

/** Loads again when one of {@code on} changes, and when the connection is back; an answer that comes after that is dropped. */
export function useLoad<T>(load: () => Promise<T>, on: readonly unknown[]): Loaded<T> {
    const [state, setState] = useState<{ data: T | undefined; problem: Problem | undefined }>({ data: undefined, problem: undefined });
    const [round, setRound] = useState(0);
    const latest = useRef(0);
    const shown = useRef(on);
    useEffect(() => {
        const mine = ++latest.current;
        if (on.some((value, index) => value !== shown.current[index])) {
            setState({ data: undefined, problem: undefined });
        }
        shown.current = on;
        load().then(
            data => mine === latest.current && setState({ data, problem: undefined }),
            (failure: unknown) => mine === latest.current && setState(before => ({ data: kept(before.data, asProblem(failure)), problem: asProblem(failure) })),
        );
        return () => void latest.current++;
    }, [...on, round]);
    const offline = state.problem?.reason === "offline";
    useEffect(() => {
        if (!offline) {
            return undefined;
        }
        const back = () => setRound(count => count + 1);
        addEventListener("online", back);
        return () => removeEventListener("online", back);
    }, [offline]);
    return {
        ...state,
        reload: useCallback(() => setRound(count => count + 1), []),
        set: useCallback((data: T) => setState({ data, problem: undefined }), []),
    };
}

/** What was loaded stays while the server cannot be asked; what is gone or forbidden does not. */
function kept<T>(data: T | undefined, problem: Problem): T | undefined {
    return problem.reason === "offline" || problem.status === 429 || problem.status >= 500 ? data : undefined;
}

export interface Action {
    busy: boolean;
    problem: Problem | undefined;
    /** Whether the work succeeded. */
    run: (work: () => Promise<unknown>) => Promise<boolean>;
    clear: () => void;
}

/** What a failure offers where another user changed or removed meanwhile what an action changes: to load it again. */
export function again(action: Action, reload: () => void): { retry?: () => void } {
    return action.problem && outdated(action.problem) ? { retry: () => (action.clear(), reload()) } : {};
}

/** Runs what a person asks for, and holds whether it is under way and how it failed. */
export function useAction(): Action {
    const [busy, setBusy] = useState(false);
    const [problem, setProblem] = useState<Problem>();
    const run = useCallback(async (work: () => Promise<unknown>) => {
        setBusy(true);
        setProblem(undefined);
        try {
            await work();
            return true;
        } catch (failure) {
            setProblem(asProblem(failure));
            return false;
        } finally {
            setBusy(false);
        }
    }, []);
    return { busy, problem, run, clear: useCallback(() => setProblem(undefined), []) };
}
