import { useEffect, useState } from "preact/hooks";

const PAUSE = 250;

/** The value once it has stayed for a moment. */
export function useLater(value: string): string {
    const [later, setLater] = useState(value);
    useEffect(() => {
        const timer = setTimeout(() => setLater(value), PAUSE);
        return () => clearTimeout(timer);
    }, [value]);
    return later;
}
