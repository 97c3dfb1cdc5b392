/** The designs that have a name; `presets.ts` says what each is. */
export const presetNames = [
  "async-leader",
  "semi-sync",
  "sync-leader",
  "multi-leader",
  "causal",
  "dynamo",
  "dynamo-siblings",
  "dynamo-eventual",
  "cart-lww",
  "cart-union",
  "cart-orset",
  "crdt",
] as const;
export type PresetName = (typeof presetNames)[number];
