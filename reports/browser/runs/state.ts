/** What the page shows, as it stands in its address: going back and forward and sharing a link work by themselves. */
export interface PageState {
  readonly target: string;
  readonly workload: string;
  readonly fault: string;
  readonly verdict: string;
  readonly text: string;
  /** Paths of two runs side by side; empty: the table. */
  readonly compare: readonly string[];
}

export const FILTERS = ["target", "workload", "fault", "verdict", "text"] as const;

export function stateOf(hash: string): PageState {
  const fields = new URLSearchParams(hash.replace(/^#/, ""));
  const text = (name: string): string => fields.get(name) ?? "";
  return {
    target: text("target"),
    workload: text("workload"),
    fault: text("fault"),
    verdict: text("verdict"),
    text: text("text"),
    compare: fields.getAll("compare").slice(0, 2),
  };
}

export function hashOf(state: PageState): string {
  const fields = new URLSearchParams();
  for (const name of FILTERS) if (state[name] !== "") fields.set(name, state[name]);
  for (const path of state.compare) fields.append("compare", path);
  return `#${fields.toString()}`;
}
