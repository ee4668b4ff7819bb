/** The reader's rating of an answer. It is read where the reader comes near, since a long chat has many answers. */
import { useEffect, useRef, useState } from "preact/hooks";
import { call } from "../api/client";
import { usePlace } from "../app/organizations";
import { Icon } from "../parts/icon";
import { named } from "../text/translate";

export function Rating({ message, near }: { message: string; near: boolean }) {
    const { user } = usePlace();
    const [rating, setRating] = useState("");
    const asked = useRef(false);
    const path = { message };
    const read = () => {
        if (!asked.current) {
            asked.current = true;
            call("get", "/messages/{message}/feedback", { path }).then(
                ({ items }) => setRating(before => before || (items.find(one => one.user_id === user.id)?.rating ?? "")),
                () => (asked.current = false),
            );
        }
    };
    useEffect(() => (near ? read() : undefined), [near]);
    const rate = (value: "up" | "down") => {
        const taken = rating === value;
        asked.current = true;
        setRating(taken ? "" : value);
        (taken ? call("delete", "/messages/{message}/feedback", { path }) : call("post", "/messages/{message}/feedback", { path, body: { rating: value } })).catch(() => setRating(rating));
    };
    return (
        <span class="rating" onPointerEnter={read} onFocusIn={read}>
            {(["up", "down"] as const).map(value => (
                <button key={value} type="button" class="bare" aria-pressed={rating === value} aria-label={named("rate", value)} title={named("rate", value)} onClick={() => rate(value)}>
                    <Icon name={value} />
                </button>
            ))}
        </span>
    );
}
