/**
 * Markup that cannot be broken by what is put into it: whatever stands in a `${}` is escaped unless it is markup itself.
 */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Content = Markup | string | number | null | undefined | false | readonly Content[];

const ENTITIES: Readonly<Record<string, string>> = {
  "<": "&lt;",
  ">": "&gt;",
  "&": "&amp;",
  '"': "&quot;",
  "'": "&#39;",
};

export const escapeHtml = (text: string): string =>
  text.replace(/[<>&"']/g, (character) => ENTITIES[character] ?? "");

/** Tag for HTML and SVG templates. Attributes must be quoted. Nothing is shown for `null`, `undefined` and `false`. */
export function html(strings: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  let text = strings[0] ?? "";
  for (let i = 0; i < contents.length; i++) text += textOf(contents[i]) + (strings[i + 1] ?? "");
  return new Markup(text);
}

function textOf(content: Content): string {
  if (content instanceof Markup) return content.text;
  if (content === null || content === undefined || content === false) return "";
  if (typeof content === "string") return escapeHtml(content);
  if (typeof content === "number") return String(content);
  return content.map(textOf).join("");
}

/** Text set apart from what is around it, so that right-to-left text cannot reorder its neighbours. */
export const isolated = (text: string): Markup => html`<bdi>${text}</bdi>`;

/** JSON for a script element: no `<` survives, so neither `</script>` nor `<!--` can. */
export const scriptJson = (value: unknown): Markup =>
  new Markup(
    JSON.stringify(value)
      .replaceAll("<", "\\u003c")
      .replaceAll("\u2028", "\\u2028")
      .replaceAll("\u2029", "\\u2029"),
  );
