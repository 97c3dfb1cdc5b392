import { type Content, html, type Markup } from "../markup.ts";

/** A part of the report: one entry of its contents. */
export interface Section {
  readonly id: string;
  readonly title: string;
  /** One or two sentences that say what the part shows in this run. */
  readonly lead: Content;
  readonly body: Content;
}

export const renderSection = ({ id, title, lead, body }: Section): Markup =>
  html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${lead ? html`<p class="lead">${lead}</p>` : null}${body}</section>`;

/** What is folded away at first, by the name of its place. */
export type FoldedParts = Map<string, Markup>;

/** A part that is folded away, and travels packed: `folded` collects what the page's script will put in. */
export function fold(folded: FoldedParts, name: string, summary: Content, body: Markup): Markup {
  folded.set(name, body);
  return html`<details class="rest" data-folded="${name}"><summary>${summary}</summary><p class="packed nothing">This part needs JavaScript.</p></details>`;
}

/** A table that scrolls by itself where the page is narrow. */
export function table(
  label: string,
  head: readonly Content[],
  rows: readonly (readonly Content[])[],
): Markup {
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0"><table><thead><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead><tbody>${rows.map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>`;
}

/** What stands where there is nothing to show. */
export const nothing = (sentence: string): Markup => html`<p class="nothing">${sentence}</p>`;

export interface LegendEntry {
  /** Class of the swatch: the colour's name. */
  readonly colour: string;
  readonly label: string;
}

export const legend = (entries: readonly LegendEntry[]): Markup =>
  html`<ul class="legend">${entries.map(({ colour, label }) => html`<li><i class="swatch ${colour}"></i>${label}</li>`)}</ul>`;
