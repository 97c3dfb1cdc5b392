import type { Model } from "#core/verdict";
import { html, type Markup } from "../markup.ts";
import type { ReportData } from "../schema.ts";
import { MODEL_WORDS, VERDICT_WORDS } from "../words.ts";

type Place = readonly [x: number, y: number];

const WIDTH = 640;
const ROW = 46;
const TOP = 20;
const RADIUS = 11;
/** The strong above the weak that follow from them. */
const ORDERED: Readonly<Partial<Record<Model, Place>>> = {
  linearizable: [250, TOP],
  sequential: [250, TOP + ROW],
  "causal-memory": [110, TOP + 2 * ROW],
  "causal-convergent": [390, TOP + 2 * ROW],
  pram: [30, TOP + 3 * ROW],
  causal: [250, TOP + 3 * ROW],
};
const FOLLOWS: readonly (readonly [Model, Model])[] = [
  ["sequential", "causal-memory"],
  ["sequential", "causal-convergent"],
  ["causal-memory", "pram"],
  ["causal-memory", "causal"],
  ["causal-convergent", "causal"],
];
/** Where stores tell the order of their versions, sequential is about that order no more than linearizable is. */
const FROM_LINEARIZABLE = {
  found: [["linearizable", "sequential"]],
  told: [
    ["linearizable", "causal-memory"],
    ["linearizable", "causal-convergent"],
  ],
} as const satisfies Record<string, readonly (readonly [Model, Model])[]>;
const COLUMNS = 3;

type Verdict = "satisfied" | "violated" | "unknown";
const WORST = ["violated", "unknown", "satisfied"] as const;

/** The models that were judged, as a picture: what follows from what, and what held. Null: none was. */
export function latticePicture(data: ReportData): Markup | null {
  const verdicts = verdictsOf(data);
  if (verdicts.size === 0) return null;
  const beside = [...verdicts.keys()].filter((model) => ORDERED[model] === undefined);
  const isOrdered = beside.length < verdicts.size;
  const top = isOrdered ? TOP + 4 * ROW + 8 : TOP;
  const places = new Map<Model, Place>(
    [...verdicts.keys()].map((model) => [
      model,
      ORDERED[model] ?? [
        30 + (beside.indexOf(model) % COLUMNS) * 210,
        top + Math.floor(beside.indexOf(model) / COLUMNS) * 34,
      ],
    ]),
  );
  const height = top + Math.ceil(beside.length / COLUMNS) * 34;
  const lines = [...FOLLOWS, ...FROM_LINEARIZABLE[data.isOrderTold ? "told" : "found"]].flatMap(
    ([strong, weak]) => {
      const [a, b] = [places.get(strong), places.get(weak)];
      return a === undefined || b === undefined ? [] : [[a, b] as const];
    },
  );
  const said = [...verdicts].map(
    ([model, verdict]) => `${MODEL_WORDS[model].title}: ${VERDICT_WORDS[verdict].word}`,
  );
  return html`<figure class="lattice"><div class="scroll" tabindex="0" role="region" aria-label="Models as a picture"><svg width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${said.join("; ")}">
${lines.map(([[x1, y1], [x2, y2]]) => html`<line x1="${x1}" y1="${y1 + RADIUS + 2}" x2="${x2}" y2="${y2 - RADIUS - 2}"/>`)}
${[...verdicts].map(([model, verdict]) => node(model, verdict, places.get(model) ?? [0, 0]))}
</svg></div><figcaption>A line leads down to what follows from it. Circle ✓: held; square ✗: violated; diamond ?: unknown.</figcaption></figure>`;
}

function verdictsOf({ promises }: ReportData): Map<Model, Verdict> {
  const found = new Map<Model, Verdict>();
  for (const { model, verdict } of promises) {
    if (verdict === "not-applicable") continue;
    const known = found.get(model);
    if (known === undefined || WORST.indexOf(verdict) < WORST.indexOf(known)) found.set(model, verdict);
  }
  return found;
}

const SHAPES: Readonly<Record<Verdict, Markup>> = {
  satisfied: html`<circle r="${RADIUS}"/>`,
  violated: html`<rect x="${-RADIUS + 1}" y="${-RADIUS + 1}" width="${2 * RADIUS - 2}" height="${2 * RADIUS - 2}"/>`,
  unknown: html`<path d="M0 ${-RADIUS - 2}L${RADIUS + 2} 0L0 ${RADIUS + 2}L${-RADIUS - 2} 0Z"/>`,
};

const node = (model: Model, verdict: Verdict, [x, y]: Place): Markup =>
  html`<g class="${verdict}" transform="translate(${x} ${y})">${SHAPES[verdict]}<text class="mark" y="4.5">${VERDICT_WORDS[verdict].mark}</text><text x="19" y="4.5">${MODEL_WORDS[model].title}</text></g>`;
