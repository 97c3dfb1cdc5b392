import { type Grouping, GROUPINGS } from "./grouping.ts";

/** What a person looks at, as far as a link can bring it back. Times in nanoseconds (or events), rounded. */
export interface View {
  readonly by: Grouping;
  /** The stretch that is shown; undefined: the whole run. */
  readonly shown: Range | undefined;
  /** The stretch that everything is filtered by. */
  readonly range: Range | undefined;
  /** Event index of the invocation of the chosen operation. */
  readonly operation: number | undefined;
  readonly query: string;
}
export type Range = readonly [from: number, to: number];

export const EVERYTHING: View = {
  by: "process",
  shown: undefined,
  range: undefined,
  operation: undefined,
  query: "",
};

/** Where the explorer stands in the page, and what its links begin with. */
export const EXPLORER = "timeline";

/** The fragment of a link to a view: `#timeline?lanes=node&op=12`. */
export function fragmentOf({ by, shown, range, operation, query }: View): string {
  const parts = new URLSearchParams();
  if (by !== "process") parts.set("lanes", by);
  if (shown !== undefined) parts.set("shown", rangeText(shown));
  if (range !== undefined) parts.set("range", rangeText(range));
  if (operation !== undefined) parts.set("op", String(operation));
  if (query !== "") parts.set("find", query);
  const text = parts.toString();
  return text === "" ? `#${EXPLORER}` : `#${EXPLORER}?${text}`;
}

/** The view that a fragment names; undefined: it names something else. What cannot be read counts as absent. */
export function viewIn(fragment: string): View | undefined {
  const [name, text = ""] = fragment.replace(/^#/, "").split(/\?(.*)/s);
  if (name !== EXPLORER) return undefined;
  const parts = new URLSearchParams(text);
  const operation = parts.get("op");
  return {
    by: GROUPINGS.find((each) => each === parts.get("lanes")) ?? "process",
    shown: rangeIn(parts.get("shown")),
    range: rangeIn(parts.get("range")),
    operation: operation !== null && /^\d{1,15}$/.test(operation) ? Number(operation) : undefined,
    query: parts.get("find") ?? "",
  };
}

const rangeText = ([from, to]: Range): string => `${Math.floor(from)}-${Math.ceil(to)}`;

function rangeIn(text: string | null): Range | undefined {
  const [, from, to] = /^(\d{1,18})-(\d{1,18})$/.exec(text ?? "") ?? [];
  if (from === undefined || to === undefined || Number(from) >= Number(to)) return undefined;
  return [Number(from), Number(to)];
}
