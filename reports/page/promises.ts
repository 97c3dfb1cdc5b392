import type { Model } from "#core/verdict";
import { type Content, html, isolated, type Markup } from "../markup.ts";
import type { ReportData, ReportPromise } from "../schema.ts";
import { count, MODEL_WORDS, OUTCOME_WORDS, PROMISE_WORDS, VERDICT_WORDS } from "../words.ts";
import { nothing, type Section } from "./section.ts";

/** What was promised, what held, what broke. */
export function promisesSection(data: ReportData): Section {
  const { promises } = data;
  const promised = promises.filter((promise) => promise.promised !== null);
  const others = promises.filter((promise) => promise.promised === null);
  return {
    id: "promises",
    title: "What was promised, what held",
    lead: html`${tally(promised)} ${latticeSentence(data)}`,
    body: [
      promises.length === 0 ? nothing("No model was judged on this history.") : null,
      promised.length > 0 ? list(promised) : null,
      others.length > 0 ? html`<h3>Judged as well, though nobody promised it</h3>${list(others)}` : null,
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

const list = (promises: readonly ReportPromise[]): Markup =>
  html`<ul class="promises">${promises.map(item)}</ul>`;

function item(promise: ReportPromise): Markup {
  const { mark, word } = VERDICT_WORDS[promise.verdict];
  const words = MODEL_WORDS[promise.model];
  return html`<li class="${promise.verdict} ${promise.outcome ?? "unpromised"}">
<span class="mark" aria-hidden="true">${mark}</span>
<div><b>${words.title}</b>${promise.scope === "" ? null : html` <small>${isolated(promise.scope)}</small>`}<p>${words.promise}</p>${reason(promise)}</div>
<p class="outcome"><span class="found">${word}</span>${expectation(promise)}</p>
</li>`;
}

const reason = ({ reason: found, promisedBecause }: ReportPromise): Content => [
  found === null ? null : html`<p class="because">${isolated(found)}</p>`,
  promisedBecause === null
    ? null
    : html`<p class="because">Promised because: ${isolated(promisedBecause)}</p>`,
];

/** The outcome is said only where the verdict alone does not say it. */
function expectation({ promised, outcome }: ReportPromise): Content {
  if (promised === null || outcome === null) return null;
  const said = outcome === "met" || outcome === "surprise" ? ` · ${OUTCOME_WORDS[outcome]}` : "";
  return html`<small>${PROMISE_WORDS[promised]}${said}</small>`;
}
