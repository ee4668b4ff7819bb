/** Parts of a page that have addresses of their own. */
import { Link } from "../app/router";

export function Tabs({ label, items, open }: { label: string; open: string; items: ReadonlyArray<readonly [id: string, name: string, href: string]> }) {
    return (
        <nav class="tabs" aria-label={label}>
            {items.map(([id, name, href]) => (
                <Link key={id} href={href} aria-current={id === open ? "page" : undefined}>
                    {name}
                </Link>
            ))}
        </nav>
    );
}
