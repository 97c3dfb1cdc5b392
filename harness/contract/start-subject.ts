import { randomUUID } from "node:crypto";
import { HarnessError } from "#core/errors";
import type { Target } from "#core/target";
import { chooseEnvironment, startEnvironment } from "../cli/environment.ts";
import { nodeNames } from "../cli/run-settings.ts";
import { workloadsOf } from "./checks/workload-runs.ts";
import { probesOf } from "./probes.ts";
import { Subject } from "./subject.ts";

export interface SubjectSettings {
  readonly target: Target;
  /** Path of the user's module that the target is from; left out: one of riftcheck's own. */
  readonly module?: string | undefined;
  /** As the user gave them; left out: the defaults, which must be enough. */
  readonly options?: unknown;
  readonly nodes?: number | undefined;
  readonly signal?: AbortSignal;
  onStep?(text: string): void;
}

/** Starts one cluster of the target in containers. Disposing removes it. @throws HarnessError as a run does */
export async function startSubject(
  settings: SubjectSettings,
): Promise<AsyncDisposable & { readonly subject: Subject }> {
  const { target, module } = settings;
  const names = chooseEnvironment(target, "docker");
  const parsed = target.options.safeParse(settings.options ?? {});
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new HarnessError(
      "usage",
      `${target.name} has no default for its option ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`,
    );
  }
  const options: unknown = parsed.data;
  const environment = await startEnvironment(names, {
    runId: `contract-${randomUUID().slice(0, 8)}`,
    target,
    module,
    options,
    workload: target.defaults.workload,
    nodes: nodeNames(target, settings.nodes ?? target.defaultNodes?.(options) ?? target.defaults.nodes),
    seed: "contract",
    signal: settings.signal ?? new AbortController().signal,
    onStep: (text) => settings.onStep?.(text),
  });
  const { runtime, cluster } = environment;
  const probes = probesOf(workloadsOf(target.workloads));
  return {
    subject: new Subject({ target, options, runtime, cluster, probes }),
    [Symbol.asyncDispose]: () => environment[Symbol.asyncDispose](),
  };
}
