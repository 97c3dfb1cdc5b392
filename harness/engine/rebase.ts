import type { Runtime } from "#core/runtime";

/** The same runtime with its clock set to zero now: the times of a run begin with its operations, not with start-up. */
export function rebased(runtime: Runtime): Runtime {
  const origin = runtime.now();
  return {
    virtual: runtime.virtual,
    random: runtime.random,
    now: () => runtime.now() - origin,
    sleep: (ns, signal) => runtime.sleep(ns, signal),
    after: (ns, callback) => runtime.after(ns, callback),
    connect: (endpoint) => runtime.connect(endpoint),
  };
}
