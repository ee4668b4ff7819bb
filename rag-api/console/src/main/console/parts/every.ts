/** Does something again and again while the page is seen, and when it is seen again. */
import { useEffect, useRef } from "preact/hooks";

export function useEvery(milliseconds: number, work: () => void): void {
    const latest = useRef(work);
    latest.current = work;
    useEffect(() => {
        const run = () => !document.hidden && latest.current();
        const timer = setInterval(run, milliseconds);
        document.addEventListener("visibilitychange", run);
        return () => {
            clearInterval(timer);
            document.removeEventListener("visibilitychange", run);
        };
    }, [milliseconds]);
}
