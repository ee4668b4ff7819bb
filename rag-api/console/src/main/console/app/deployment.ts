/** The address of this deployment for others, such as readers of a public knowledge base and systems that call a webhook. */
import { call } from "../api/client";
import { useLoad } from "../api/load";

/** The configured address, or that of this page where none is configured. */
export function usePublicUrl(): string {
    const deployment = useLoad(() => call("get", "/deployment"), []);
    return deployment.data?.public_url ?? location.origin;
}
