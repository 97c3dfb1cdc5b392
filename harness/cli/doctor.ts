import { cwd } from "node:process";
import { ASSET_FILES, ASSET_FOLDER } from "../../reports/assets.ts";
import type { Style } from "./colours.ts";
import { bridgeFinding, type Engine, engineFinding, imageFindings } from "./doctor/engine.ts";
import type { Finding, Need } from "./doctor/finding.ts";
import { kernelFindings, readKernelFacts } from "./doctor/kernel.ts";
import { liveEngine } from "./doctor/live-engine.ts";
import {
  assetsFinding,
  chromiumFinding,
  debootstrapFinding,
  diskFinding,
  runtimeFinding,
} from "./doctor/machine.ts";
import { sourceTowards } from "./doctor/source-address.ts";

/** What the checks look at besides the machine itself. */
export interface DiagnoseOptions {
  readonly engine?: Engine;
  /** Where runs are written. */
  readonly folder?: string;
}

/** Looks for every missing piece and changes nothing. Findings come in the order in which things are needed. */
export async function diagnose(options: DiagnoseOptions = {}): Promise<Finding[]> {
  const [assets, docker, debootstrap, kernel, disk, chromium] = await Promise.all([
    assetsFinding(REPORT_ASSETS),
    dockerFindings(options.engine ?? liveEngine),
    debootstrapFinding(),
    readKernelFacts().then(kernelFindings),
    diskFinding(options.folder ?? cwd()),
    chromiumFinding(),
  ]);
  return [runtimeFinding(), assets, ...docker, debootstrap, ...kernel, disk, chromium];
}

const REPORT_ASSETS = Object.values(ASSET_FILES).map((name) => new URL(name, ASSET_FOLDER));

/** One missing engine is one finding: what needs it is not looked at. */
async function dockerFindings(engine: Engine): Promise<Finding[]> {
  const first = await engineFinding(engine);
  if (!first.ok) return [first];
  return [first, await bridgeFinding(engine, sourceTowards), ...(await imageFindings(engine))];
}

/** Without these nothing runs against a real store; the rest limits less. */
const GRAVE: readonly Need[] = ["everything", "Docker runs"];

/** Whether simulated and Docker runs are possible: what `doctor` ends well on. */
export const canRun = (findings: readonly Finding[]): boolean =>
  findings.every(({ ok, neededFor }) => ok || !GRAVE.includes(neededFor));

/** One line per finding, the fix under it, a closing line with what is not possible. Ends in a line break. */
export function renderFindings(findings: readonly Finding[], paint: Paint = PLAIN): string {
  const width = Math.max(0, ...findings.map(({ name }) => name.length));
  const lines = findings.flatMap((finding) => [
    `${markOf(finding, paint)}  ${finding.name.padEnd(width)}  ${finding.detail}`,
    ...(finding.ok || finding.fix === undefined
      ? []
      : [`${" ".repeat(MARK_WIDTH + width + 4)}${paint("dim", "mend:")} ${finding.fix}`]),
  ]);
  return [...lines, "", closingLine(findings), ""].join("\n");
}

type Paint = (style: Style, text: string) => string;
const PLAIN: Paint = (_style, text) => text;
const MARK_WIDTH = "missing".length;

function markOf({ ok, neededFor }: Finding, paint: Paint): string {
  if (ok) return paint("good", "ok".padEnd(MARK_WIDTH));
  return GRAVE.includes(neededFor) ? paint("bad", "missing") : paint("unsure", "absent".padEnd(MARK_WIDTH));
}

function closingLine(findings: readonly Finding[]): string {
  const missing = [...new Set(findings.filter(({ ok }) => !ok).map(({ neededFor }) => neededFor))];
  if (missing.length === 0) return "Everything is there.";
  if (missing.includes("everything")) return "riftcheck cannot run until this is mended.";
  return `Not possible until this is mended: ${missing.join("; ")}. Simulated runs work.`;
}
