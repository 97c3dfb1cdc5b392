/** `riftcheck/store`: the interface home-made stores are written against. */
export { CLIENTS } from "../core/cluster.ts";
export type { Distribution } from "../core/distribution.ts";
export type { Json } from "../core/json.ts";
export type { Random } from "../core/random.ts";
export {
  type ClockOptions,
  type DiskOptions,
  LOCAL_NETWORK,
  type NetworkOptions,
  type NodeContext,
  type NodeDisk,
  type SimPlan,
  type StoreNode,
} from "../core/store-node.ts";
export { MICROSECOND, MILLISECOND, type Nanoseconds, SECOND } from "../core/units.ts";
