/** Which page an address is, and whether it wants a session. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { call, pages } from "../api/client";
import { useLoad } from "../api/load";
import { asProblem, type Problem } from "../api/problem";
import { LAST_ORGANIZATION, mayExist, onEnd, refresh } from "../api/session";
import { Failure, Waiting } from "../parts/state";
import { SignInPages } from "../sign-in/pages";
import { listen } from "../notifications/desktop";
import { language } from "../text/translate";
import { NewOrganization } from "./new-organization";
import { PlaceContext } from "./organizations";
import { decode, go, useAddress } from "./router";
import { Shell } from "./shell";
import { useSignal } from "./signal";
import { showTheme } from "./theme";

const SIGNED_OUT = /^\/(sign-in|register|verify-email|password-reset|invitation)(\/|$)/;

export function App() {
    const address = useAddress();
    useSignal(language);
    const [session, setSession] = useState<"unknown" | "open" | "none">(mayExist() ? "unknown" : "none");
    const [problem, setProblem] = useState<Problem>();
    const [ended, setEnded] = useState(false);
    const open = SIGNED_OUT.test(address.pathname);
    const enter = () => {
        setProblem(undefined);
        refresh().then(
            there => setSession(there ? "open" : "none"),
            (failure: unknown) => setProblem(asProblem(failure)),
        );
    };
    useEffect(() => {
        onEnd(own => {
            setEnded(!own);
            setSession("none");
        });
        if (mayExist()) {
            enter();
        }
    }, []);
    useEffect(() => {
        if (session === "none" && !open) {
            const wanted = address.pathname + address.search;
            go(wanted === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(wanted)}`, true);
        }
    }, [session, open]);
    if (open) {
        return <SignInPages path={address.pathname} signedIn={session === "open"} ended={ended} entered={() => (setEnded(false), setSession("open"))} />;
    }
    if (session === "unknown" && problem) {
        return <Failure problem={problem} retry={enter} whole />;
    }
    return session === "open" ? <SignedIn /> : <Waiting />;
}

function SignedIn() {
    const address = useAddress();
    const slug = /^\/o\/([^/]+)/.exec(address.pathname)?.[1] ?? "";
    const { data, problem, reload } = useLoad(async () => {
        const [user, preferences, profile, organizations] = await Promise.all([
            call("get", "/auth/me"),
            call("get", "/users/me/preferences"),
            call("get", "/users/me/profile"),
            pages(cursor => call("get", "/organizations", { query: { limit: 100, ...(cursor ? { cursor } : {}) } })),
        ]);
        showTheme(preferences.theme);
        listen(preferences, profile.timezone);
        return { user, organizations };
    }, []);
    const wanted = decode(slug) || localStorage.getItem(LAST_ORGANIZATION) || "";
    const organization = data?.organizations.find(one => one.slug === wanted) ?? (slug ? undefined : data?.organizations[0]);
    useEffect(() => {
        if (organization) {
            localStorage.setItem(LAST_ORGANIZATION, organization.slug);
            if (address.pathname === "/") {
                go(`/o/${encodeURIComponent(organization.slug)}/ask`, true);
            }
        }
    }, [organization?.slug, address.pathname]);
    if (problem) {
        return <Failure problem={problem} retry={reload} whole />;
    }
    if (!data) {
        return <Waiting />;
    }
    if (!organization) {
        return <NewOrganization missing={slug} known={data.organizations} made={reload} />;
    }
    return (
        <PlaceContext.Provider value={{ ...data, organization, reload }}>
            <Shell key={organization.id} />
        </PlaceContext.Provider>
    );
}

export type Page = ComponentType<{ parts: Record<string, string> }>;
