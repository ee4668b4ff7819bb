/** Messages in the reader's language. A language that lacks one, or has one more, does not compile. */
import { signal } from "../app/signal";
import de from "./de.json";
import en from "./en.json";
import tr from "./tr.json";

export type Key = keyof typeof en;
export type Language = "en" | "de" | "tr";

const MESSAGES: Record<Language, Record<Key, string>> = { en, de, tr } satisfies Record<Language, Record<Key, string>>;
const STORED = "arketic.language";
export const LANGUAGES: ReadonlyArray<{ code: Language; name: string }> = [
    { code: "en", name: "English" },
    { code: "de", name: "Deutsch" },
    { code: "tr", name: "Türkçe" },
];

export const language = signal<Language>(initial());
language.subscribe(code => (document.documentElement.lang = code));

export function choose(code: Language): void {
    localStorage.setItem(STORED, code);
    language.set(code);
}

/** {@code {name}} stands for a value; {@code one|other} chooses by the value {@code count}. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
    let message = MESSAGES[language.value][key];
    if ("count" in values && message.includes("|")) {
        const [one = "", other = ""] = message.split("|");
        message = new Intl.PluralRules(language.value).select(Number(values.count)) === "one" ? one : other;
    }
    return message.replace(/\{(\w+)\}/g, (whole, name: string) => {
        const value = values[name];
        return value === undefined ? whole : typeof value === "number" ? number(value) : value;
    });
}

/** The message of a key that is put together, or the last part of that key where there is none. */
export function named(prefix: string, name: string, values: Record<string, string | number> = {}): string {
    const key = `${prefix}.${name}`;
    return key in en ? t(key as Key, values) : name;
}

/** The advice for a reason in the reader's language, or else as the server gives it. */
export function advised(reason: string, given: string, prefix: "advice" | "warningAdvice" = "advice"): string {
    const known = named(prefix, reason);
    return known === reason ? given : known;
}

export function number(value: number, digits = 0): string {
    return new Intl.NumberFormat(language.value, { maximumFractionDigits: digits }).format(value);
}

export function bytes(value: number): string {
    const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
    const power = Math.min(units.length - 1, value > 0 ? Math.floor(Math.log10(value) / 3) : 0);
    return new Intl.NumberFormat(language.value, {
        style: "unit",
        unit: units[power]!,
        unitDisplay: "short",
        maximumFractionDigits: power > 1 ? 1 : 0,
    }).format(value / 1000 ** power);
}

export function time(iso: string): string {
    return new Intl.DateTimeFormat(language.value, { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));
}

export function day(iso: string): string {
    return new Intl.DateTimeFormat(language.value, { dateStyle: "medium" }).format(new Date(iso));
}

/** Days without a time are those of UTC. */
export function shortMonth(date: string): string {
    return new Intl.DateTimeFormat(language.value, { month: "short", timeZone: "UTC" }).format(new Date(date));
}

export function wholeMonth(date: string): string {
    return new Intl.DateTimeFormat(language.value, { month: "long", year: "numeric", timeZone: "UTC" }).format(new Date(date));
}

/** "5 minutes ago"; a date where it is longer than a week. */
export function ago(iso: string): string {
    const seconds = (new Date(iso).getTime() - Date.now()) / 1000;
    const steps: Array<[number, Intl.RelativeTimeFormatUnit]> = [
        [60, "second"],
        [3600, "minute"],
        [86_400, "hour"],
        [604_800, "day"],
    ];
    const at = steps.findIndex(([limit]) => Math.abs(seconds) < limit);
    if (at < 0) {
        return day(iso);
    }
    const divisor = at === 0 ? 1 : steps[at - 1]![0];
    return new Intl.RelativeTimeFormat(language.value, { numeric: "auto" }).format(Math.round(seconds / divisor), steps[at]![1]);
}

function initial(): Language {
    const wanted = [localStorage.getItem(STORED) ?? "", ...navigator.languages.map(tag => tag.slice(0, 2))];
    return LANGUAGES.map(known => known.code).find(code => wanted.find(want => LANGUAGES.some(known => known.code === want)) === code) ?? "en";
}

/** A span of time in its largest whole unit. */
export function duration(seconds: number): string {
    const units: ReadonlyArray<readonly [string, number]> = [
        ["day", 86_400],
        ["hour", 3600],
        ["minute", 60],
        ["second", 1],
    ];
    const [unit, size] = units.find(([, one]) => seconds >= one) ?? units[3]!;
    return new Intl.NumberFormat(language.value, { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 0 }).format(Math.floor(seconds / size));
}
