/** Line icons, drawn here so that no font or file has to be loaded. */
const PATHS = {
    ask: "M4 5h16v11H9l-5 4z",
    knowledge: "M5 4h5v16H5zM10 4h4v16h-4zM15 5l4-1 3 15-4 1z",
    search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5",
    drive: "M3 6h6l2 2h10v11H3z",
    people: "M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM2 21c0-4 3-6 7-6s7 2 7 6M16 4a4 4 0 0 1 0 7M18 15c3 .6 4 3 4 6",
    pulse: "M2 12h5l3-8 4 16 3-8h5",
    account: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4.5 3.5-7 8-7s8 2.5 8 7",
    plus: "M12 5v14M5 12h14",
    close: "M6 6l12 12M18 6L6 18",
    check: "M5 12l5 5 9-10",
    warning: "M12 3 2 20h20zM12 10v4M12 17v.5",
    file: "M6 3h8l5 5v13H6zM14 3v5h5",
    folder: "M3 6h6l2 2h10v11H3z",
    upload: "M12 16V4M7 9l5-5 5 5M4 20h16",
    download: "M12 4v12M7 11l5 5 5-5M4 20h16",
    trash: "M4 7h16M9 7V4h6v3M6 7l1 14h10l1-14",
    retry: "M4 12a8 8 0 1 1 2.5 5.8M4 20v-5h5",
    stop: "M7 7h10v10H7z",
    up: "M7 11v9H4v-9zM7 11l4-8c2 0 3 1 2.500 3L13 9h6l-1.500 11H7",
    down: "M7 13V4H4v9zM7 13l4 8c2 0 3-1 2.500-3L13 15h6L17.500 4H7",
    more: "M5 12h.01M12 12h.01M19 12h.01",
    bell: "M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4",
    muted: "M6 16V11a6 6 0 0 1 9-5M18 12v4l2 2H8M10 21h4M4 4l16 16",
    leave: "M14 4H5v16h9M10 12h11M17 8l4 4-4 4",
    menu: "M4 6h16M4 12h16M4 18h16",
    chevron: "M9 6l6 6-6 6",
    send: "M4 12 20 4l-5 16-4-7z",
    copy: "M9 9h11v11H9zM5 15H4V4h11v1",
    share: "M18 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM6 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM18 22a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM9 11l6-4M9 13l6 4",
    edit: "M4 20l1-4L16 5l3 3L8 19z",
    clip: "M20 11l-8.500 8.500a5 5 0 0 1-7-7L13 4a3.500 3.500 0 0 1 5 5l-8.500 8.500a1.800 1.800 0 0 1-2.600-2.600L14 8",
    flow: "M3 4h6v5H3zM15 15h6v5h-6zM6 9v4c0 3 1 4.500 4 4.500h5",
    layers: "M12 3 2 9l10 6 10-6zM2 15l10 6 10-6",
    key: "M8 15a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 11h10v4M18 11v3",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
    return (
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d={PATHS[name]} />
        </svg>
    );
}
