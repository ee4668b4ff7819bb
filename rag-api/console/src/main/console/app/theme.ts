/** Light, dark, or as the system has it: the theme of the signed-in user. The browser keeps a copy for the first paint only. */
import { signal } from "./signal";

export type Theme = "system" | "light" | "dark";
export const THEMES: readonly Theme[] = ["system", "light", "dark"];
const STORED = "arketic.theme";

export const theme = signal<Theme>(THEMES.find(name => name === localStorage.getItem(STORED)) ?? "system");
theme.subscribe(name => {
    if (name === "system") {
        delete document.documentElement.dataset.theme;
    } else {
        document.documentElement.dataset.theme = name;
    }
});

/** Shows the theme of the user's preferences. */
export function showTheme(name: string): void {
    const known = THEMES.find(one => one === name) ?? "system";
    localStorage.setItem(STORED, known);
    theme.set(known);
}
