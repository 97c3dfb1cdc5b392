/** Small helpers for a page whose every recorded value is text, never markup. */

/** The element with this id. @throws Error if the page lacks it: then the page and its script do not fit together. */
export function elementById<T extends Element>(id: string, type: new () => T): T {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`the page has no ${type.name} #${id}`);
  return element;
}

export function textElement(tag: string, className: string, text: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

export const jsonOf = <T>(id: string): T =>
  JSON.parse(document.getElementById(id)?.textContent ?? "null") as T;
