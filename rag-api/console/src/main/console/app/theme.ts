/** Light, dark, or as the system has it. */
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

export function chooseTheme(name: Theme): void {
    localStorage.setItem(STORED, name);
    theme.set(name);
}
