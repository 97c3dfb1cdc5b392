import { MODELS } from "#core/models";
import type { Model } from "#core/verdict";
import { type Content, html, isolated, type Markup } from "../markup.ts";
import type { ReportData } from "../schema.ts";
import { MODEL_WORDS, VERDICT_WORDS } from "../words.ts";

/** Middle of a box. */
type Place = readonly [x: number, y: number];

const BOX = { width: 136, height: 30 } as const;
const GAP = 6;
const STEP = BOX.width + GAP;
const ROW = 52;
/** Three fit on a telephone. */
const COLUMNS = 3;
const WIDTH = COLUMNS * STEP - GAP + 2;
const MIDDLE = WIDTH / 2;
const FIRST = BOX.height / 2 + 1;

/** The strong above the weak that follow from them; `told`: the store tells the order of its versions. */
const ordered = (isTold: boolean): Readonly<Partial<Record<Model, Place>>> => ({
  linearizable: [isTold ? MIDDLE - STEP : MIDDLE, FIRST],
  // That order is the store's: linearizable says nothing of it.
  sequential: isTold ? [MIDDLE + STEP, FIRST] : [MIDDLE, FIRST + ROW],
  "causal-memory": [MIDDLE - STEP, FIRST + (isTold ? 1.5 : 2) * ROW],
  "causal-convergent": [MIDDLE + STEP, FIRST + (isTold ? 1.5 : 2) * ROW],
  pram: [MIDDLE - STEP, FIRST + (isTold ? 2.5 : 3) * ROW],
  causal: [MIDDLE, FIRST + (isTold ? 2.5 : 3) * ROW],
});
const FOLLOWS: readonly (readonly [Model, Model])[] = [
  ["sequential", "causal-memory"],
  ["sequential", "causal-convergent"],
  ["causal-memory", "pram"],
  ["causal-memory", "causal"],
  ["causal-convergent", "causal"],
];
const FROM_LINEARIZABLE = {
  found: [["linearizable", "sequential"]],
  told: [
    ["linearizable", "causal-memory"],
    ["linearizable", "causal-convergent"],
  ],
} as const satisfies Record<string, readonly (readonly [Model, Model])[]>;

type Verdict = "satisfied" | "violated" | "unknown" | "unjudged";
const WORST = ["violated", "unknown", "satisfied"] as const;

/** All models in question as a picture: what follows from what, what held, and what was not judged. Null: none was. */
export function latticePicture(data: ReportData): Markup | null {
  const judged = judgedOf(data);
  if (judged.size === 0) return null;
  const verdicts = new Map<Model, Verdict>([
    ...judged,
    ...data.unjudged.flatMap(({ model }): [Model, Verdict][] =>
      judged.has(model) ? [] : [[model, "unjudged"]],
    ),
  ]);
  const { places, height } = placesOf([...verdicts.keys()], ordered(data.isOrderTold));
  const promised = new Set(
    data.promises.flatMap(({ model, promised: is }) => (is === "holds" ? [model] : [])),
  );
  const said = [...verdicts].map(([model, verdict]) => `${MODEL_WORDS[model].title}: ${wordOf(verdict)}`);
  return html`<figure class="lattice"><div class="scroll" tabindex="0" role="region" aria-label="Models as a picture"><svg width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${said.join("; ")}">
${linesAmong(places, data.isOrderTold)}
${[...verdicts].map(([model, verdict]) => node(model, verdict, promised.has(model), places.get(model) ?? [0, 0]))}
</svg></div><figcaption>A line leads down to what follows from it. ✓ held, ✗ violated, ? unknown, – not judged${promised.size > 0 ? html`; <b>bold</b>: promised` : null}.${whyUnjudged(data, verdicts)}</figcaption></figure>`;
}

/** Those that follow from each other as a tree, the others in rows below. */
function placesOf(
  models: readonly Model[],
  tree: Readonly<Partial<Record<Model, Place>>>,
): { readonly places: ReadonlyMap<Model, Place>; readonly height: number } {
  const beside = MODELS.filter((model) => models.includes(model) && tree[model] === undefined);
  const rows = models.flatMap((model) => tree[model]?.[1] ?? []);
  const top = rows.length === 0 ? FIRST : Math.max(...rows) + ROW;
  const placeOf = (model: Model): Place => {
    const i = beside.indexOf(model);
    return (
      tree[model] ?? [
        (i % COLUMNS) * STEP + BOX.width / 2 + 1,
        top + Math.floor(i / COLUMNS) * (BOX.height + GAP),
      ]
    );
  };
  const places = new Map(models.map((model) => [model, placeOf(model)]));
  const bottom = Math.max(...[...places.values()].map(([, y]) => y));
  return { places, height: bottom + FIRST };
}

function linesAmong(places: ReadonlyMap<Model, Place>, isTold: boolean): Content {
  return [...FOLLOWS, ...FROM_LINEARIZABLE[isTold ? "told" : "found"]].map(([strong, weak]) => {
    const [a, b] = [places.get(strong), places.get(weak)];
    if (a === undefined || b === undefined) return null;
    return html`<line x1="${a[0]}" y1="${a[1] + BOX.height / 2}" x2="${b[0]}" y2="${b[1] - BOX.height / 2}"/>`;
  });
}

function judgedOf({ promises }: ReportData): Map<Model, Exclude<Verdict, "unjudged">> {
  const found = new Map<Model, Exclude<Verdict, "unjudged">>();
  for (const { model, verdict } of promises) {
    if (verdict === "not-applicable") continue;
    const known = found.get(model);
    if (known === undefined || WORST.indexOf(verdict) < WORST.indexOf(known)) found.set(model, verdict);
  }
  return found;
}

const wordOf = (verdict: Verdict): string =>
  verdict === "unjudged" ? "not judged" : VERDICT_WORDS[verdict].word;
const markOf = (verdict: Verdict): string => (verdict === "unjudged" ? "–" : VERDICT_WORDS[verdict].mark);

const node = (model: Model, verdict: Verdict, isPromised: boolean, [x, y]: Place): Markup =>
  html`<g class="${verdict}${isPromised ? " promised" : ""}" transform="translate(${x} ${y})"><rect x="${-BOX.width / 2}" y="${-BOX.height / 2}" width="${BOX.width}" height="${BOX.height}" rx="7"/><text class="mark" x="${-BOX.width / 2 + 12}" y="4.5">${markOf(verdict)}</text><text x="${-BOX.width / 2 + 22}" y="4.5">${MODEL_WORDS[model].title}</text></g>`;

/** The same reason is told once. */
function whyUnjudged(data: ReportData, verdicts: ReadonlyMap<Model, Verdict>): Content {
  const left = data.unjudged.filter(({ model }) => verdicts.get(model) === "unjudged");
  const byReason = Map.groupBy(left, ({ reason }) => reason);
  return [...byReason].map(
    ([reason, models]) =>
      html` Not judged: ${models.map(({ model }) => MODEL_WORDS[model].title.toLowerCase()).join(" · ")} – ${isolated(reason)}.`,
  );
}
