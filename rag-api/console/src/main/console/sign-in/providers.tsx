/** The ways to identity providers, which lead out of the console and back. */
import { useEffect, useState } from "preact/hooks";
import { problemOf } from "../api/problem";
import { t } from "../text/translate";

interface Provider {
    id: string;
    name: string;
}

const PATH = "/api/v1/auth/sign-in";

/** Shows the deployment's providers, and that of the address's domain. */
export function Providers({ email, next }: { email: string; next: string }) {
    const [providers, setProviders] = useState<Provider[]>([]);
    const domain = /^[^@\s]+@([^@\s]+\.[^@\s.]{2,})$/.exec(email)?.[1] ?? "";
    useEffect(() => {
        const asked = new AbortController();
        // Only the domain is sent, once the user pauses.
        const query = domain ? `?email=${encodeURIComponent(`a@${domain}`)}` : "";
        const timer = setTimeout(
            () => void offers(query, asked.signal).then(setProviders, () => undefined),
            domain ? 400 : 0,
        );
        return () => {
            clearTimeout(timer);
            asked.abort();
        };
    }, [domain]);
    const back = `/sign-in?step=entered&next=${encodeURIComponent(next)}`;
    return (
        <>
            {providers.map(provider => (
                <a key={provider.id} class="button" href={`${PATH}/${provider.id}?return_to=${encodeURIComponent(back)}`}>
                    {t("signIn.provider", { name: provider.name })}
                </a>
            ))}
        </>
    );
}

/** Shows the code of the second factor; returns the page that the sign-in began for. */
export async function finish(code: string): Promise<string> {
    const response = await fetch("/api/v1/auth/browser-session/two-factor", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ two_factor_code: code }),
    });
    if (!response.ok) {
        throw await problemOf(response);
    }
    return ((await response.json()) as { return_to: string }).return_to;
}

async function offers(query: string, signal: AbortSignal): Promise<Provider[]> {
    const response = await fetch(PATH + query, { signal });
    return response.ok ? ((await response.json()) as { items: Provider[] }).items : [];
}
