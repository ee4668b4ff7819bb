/** Addresses of pages: links that change the address without loading, and the pattern that an address fits. */
import type { ComponentChildren } from "preact";
import { signal, useSignal } from "./signal";

const current = signal(here());
addEventListener("popstate", () => current.set(here()));

export function useAddress(): URL {
    return new URL(useSignal(current), location.origin);
}

export function go(path: string, replace = false): void {
    history[replace ? "replaceState" : "pushState"](null, "", path);
    current.set(here());
    if (!replace) {
        scrollTo(0, 0);
    }
}

/** Changes one part of the query and keeps the rest, so that what is shown can be shared. */
export function query(name: string, value: string): void {
    const url = new URL(location.href);
    if (value) {
        url.searchParams.set(name, value);
    } else {
        url.searchParams.delete(name);
    }
    go(url.pathname + url.search, true);
}

/** The parts that {@code :name} stands for; undefined where the path is another. */
export function fits(pattern: string, path: string): Record<string, string> | undefined {
    const wanted = pattern.split("/");
    const given = path.replace(/\/$/, "").split("/");
    if (wanted.length !== given.length) {
        return undefined;
    }
    const found: Record<string, string> = {};
    for (const [index, part] of wanted.entries()) {
        const value = given[index] ?? "";
        if (part.startsWith(":")) {
            found[part.slice(1)] = decode(value);
        } else if (part !== value) {
            return undefined;
        }
    }
    return found;
}

interface LinkProps {
    href: string;
    children: ComponentChildren;
    class?: string | undefined;
    title?: string;
    "aria-current"?: "page" | undefined;
}

export function Link({ href, children, ...rest }: LinkProps) {
    const follow = (event: MouseEvent) => {
        if (event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey) {
            event.preventDefault();
            go(href);
        }
    };
    return (
        <a {...rest} href={href} onClick={follow}>
            {children}
        </a>
    );
}

function here(): string {
    return location.pathname + location.search;
}

/** Leaves what is no percent-encoding as it is. */
export function decode(part: string): string {
    try {
        return decodeURIComponent(part);
    } catch {
        return part;
    }
}
