import { elementById } from "./page.ts";

const THEMES = ["auto", "light", "dark"] as const;

/** One button that goes from the system's choice to light to dark. */
export function wireTheme(changed: () => void): void {
  const button = elementById("theme", HTMLButtonElement);
  button.hidden = false;
  button.addEventListener("click", () => {
    const now = THEMES.findIndex((theme) => theme === document.documentElement.dataset["theme"]);
    const next = THEMES[(Math.max(0, now) + 1) % THEMES.length] ?? "auto";
    document.documentElement.dataset["theme"] = next;
    button.textContent = `Theme: ${next}`;
    changed();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
}
