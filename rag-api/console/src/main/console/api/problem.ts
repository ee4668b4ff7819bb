/** An answer that is no success, as RFC 9457 has it, with the request's id, which stands in the log, too. */
export class Problem extends Error {
    constructor(
        readonly status: number,
        /** The last part of the problem's type, for example "not-found"; "offline" where no answer came. */
        readonly reason: string,
        readonly detail: string,
        readonly requestId: string,
        readonly fields: ReadonlyArray<{ field: string; message: string }> = [],
        /** The seconds after which the API asks to be called again. */
        readonly retryAfter: number | undefined = undefined,
    ) {
        super(detail || reason);
    }
}

/** Whether another user, or another tab, changed or removed meanwhile what a page shows. */
export function outdated(problem: Problem): boolean {
    return problem.reason === "stale-version" || problem.reason === "not-found";
}

interface Body {
    type?: string;
    title?: string;
    detail?: string;
    errors?: Array<{ field?: string; message?: string }>;
}

export async function problemOf(response: Response): Promise<Problem> {
    const body = (await response.json().catch(() => ({}))) as Body;
    return problemIn(body, response.status, response.headers.get("X-Request-Id") ?? "", response.headers.get("Retry-After") ?? "");
}

/** Of a problem's own fields, as an event stream sends them. */
export function problemIn(body: Body, status: number, requestId: string, retryAfter = ""): Problem {
    return new Problem(
        status,
        (body.type ?? "").split(":").pop() ?? "",
        body.detail ?? body.title ?? "",
        requestId,
        (body.errors ?? []).map(error => ({ field: error.field ?? "", message: error.message ?? "" })),
        /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) : undefined,
    );
}

export function asProblem(failure: unknown): Problem {
    if (failure instanceof Problem) {
        return failure;
    }
    return new Problem(0, "offline", failure instanceof Error ? failure.message : "", "");
}
