/** Which users look at a chat now, and which of them write. */
import { useEffect, useRef, useState } from "preact/hooks";
import { address, call, type Schemas } from "../api/client";
import { follow, type ServerEvent } from "../api/events";

/** A user that said nothing for this long has stopped. */
const WRITES = 6_000;
/** How often the others are told. */
const TELLS = 3_000;

export interface Presence {
    present: string[];
    typing: string[];
    /** Tells the others that the reader writes. */
    write: () => void;
}

/** @param changed is told of each event that changes what the page shows */
export function usePresence(chat: string, user: string, tells: boolean, changed: (event: ServerEvent) => void): Presence {
    const [present, setPresent] = useState<string[]>([]);
    const [typing, setTyping] = useState<string[]>([]);
    const told = useRef(0);
    const heard = useRef(changed);
    heard.current = changed;
    useEffect(() => {
        const stops = new Map<string, ReturnType<typeof setTimeout>>();
        const still = (one: string) => {
            clearTimeout(stops.get(one));
            stops.delete(one);
            setTyping(before => before.filter(other => other !== one));
        };
        const moment = (event: ServerEvent) => (event.data as Schemas["EventStreamsMoment"]).user_id;
        const stop = follow(
            address("/chats/{chat}/events", { chat }),
            event => {
                if (event.name === "ready") {
                    setPresent((event.data as Schemas["EventStreamsReady"]).present);
                } else if (event.name === "present") {
                    setPresent(before => [...new Set([...before, moment(event)])]);
                } else if (event.name === "absent") {
                    setPresent(before => before.filter(one => one !== moment(event)));
                    still(moment(event));
                } else if (event.name === "typing") {
                    const one = moment(event);
                    clearTimeout(stops.get(one));
                    stops.set(one, setTimeout(() => still(one), WRITES));
                    setTyping(before => [...new Set([...before, one])]);
                } else {
                    const sender = (event.data as Schemas["ChatEvent"] | undefined)?.message?.sender_id;
                    if (sender) {
                        still(sender);
                    }
                    heard.current(event);
                }
            },
            () => undefined,
        );
        return () => {
            stop();
            stops.forEach(timer => clearTimeout(timer));
            setPresent([]);
            setTyping([]);
        };
    }, [chat]);
    const write = () => {
        if (tells && Date.now() - told.current > TELLS) {
            told.current = Date.now();
            call("post", "/chats/{chat}/typing", { path: { chat } }).catch(() => undefined);
        }
    };
    return { present: present.filter(one => one !== user), typing: typing.filter(one => one !== user), write };
}
