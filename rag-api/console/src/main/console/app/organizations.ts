/** The signed-in account, its organizations, and the one that the address names. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Schemas } from "../api/client";

export type Organization = Schemas["Organization"];
export type User = Schemas["User"];

export interface Place {
    user: User;
    organization: Organization;
    organizations: Organization[];
    reload: () => void;
}

export const PlaceContext = createContext<Place | undefined>(undefined);

export function usePlace(): Place {
    const place = useContext(PlaceContext);
    if (!place) {
        throw new Error("This page is shown within an organization only");
    }
    return place;
}

/** The address of a page of this organization. */
export function useWithin(): (path: string) => string {
    const { organization } = usePlace();
    return path => `/o/${encodeURIComponent(organization.slug)}/${path}`;
}

const RANKS = ["viewer", "member", "admin", "owner"];

/** Whether the role in this organization is at least this one; the API decides, and this hides what it would refuse. */
export function useMay(role: "member" | "admin" | "owner"): boolean {
    return RANKS.indexOf(usePlace().organization.role) >= RANKS.indexOf(role);
}
