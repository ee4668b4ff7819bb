import { useLayoutEffect, useRef } from "preact/hooks";

/** A reader that is this close to the end, in pixels, follows what comes. */
const CLOSE = 160;

/** Keeps the end in view while the reader is there, and the place of a reader that is not, also where earlier messages come. */
export function useScroll(end: readonly unknown[], first: string | undefined) {
    const element = useRef<HTMLDivElement>(null);
    const was = useRef({ height: 0, top: 0, view: 0, first });
    useLayoutEffect(() => {
        const area = element.current;
        const scrolled = () => {
            if (area) {
                was.current = { ...was.current, top: area.scrollTop, view: area.clientHeight };
            }
        };
        area?.addEventListener("scroll", scrolled, { passive: true });
        return () => area?.removeEventListener("scroll", scrolled);
    }, []);
    useLayoutEffect(() => {
        const area = element.current;
        if (area) {
            const { height, top, view, first: before } = was.current;
            if (before !== undefined && before !== first && height > 0 && top < height - view - CLOSE) {
                area.scrollTop = top + area.scrollHeight - height;
            } else if (height === 0 || height - top - view < CLOSE) {
                area.scrollTop = area.scrollHeight;
            }
            was.current = { height: area.scrollHeight, top: area.scrollTop, view: area.clientHeight, first };
        }
    }, [...end, first]);
    return element;
}
