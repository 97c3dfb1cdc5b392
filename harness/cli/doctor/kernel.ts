import { access, readFile } from "node:fs/promises";
import { release } from "node:os";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { Finding, Need } from "./finding.ts";

interface Feature {
  readonly name: string;
  readonly option: string;
  readonly module: string;
  readonly neededFor: Need;
  readonly fix: string;
}

const FEATURES: readonly Feature[] = [
  {
    name: "kernel: NFQUEUE",
    option: "CONFIG_NETFILTER_XT_TARGET_NFQUEUE",
    module: "xt_NFQUEUE",
    neededFor: "some faults",
    fix: "use a kernel with xt_NFQUEUE and nfnetlink_queue (Debian: linux-image-amd64) for the faults packet-… other than loss",
  },
  {
    name: "kernel: loop devices",
    option: "CONFIG_BLK_DEV_LOOP",
    module: "loop",
    neededFor: "some faults",
    fix: "use a kernel with loop devices and ext4 for the faults power-…, disk-… and file-…",
  },
  {
    name: "kernel: breaking connections",
    option: "CONFIG_INET_DIAG_DESTROY",
    module: "inet_diag_destroy",
    neededFor: "some faults",
    fix: "use a kernel with CONFIG_INET_DIAG_DESTROY (Debian's have it) for the fault connection-reset",
  },
];

/** What the running kernel says of itself; every text is empty where the machine does not show it. */
export interface KernelFacts {
  /** `KEY=y` lines of the build configuration. */
  readonly config: string;
  /** Names or paths of modules that can be loaded or are built in, one a line. */
  readonly modules: string;
  /** Modules loaded now. */
  readonly loaded: readonly string[];
}

export async function readKernelFacts(): Promise<KernelFacts> {
  const folder = `/lib/modules/${release()}`;
  const [packed, boot, builtin, loadable] = await Promise.all([
    readConfig("/proc/config.gz"),
    readText(`/boot/config-${release()}`),
    readText(`${folder}/modules.builtin`),
    readText(`${folder}/modules.dep`),
  ]);
  const names = FEATURES.map(({ module }) => module);
  const loaded = await Promise.all(names.map((module) => exists(`/sys/module/${module}`)));
  return {
    config: packed === "" ? boot : packed,
    modules: `${builtin}\n${loadable}`,
    loaded: names.filter((_, i) => loaded[i]),
  };
}

/** Whether the kernel has what some faults use, from what it says; nothing is loaded to find out. */
export function kernelFindings(facts: KernelFacts): Finding[] {
  return FEATURES.map((feature) => {
    const base = { name: feature.name, neededFor: feature.neededFor };
    const source = sourceOf(feature, facts);
    return source === undefined
      ? { ...base, ok: false, detail: absence(feature, facts), fix: feature.fix }
      : { ...base, ok: true, detail: source };
  });
}

function sourceOf({ option, module }: Feature, { config, modules, loaded }: KernelFacts): string | undefined {
  if (loaded.includes(module)) return "loaded";
  const setting = new RegExp(`^${option}=([ym])$`, "m").exec(config)?.[1];
  if (setting === "y") return "built in";
  if (new RegExp(`/${module}\\.ko`).test(modules)) return "a module, loaded when needed";
  return undefined;
}

function absence({ option, module }: Feature, { config }: KernelFacts): string {
  if (config === "") return `${module} is not loaded, and the kernel does not say whether it could be`;
  return new RegExp(`^${option}=m$`, "m").test(config)
    ? `${module} was built as a module, but the module's file is not on this machine`
    : `the kernel was built without ${option}`;
}

/** Absence is an answer here: kernels and containers hide these files. */
const readText = (path: string): Promise<string> => readFile(path, "utf8").catch(() => "");

const readConfig = (path: string): Promise<string> =>
  readFile(path)
    .then(promisify(gunzip))
    .then((text) => text.toString("utf8"))
    .catch(() => "");

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
