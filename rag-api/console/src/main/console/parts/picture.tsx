/** A picture that only the session may load. */
import { useEffect, useState } from "preact/hooks";
import { send } from "../api/client";
import { useLoad } from "../api/load";
import { Failure, Waiting } from "./state";

/** Those that browsers draw. An SVG is a document, and is shown as none. */
const DRAWN = /^image\/(png|jpeg|gif|webp|avif|bmp)$/;

export function isPicture(type: string): boolean {
    return DRAWN.test(type);
}

export function Picture({ address, name }: { address: string; name: string }) {
    const [url, setUrl] = useState("");
    const loaded = useLoad(async () => (await send(address, {})).blob(), [address]);
    useEffect(() => {
        if (loaded.data) {
            const made = URL.createObjectURL(loaded.data);
            setUrl(made);
            return () => URL.revokeObjectURL(made);
        }
        return undefined;
    }, [loaded.data]);
    if (loaded.problem) {
        return <Failure problem={loaded.problem} retry={loaded.reload} />;
    }
    return url ? <img class="picture" src={url} alt={name} /> : <Waiting />;
}
