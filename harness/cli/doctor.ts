import { networkInterfaces } from "node:os";
import { cwd } from "node:process";
import { dockerodeEngine } from "./doctor/dockerode-engine.ts";
import { bridgeFinding, type Engine, engineFinding, imagesFinding } from "./doctor/engine.ts";
import type { Finding } from "./doctor/finding.ts";
import { kernelFindings, readKernelFacts } from "./doctor/kernel.ts";
import {
  assetsFinding,
  chromiumFinding,
  debootstrapFinding,
  diskFinding,
  runtimeFinding,
} from "./doctor/machine.ts";

/** What the checks look at besides the machine itself. */
export interface DiagnoseOptions {
  readonly engine?: Engine;
  /** Files the report is made of; left out: none is looked for. */
  readonly reportAssets?: readonly URL[];
  /** Where runs are written. */
  readonly folder?: string;
}

/** Looks for every missing piece and changes nothing. Findings come in the order in which things are needed. */
export async function diagnose(options: DiagnoseOptions = {}): Promise<Finding[]> {
  const engine = options.engine ?? (await dockerodeEngine());
  const [assets, docker, kernel, disk, debootstrap, chromium] = await Promise.all([
    options.reportAssets === undefined ? [] : [await assetsFinding(options.reportAssets)],
    dockerFindings(engine),
    readKernelFacts().then(kernelFindings),
    diskFinding(options.folder ?? cwd()),
    debootstrapFinding(),
    chromiumFinding(),
  ]);
  return [runtimeFinding(), ...assets, ...docker, debootstrap, ...kernel, disk, chromium];
}

/** One missing engine is one finding: what needs it is not looked at. */
async function dockerFindings(engine: Engine): Promise<Finding[]> {
  const first = await engineFinding(engine);
  if (!first.ok) return [first];
  return [first, await bridgeFinding(engine, localAddresses()), await imagesFinding(engine)];
}

/** Every address of this machine. */
export const localAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address));
