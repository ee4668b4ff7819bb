/** A browser and its system, as users know them, or the beginning of what the browser says about itself. */
const BROWSERS: ReadonlyArray<readonly [RegExp, string]> = [
    [/Edg\//, "Edge"],
    [/OPR\//, "Opera"],
    [/SamsungBrowser\//, "Samsung Internet"],
    [/Firefox\/|FxiOS\//, "Firefox"],
    [/Chrome\/|CriOS\//, "Chrome"],
    [/Version\/.*Safari\//, "Safari"],
    [/^Java-http-client/, "Java"],
    [/^curl\//, "curl"],
    [/^python/i, "Python"],
];
const SYSTEMS: ReadonlyArray<readonly [RegExp, string]> = [
    [/Android/, "Android"],
    [/iPhone|iPad/, "iOS"],
    [/Windows/, "Windows"],
    [/Mac OS X|Macintosh/, "macOS"],
    [/Linux|X11/, "Linux"],
];

export function browserName(agent: string): string {
    const known = (list: typeof BROWSERS) => list.find(([pattern]) => pattern.test(agent))?.[1];
    return [known(BROWSERS), known(SYSTEMS)].filter(Boolean).join(" · ") || agent.slice(0, 60);
}
