import { useEffect, useState } from "preact/hooks";
import { asProblem, type Problem } from "../api/problem";
import { yaml, type Yaml } from "./yaml";

/** The library for YAML, once it is there. */
export function useYaml(): { yaml: Yaml | undefined; problem: Problem | undefined } {
    const [found, setFound] = useState<Yaml>();
    const [problem, setProblem] = useState<Problem>();
    useEffect(() => {
        let open = true;
        yaml().then(
            one => open && setFound(one),
            (failure: unknown) => open && setProblem(asProblem(failure)),
        );
        return () => void (open = false);
    }, []);
    return { yaml: found, problem };
}
