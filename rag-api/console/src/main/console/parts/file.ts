/** Bytes that the browser saves under a name; it is never shown a type that it would run. */
import { send } from "../api/client";

export function saveAs(content: Blob, name: string): void {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([content], { type: "application/octet-stream" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export async function download(url: string, name: string): Promise<void> {
    saveAs(await (await send(url, {})).blob(), name);
}
