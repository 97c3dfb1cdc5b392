import type { Model } from "#core/verdict";
import { type Content, html, isolated, type Markup } from "../markup.ts";
import type { ReportData, ReportPromise } from "../schema.ts";
import { count, MODEL_WORDS, OUTCOME_WORDS, PROMISE_WORDS, VERDICT_WORDS } from "../words.ts";
import { latticePicture } from "./lattice.ts";
import { nothing, type Section } from "./section.ts";

/** What was promised, what held, what broke. */
export function promisesSection(data: ReportData): Section {
  const { promises } = data;
  const promised = promises.filter((promise) => promise.promised !== null);
  const others = promises.filter((promise) => promise.promised === null);
  return {
    id: "promises",
    title: "What was promised, what held",
    lead: html`${tally(promised)} ${latticeSentence(data)}${sharedReasonSentence(promised)}`,
    body: [
      promises.length === 0 ? nothing("No model was judged on this history.") : null,
      latticePicture(data),
      promised.length > 0 ? list(promised, sharedReason(promised) === null) : null,
      others.length > 0
        ? html`<h3>Judged as well, though nobody promised it</h3>${list(others, true)}`
        : null,
    ],
  };
}

function tally(promised: readonly ReportPromise[]): string {
  if (promised.length === 0) return "Nothing was promised: this report only describes.";
  const number = (outcome: ReportPromise["outcome"]): number =>
    promised.filter((promise) => promise.outcome === outcome).length;
  const parts = [
    number("broken") > 0 ? `${number("broken")} broken` : [],
    number("undecided") > 0 ? `${number("undecided")} undecided` : [],
    number("surprise") > 0 ? `${number("surprise")} that should break did not` : [],
    number("met") > 0 ? `${number("met")} as expected` : [],
  ].flat();
  return `${count(promised.length, "expectation")}: ${parts.join(", ")}.`;
}

function latticeSentence({ strongest, weakestViolated }: ReportData): Content {
  const parts = [
    strongest.length > 0 ? html`The strongest this history satisfies: ${names(strongest)}.` : null,
    weakestViolated.length > 0 ? html`The weakest it violates: ${names(weakestViolated)}.` : null,
  ];
  return parts.filter((part) => part !== null).map((part) => html`${part} `);
}

const names = (models: readonly Model[]): Content =>
  models.map((model, i) => [i > 0 ? ", " : "", html`<b>${MODEL_WORDS[model].title.toLowerCase()}</b>`]);

/** Why all of this was expected, if that is the same for all of it: then it is said once. */
function sharedReason(promised: readonly ReportPromise[]): string | null {
  const reasons = new Set(promised.map((promise) => promise.promisedBecause));
  return promised.length > 1 && reasons.size === 1 ? (promised[0]?.promisedBecause ?? null) : null;
}

function sharedReasonSentence(promised: readonly ReportPromise[]): Content {
  const shared = sharedReason(promised);
  return shared === null ? null : html`Expected because: ${isolated(shared)}.`;
}

const list = (promises: readonly ReportPromise[], withReasons: boolean): Markup =>
  html`<ul class="promises">${promises.map((promise) => item(promise, withReasons))}</ul>`;

function item(promise: ReportPromise, withReasons: boolean): Markup {
  const { mark, word } = VERDICT_WORDS[promise.verdict];
  const words = MODEL_WORDS[promise.model];
  return html`<li class="${promise.verdict} ${promise.outcome ?? "unpromised"}">
<span class="mark" aria-hidden="true">${mark}</span>
<div><b>${words.title}</b>${promise.scope === "" ? null : html` <small>${isolated(promise.scope)}</small>`}<p>${words.promise}</p>${reason(promise, withReasons)}</div>
<p class="outcome"><span class="found">${word}</span>${expectation(promise)}</p>
</li>`;
}

const reason = ({ reason: found, promisedBecause }: ReportPromise, withReasons: boolean): Content => [
  found === null ? null : html`<p class="because">${isolated(found)}</p>`,
  promisedBecause === null || !withReasons
    ? null
    : html`<p class="because">Expected because: ${isolated(promisedBecause)}</p>`,
];

/** The outcome is said only where the verdict alone does not say it. */
function expectation({ promised, outcome }: ReportPromise): Content {
  if (promised === null || outcome === null) return null;
  const said = outcome === "met" || outcome === "surprise" ? ` · ${OUTCOME_WORDS[outcome]}` : "";
  return html`<small>${PROMISE_WORDS[promised]}${said}</small>`;
}
