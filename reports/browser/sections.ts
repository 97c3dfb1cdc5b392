import type { Folded } from "./folded.ts";

/** Marks the entry of the contents whose section is being read. */
export function followSections(): void {
  const links = new Map(
    [...document.querySelectorAll<HTMLAnchorElement>("nav a[href^='#']")].map((link) => [
      link.hash.slice(1),
      link,
    ]),
  );
  const visible = new Set<string>();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) visible.add(target.id);
        else visible.delete(target.id);
      }
      const current = [...links.keys()].find((id) => visible.has(id));
      for (const [id, link] of links) {
        if (id === current) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    },
    { rootMargin: "-10% 0px -60% 0px" },
  );
  for (const id of links.keys()) {
    const section = document.getElementById(id);
    if (section !== null) observer.observe(section);
  }
}

/** A link into a folded part opens it. What stands behind a question mark is for the part itself. */
export function openTargets(folded: Folded): void {
  const open = (): void => {
    const id = decoded(location.hash.slice(1).split("?")[0] ?? "");
    if (id === "") return;
    if (document.getElementById(id) === null) folded.unfoldUntil(id);
    const target = document.getElementById(id);
    for (let at: Element | null = target; at !== null; at = at.parentElement) {
      if (at instanceof HTMLDetailsElement) at.open = true;
    }
    target?.scrollIntoView();
  };
  addEventListener("hashchange", open);
  open();
}

/** A fragment may be anything that somebody typed. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
