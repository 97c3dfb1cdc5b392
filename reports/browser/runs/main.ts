import type { MarkedRun } from "../../runs/marks.ts";
import { count } from "../../words.ts";
import { bytesOf } from "../bytes.ts";
import { elementById, jsonOf } from "../page.ts";
import { wireTheme } from "../theme.ts";
import { Tip } from "../tip.ts";
import { Choice } from "./choice.ts";
import { comparisonOf } from "./comparison.ts";
import { isShown } from "./filter.ts";
import { FILTERS, hashOf, type PageState, stateOf } from "./state.ts";
import { Trends } from "./trends.ts";

async function start(): Promise<void> {
  const runs = await runsInPage();
  const trends = await Trends.create(new Tip());
  const form = elementById("filters", HTMLFormElement);
  const rows = [...document.querySelectorAll<HTMLTableRowElement>("tr[data-row]")];
  const choice = new Choice(runs, (paths) => go({ ...stateOf(location.hash), compare: paths }));

  const render = async (): Promise<void> => {
    const state = stateOf(location.hash);
    fillForm(form, state);
    const pair = state.compare.flatMap((path) => runs.filter(({ row }) => row.path === path));
    const [a, b] = pair;
    const isCompared = a !== undefined && b !== undefined;
    elementById("all", HTMLElement).hidden = isCompared;
    elementById("comparison", HTMLElement).hidden = !isCompared;
    if (isCompared) return showComparison(a, b, state);
    const shown = runs.map((run) => isShown(run, state));
    rows.forEach((row, i) => {
      row.hidden = shown[i] !== true;
    });
    const left = runs.filter((_, i) => shown[i]);
    elementById("shown", HTMLElement).textContent =
      left.length === runs.length ? "" : `${count(left.length, "run")} of ${runs.length} shown`;
    await trends.show(left.map(({ row }) => row));
  };

  form.addEventListener("change", () => go(readForm(form)));
  form.addEventListener("input", (event) => {
    if (!(event.target instanceof HTMLInputElement)) return;
    // A step back for every letter would be none of use.
    history.replaceState(null, "", hashOf(readForm(form)));
    void render();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    go(stateOf(""));
  });
  addEventListener("hashchange", () => void render());
  for (const control of form.elements) (control as HTMLInputElement).disabled = false;
  choice.enable();
  wireTheme(() => undefined);
  await render();
  document.documentElement.dataset["ready"] = "true";
}

async function runsInPage(): Promise<MarkedRun[]> {
  const { packed } = jsonOf<{ packed: string }>("data");
  return JSON.parse(new TextDecoder().decode(await bytesOf(packed, "deflate"))) as MarkedRun[];
}

/** A step that the back button undoes. */
function go(state: PageState): void {
  const hash = hashOf(state);
  if (hash !== location.hash && !(hash === "#" && location.hash === "")) location.hash = hash;
}

function readForm(form: HTMLFormElement): PageState {
  const fields = new FormData(form);
  const text = (name: string): string => String(fields.get(name) ?? "");
  const [target, workload, fault, verdict, words] = FILTERS.map(text);
  return {
    target: target ?? "",
    workload: workload ?? "",
    fault: fault ?? "",
    verdict: verdict ?? "",
    text: words ?? "",
    compare: [],
  };
}

function fillForm(form: HTMLFormElement, state: PageState): void {
  for (const name of FILTERS) {
    const control = form.elements.namedItem(name);
    if (control instanceof HTMLSelectElement) control.value = state[name];
    else if (control instanceof HTMLInputElement && control !== document.activeElement)
      control.value = state[name];
  }
}

function showComparison(a: MarkedRun, b: MarkedRun, state: PageState): void {
  elementById("compared", HTMLElement).replaceChildren(comparisonOf(a.row, b.row));
  elementById("back", HTMLAnchorElement).href = hashOf({ ...state, compare: [] });
  elementById("comparison-title", HTMLElement).focus();
}

void start();
