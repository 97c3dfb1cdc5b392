import { printable } from "../../printable.ts";
import { textElement } from "../page.ts";
import type { Entry } from "../timeline/details.ts";
import type { WholeOperation } from "./history-file.ts";

/** More of one line than this makes a page that cannot be scrolled: the file has all of it. */
const MAX_LINE = 100_000;

interface Shown {
  readonly entries: readonly Entry[];
  readonly link: string;
  /** Ids of the anomalies that it takes part in. */
  readonly anomalies: readonly string[];
  /** Why its value is not there, where it is not. */
  readonly missing: string | undefined;
  readonly whole: WholeOperation | undefined;
}

/** Shows an operation whole in the panel under the timeline. */
export function showOperation(panel: HTMLElement, { entries, link, anomalies, missing, whole }: Shown): void {
  const list = document.createElement("dl");
  list.append(
    ...entries.map(([name, value]) => {
      const item = document.createElement("div");
      item.append(textElement("dt", "", name), textElement("dd", "", value));
      return item;
    }),
  );
  const links = textElement("p", "links", "");
  links.append(
    anchor(link, "Link to this operation"),
    ...anomalies.map((id) => anchor(`#${id}`, `Proves ${id}`)),
  );
  panel.replaceChildren(list, links);
  if (missing !== undefined) panel.append(textElement("p", "note", missing));
  if (whole === undefined) return;
  const pre = textElement("pre", "whole", "");
  pre.tabIndex = 0;
  pre.textContent = [whole.invocation, whole.completion ?? "(no completion)"]
    .map((line) => printable(line, MAX_LINE))
    .join("\n");
  panel.append(pre);
}

function anchor(href: string, text: string): HTMLAnchorElement {
  const link = document.createElement("a");
  link.href = href;
  link.textContent = text;
  return link;
}
