import nodeCrypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import process from "node:process";
import timersPromises from "node:timers/promises";
import { HarnessError } from "#core/errors";

/** Not in TypeScript's library yet. */
const TEMPORAL = Reflect.get(globalThis, "Temporal") as { readonly Now: object };

/** Objects and the names of what on them depends on this machine's clock, event loop or chance. */
const FORBIDDEN: readonly (readonly [object: object, names: readonly string[]])[] = [
  [globalThis, ["setTimeout", "setInterval", "setImmediate"]],
  [Date, ["now"]],
  [Math, ["random"]],
  [performance, ["now"]],
  [AbortSignal, ["timeout"]],
  [TEMPORAL.Now, ["instant", "plainDateISO", "plainDateTimeISO", "plainTimeISO", "zonedDateTimeISO"]],
  [process, ["hrtime", "uptime"]],
  [crypto, ["randomUUID", "getRandomValues"]],
  [nodeCrypto, ["randomBytes", "randomFill", "randomFillSync", "randomInt", "randomUUID"]],
  [timersPromises, ["setTimeout", "setInterval", "setImmediate"]],
];

/**
 * Until disposed of, everything in this process that asks for real time or real chance throws: whatever leaks into a
 * simulation is found at once. `runVirtual` itself still gets its turns of the event loop.
 */
export function forbidRealTime(): Disposable {
  const restore: (() => void)[] = [];
  const replace = (object: object, name: string, value: unknown): void => {
    const before = Object.getOwnPropertyDescriptor(object, name);
    Object.defineProperty(object, name, { value, configurable: true, writable: true });
    restore.push(() => {
      if (before === undefined) Reflect.deleteProperty(object, name);
      else Object.defineProperty(object, name, before);
    });
  };
  for (const [object, names] of FORBIDDEN) {
    for (const name of names) replace(object, name, () => refuse(name));
  }
  replace(globalThis, "Date", withoutClock(Date));
  // Whoever imported a function of a module by its name gets the new one, too.
  syncBuiltinESMExports();
  return {
    [Symbol.dispose]: () => {
      for (const undo of restore.reverse()) undo();
      syncBuiltinESMExports();
    },
  };
}

/** `Date` for given moments only. */
const withoutClock = (date: DateConstructor): DateConstructor =>
  new Proxy(date, {
    apply: () => refuse("Date"),
    construct: (target, moment) =>
      moment.length === 0 ? refuse("new Date") : (Reflect.construct(target, moment) as Date),
  });

function refuse(name: string): never {
  throw new HarnessError(
    "internal",
    `${name} was used in a simulation: use the runtime or the node's context`,
  );
}
