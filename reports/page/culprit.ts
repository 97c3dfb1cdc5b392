import { type Content, html, isolated, type Markup } from "../markup.ts";
import { aboutText, faultText } from "../phrases.ts";
import type { ReportCause, ReportData } from "../schema.ts";
import { ANOMALY_WORDS, count, grouped, TRIAGE_WORDS } from "../words.ts";

/** What went wrong first of all, whether it is a flaw or a delay, and the way to its proof. Null: nothing did. */
export function culprit(data: ReportData): Content {
  const [cause] = data.causes;
  const [group] = data.anomalies;
  if (group === undefined) return null;
  if (cause === undefined) {
    const [anomaly] = group.anomalies;
    return box(
      null,
      anomaly === undefined ? ANOMALY_WORDS[group.type].title : isolated(anomaly.explanation),
      anomaly?.id ?? group.type,
      null,
    );
  }
  const others = data.causes.length - 1;
  const more = others === 0 ? null : html` <a href="#causes-title">${count(others, "other cause")}</a>`;
  return html`${box(cause.class, html`${isolated(cause.sentence)}${listedNote(data, cause)}.`, cause.anomaly ?? cause.type, more)}${lostFirst(data, cause)}`;
}

const box = (is: ReportCause["class"] | null, sentence: Content, target: string, more: Content): Markup =>
  html`<p class="culprit ${is ?? "undetermined"}">${is === null ? null : html`<b class="class">${capital(TRIAGE_WORDS[is].word)}</b>`}<span>${sentence}</span><span class="ways"><a class="way" href="#${target}">See the proof</a>${more}</span></p>`;

/** Causes are told of the anomalies that are listed; there may be far more. */
export function listedNote({ anomalies }: Pick<ReportData, "anomalies">, { type }: ReportCause): string {
  const group = anomalies.find((each) => each.type === type);
  if (group === undefined || group.count <= group.anomalies.length) return "";
  return ` (${grouped(group.anomalies.length)} of ${grouped(group.count)} were looked at)`;
}

/** The element that was lost first: who acknowledged it, and what was going on. */
function lostFirst({ set, faults }: ReportData, { type }: ReportCause): Content {
  const lost = set?.lostElements[0];
  if (lost === undefined || type !== "lost-element") return null;
  const fault = faults.find(({ id }) => lost.faults.includes(id));
  const during = fault === undefined ? "with no fault in force" : html`during ${isolated(faultText(fault))}`;
  return html`<p class="lost-first">The first of them: element <code>${isolated(lost.element)}</code> of ${isolated(lost.key)}, ${lost.onlyRead ? "read from" : "acknowledged by"} ${lost.node === null ? "a node that is not named" : html`<b>${isolated(lost.node)}</b>`} at ${aboutText(lost.acknowledgedAt)} ${during}. <a href="#durability">All lost elements</a></p>`;
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
