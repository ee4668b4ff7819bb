/** The pages before a session: sign in, register, confirm an address, choose another password, take up an invitation. */
import { useEffect } from "preact/hooks";
import { go, useAddress } from "../app/router";
import { choose, language, LANGUAGES, t, type Language } from "../text/translate";
import { Invited, keptInvitation } from "./invitation";
import { ForgottenPassword, NewPassword } from "./password";
import { Register, Verify } from "./register";
import { SignIn } from "./sign-in";

export interface Entering {
    /** The one-time token of a mail, from the address's fragment, which no server sees. */
    token: string;
    next: string;
    entered: () => void;
}

interface SignInPagesProps {
    path: string;
    signedIn: boolean;
    /** Whether a session has ended by itself. */
    ended: boolean;
    entered: () => void;
}

export function SignInPages({ path, signedIn, ended, entered }: SignInPagesProps) {
    const address = useAddress();
    const wanted = address.searchParams.get("next") ?? "/";
    // Only an address of this console: "//elsewhere" and "https:" lead away.
    const next = /^\/(?![/\\])/.test(wanted) ? wanted : "/";
    const page = path.split("/")[1] ?? "";
    const token = new URLSearchParams(location.hash.slice(1)).get("token") ?? (page === "invitation" ? keptInvitation() : "");
    useEffect(() => {
        if (signedIn && page === "sign-in") {
            go(next, true);
        }
    }, [signedIn, page]);
    useEffect(() => {
        document.title = `${t(page === "register" ? "register.title" : "signIn.title")} · Arketic`;
    }, [page]);
    const entering: Entering = {
        token,
        next,
        entered: () => {
            entered();
            go(next, true);
        },
    };
    return (
        <main class="alone">
            <p class="brand">
                <svg viewBox="0 0 32 32" aria-hidden="true">
                    <rect width="32" height="32" rx="8" />
                    <path d="M9 23 16 8l7 15M12 18h8" />
                </svg>
                Arketic
            </p>
            {page === "register" && <Register {...entering} />}
            {page === "verify-email" && <Verify {...entering} />}
            {page === "password-reset" && (token ? <NewPassword {...entering} /> : <ForgottenPassword />)}
            {page === "invitation" && <Invited {...entering} signedIn={signedIn} />}
            {page === "sign-in" && (
                <>
                    {ended && (
                        <p class="note" role="status">
                            {t("signIn.ended")}
                        </p>
                    )}
                    <SignIn {...entering} />
                </>
            )}
            <footer class="languages">
                {LANGUAGES.map(one => (
                    <button key={one.code} type="button" class="plain small" lang={one.code} aria-pressed={language.value === one.code} onClick={() => choose(one.code as Language)}>
                        {one.name}
                    </button>
                ))}
            </footer>
        </main>
    );
}
