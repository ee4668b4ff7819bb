/** Sends one file and tells how far it is. XMLHttpRequest, since fetch tells nothing of a body under way. */
import { asProblem, Problem, problemIn } from "../api/problem";
import { authorization } from "../api/session";

/** Returns the problem, or undefined where the file has been taken. */
export async function upload(url: string, file: File, progress: (share: number) => void): Promise<Problem | undefined> {
    return sent("POST", url, file, file.name, progress);
}

/** Sends bytes as a form's file, like {@link upload}. */
export async function sent(method: "POST" | "PUT", url: string, file: Blob, name: string, progress: (share: number) => void): Promise<Problem | undefined> {
    const headers = await authorization().catch(() => ({}));
    return new Promise(resolve => {
        const request = new XMLHttpRequest();
        const body = new FormData();
        body.append("files", file, name);
        request.open(method, url);
        Object.entries(headers).forEach(([name, value]) => request.setRequestHeader(name, value));
        request.upload.onprogress = event => progress(event.lengthComputable ? event.loaded / event.total : 0);
        request.onerror = () => resolve(asProblem(undefined));
        request.onload = () => resolve(request.status < 300 ? undefined : refusal(request));
        request.send(body);
    });
}

function refusal(request: XMLHttpRequest): Problem {
    const id = request.getResponseHeader("X-Request-Id") ?? "";
    try {
        return problemIn(JSON.parse(request.responseText) as object, request.status, id);
    } catch {
        return new Problem(request.status, "", "", id);
    }
}
