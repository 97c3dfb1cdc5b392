import type { Json } from "#core/json";
import type { OperationFunction } from "#core/functions";
import { canonicalJson } from "#core/value-table";
import type { ConflictRule, Sibling } from "../conflicts/conflict-rule.ts";
import type { Action } from "../protocol.ts";
import type { Versioning } from "../versioning/versioning.ts";
import type { Datatype, PlainType, Stamp, Updated } from "./datatype.ts";

/** Values none of which supersedes another, in the order of their ranks. A deleted register is a sibling that holds null. */
export type Versions = { readonly siblings: readonly Sibling[] };

export interface VersionedParts<Value extends Json> {
  readonly plain: PlainType<Value>;
  readonly versioning: Versioning;
  readonly conflicts: ConflictRule;
}

/** These do not depend on what there was: they supersede what the client saw. The others are computed from what the node has. */
const BLIND: ReadonlySet<OperationFunction> = new Set<OperationFunction>(["write", "delete"]);

const NONE: Versions = { siblings: [] };

/**
 * A value with a version. A write supersedes what its client saw, an update that is computed from a value what the node had.
 * States merge to the values that nothing supersedes, and so a superseded value stays away: what superseded it, or
 * something that superseded that in turn, is there.
 */
export function versioned<Value extends Json>(parts: VersionedParts<Value>): Datatype<Versions> {
  const { versioning } = parts;
  const { lamport, ordinal } = versioning;
  const versionsOf = ({ siblings }: Versions): Json[] => siblings.map(({ version }) => version);
  return {
    update: (state = NONE, action, stamp) => update(parts, state, action, stamp),
    merge: (a, b) => merge(parts, a, b),
    read: (state = NONE) => {
      const shown = show(parts, state);
      return shown.length === 1 ? parts.plain.read(shown[0] as Value) : { siblings: shown };
    },
    context: (state = NONE) => versioning.contextOf(versionsOf(state)),
    conflicts: (earlier, later) => conflicts(versioning, earlier, later),
    mergeContexts: (a, b) => versioning.mergeContexts(a, b),
    ...(ordinal && {
      version: ({ siblings } = NONE) =>
        siblings.length === 1 ? ordinal.call(versioning, siblings[0]!.version) : undefined,
    }),
    ...(lamport && {
      lamport: (state: Versions) =>
        Math.max(0, ...versionsOf(state).map((version) => lamport.call(versioning, version))),
    }),
  };
}

function update<Value extends Json>(
  parts: VersionedParts<Value>,
  state: Versions,
  action: Action,
  stamp: Stamp,
): Updated<Versions> {
  const { plain, versioning } = parts;
  const shown = show(parts, state);
  const current = (shown.length === 1 ? shown[0]! : { siblings: shown }) as Value;
  const { state: value, ...told } = plain.apply(current, action);
  const isBlind = BLIND.has(action.f);
  if (value === current && !isBlind) return { ...told, state };
  const here = versioning.contextOf(state.siblings.map(({ version }) => version));
  const version = versioning.next(stamp, isBlind ? stamp.context : here);
  const ordinal = versioning.ordinal?.(version);
  return {
    ...told,
    state: merge(parts, state, { siblings: [{ version, value }] }),
    ...(ordinal !== undefined && { version: ordinal }),
    ...(isBlind && { context: versioning.contextAfter(version, stamp.context) }),
  };
}

function conflicts(versioning: Versioning, earlier: Versions, later: Versions): boolean {
  const orders = later.siblings.map(({ version }) =>
    earlier.siblings.map((one) => versioning.compare(one.version, version)),
  );
  return orders.some((order) => !order.includes("equal") && order.includes("concurrent"));
}

/** What a client sees: several values only of registers. */
function show<Value extends Json>(
  { plain, conflicts }: VersionedParts<Value>,
  { siblings }: Versions,
): readonly Json[] {
  if (siblings.length === 0) return [plain.initial];
  if (siblings.length === 1) return [siblings[0]!.value];
  const shown = conflicts.show(
    siblings.map(({ value }) => value),
    plain as PlainType,
  );
  return [...new Map(shown.map((value) => [canonicalJson(value), value])).values()];
}

function merge<Value extends Json>(
  { versioning, conflicts }: VersionedParts<Value>,
  a: Versions,
  b: Versions,
): Versions {
  const all = [...a.siblings];
  for (const other of b.siblings)
    if (!all.some((one) => versioning.compare(one.version, other.version) === "equal")) all.push(other);
  const isSuperseded = (one: Sibling): boolean =>
    all.some((other) => versioning.compare(one.version, other.version) === "before");
  const kept = all.filter((one) => !isSuperseded(one));
  return { siblings: conflicts.keep(kept.sort((x, y) => versioning.rank(x.version, y.version))) };
}
