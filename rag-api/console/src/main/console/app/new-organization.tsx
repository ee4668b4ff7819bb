/** The first organization of an account, another one, or word that the address names none of them. */
import { useState } from "preact/hooks";
import { call } from "../api/client";
import { useAction } from "../api/load";
import { Card, Field, Submit } from "../parts/form";
import { t } from "../text/translate";
import type { Organization } from "./organizations";
import { decode, go, Link } from "./router";

export function NewOrganization({ missing, known, made }: { missing: string; known: Organization[]; made: () => void }) {
    const [name, setName] = useState("");
    const action = useAction();
    const submit = () =>
        action.run(async () => {
            const organization = await call("post", "/organizations", { body: { name } });
            go(`/o/${encodeURIComponent(organization.slug)}/ask`, true);
            made();
        });
    return (
        <main class="alone">
            <Card title={t("organization.new")} problem={action.problem} submit={submit}>
                {missing && <p class="quiet">{t("organization.missing", { name: decode(missing) })}</p>}
                <p class="quiet">{t("organization.what")}</p>
                <Field label={t("field.name")} value={name} change={setName} required />
                <Submit busy={action.busy}>{t("organization.create")}</Submit>
                {known.map(one => (
                    <Link key={one.id} href={`/o/${encodeURIComponent(one.slug)}/ask`}>
                        {one.name}
                    </Link>
                ))}
            </Card>
        </main>
    );
}
