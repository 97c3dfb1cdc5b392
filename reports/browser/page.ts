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

/** The bytes behind base64 text, inflated where they were deflated. */
export async function bytesOf(base64: string, encoding: "plain" | "deflate"): Promise<Uint8Array> {
  const packed = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  if (encoding === "plain") return packed;
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
