import type { Client } from "#core/client";
import { HarnessError, OPERATION_ERRORS, OperationError } from "#core/errors";
import type { Json } from "#core/json";
import type { Invocation, Reply } from "#core/operation";
import type { ClientContext } from "#core/target";
import { operationError } from "./errors.ts";
import { Gateway } from "./gateway.ts";
import type { EtcdOptions } from "./options.ts";
import {
  acquireRequest,
  casRequest,
  elementKey,
  elementsOf,
  elementsRequest,
  putRequest,
  readIn,
  readRequest,
  releaseRequest,
  revisionOf,
  succeeded,
  valueOf,
} from "./requests.ts";

/** Connecting takes at most this share of an operation's time limit: what was not sent is then known not to have happened. */
const CONNECT_SHARE = 0.5;
/** Of the process's memory: the place of the node its session is with. */
const AT = "etcd node";

/** One session. It stays with one node until that refuses, breaks or is silent, as etcd's own clients do, and then asks the next. */
export class EtcdClient implements Client {
  readonly #context: ClientContext<EtcdOptions>;
  readonly #gateways: readonly { readonly node: string; readonly gateway: Gateway }[];
  /** By lock: the revision at which this session got it. */
  readonly #held = new Map<string, number>();
  #underWay = 0;
  #closed = false;

  constructor(context: ClientContext<EtcdOptions>) {
    this.#context = context;
    const limit = Math.round(context.timeout * CONNECT_SHARE);
    this.#gateways = context.nodes.map((endpoint) => ({
      node: endpoint.node,
      gateway: new Gateway(endpoint, context.runtime, limit),
    }));
  }

  async invoke(operation: Invocation): Promise<Reply> {
    if (this.#closed) throw new OperationError("not-connected", "the session was closed");
    const { node, gateway } = this.#route(operation);
    this.#underWay++;
    try {
      return { ...(await this.#perform(gateway, operation)), node };
    } catch (error) {
      const known = operationError(error, node);
      if (known.code !== "aborted" && known.code !== "rejected") this.#moveOn();
      throw known;
    } finally {
      this.#underWay--;
    }
  }

  close(): void {
    this.#closed = true;
    // A node that was silent until the operation was given up is as bad as one that refused.
    if (this.#underWay > 0) this.#moveOn();
    for (const { gateway } of this.#gateways) gateway.close();
  }

  get #at(): number {
    const { memory, process } = this.#context;
    return (memory.get(AT) as number | undefined) ?? process % this.#gateways.length;
  }

  #moveOn(): void {
    this.#context.memory.set(AT, (this.#at + 1) % this.#gateways.length);
  }

  #route({ f, node }: Invocation): { readonly node: string; readonly gateway: Gateway } {
    const { options, random } = this.#context;
    if (node === undefined && f === "read" && options.readFrom === "any") return random.pick(this.#gateways);
    const found =
      node === undefined ? this.#gateways[this.#at] : this.#gateways.find((one) => one.node === node);
    if (found === undefined) throw new HarnessError("internal", `there is no node ${node}`);
    return found;
  }

  async #perform(gateway: Gateway, operation: Invocation): Promise<Reply> {
    const { f, key = "", value } = operation;
    switch (f) {
      case "read":
        return this.#read(gateway, operation);
      case "write":
        await gateway.post("/v3/kv/put", putRequest(key, value));
        return {};
      case "add":
        await gateway.post("/v3/kv/put", putRequest(elementKey(key, value), true));
        return {};
      case "cas":
        return compareAndSet(gateway, key, value);
      case "acquire":
        return this.#acquire(gateway, key);
      case "release":
        return this.#release(gateway, key);
      default:
        throw new OperationError("rejected", `the etcd client has no operation ${f}`);
    }
  }

  /** Final reads look at each node's own copy: any node would answer a linearizable one alike. */
  async #read(gateway: Gateway, { key = "", object, final }: Invocation): Promise<Reply> {
    const own = final === true || this.#context.options.reads === "serializable";
    if (object === "set")
      return { value: elementsOf(await gateway.post("/v3/kv/range", elementsRequest(key, own))) };
    return { value: valueOf(await gateway.post("/v3/kv/range", readRequest(key, own))) };
  }

  /** The fencing token is the revision at which the lock's key was made: it grows from holder to holder. */
  async #acquire(gateway: Gateway, lock: string): Promise<Reply> {
    const lease = await this.#grantLease(gateway);
    const made = await gateway.post("/v3/kv/txn", acquireRequest(lock, this.#context.process, lease));
    if (!succeeded(made)) return { result: false };
    const token = revisionOf(made);
    this.#held.set(lock, token);
    return { result: true, value: token };
  }

  /** @throws OperationError with a definite code: a lease without a key locks nothing. */
  async #grantLease(gateway: Gateway): Promise<string | undefined> {
    const { lease } = this.#context.options;
    if (lease === 0) return undefined;
    try {
      return String((await gateway.post("/v3/lease/grant", { TTL: String(lease) }))["ID"]);
    } catch (error) {
      const { code, message } = operationError(error, "");
      throw new OperationError(OPERATION_ERRORS[code].definite ? code : "aborted", `no lease: ${message}`, {
        cause: error,
      });
    }
  }

  /**
   * Who releases holds nothing afterwards, whether the lock had already gone with its lease or not. A release that did not reach etcd
   * happens all the same where there is a lease: when that expires.
   */
  async #release(gateway: Gateway, lock: string): Promise<Reply> {
    const revision = this.#held.get(lock);
    if (revision === undefined) return { result: false };
    const hasLease = this.#context.options.lease > 0;
    try {
      const gone = succeeded(await gateway.post("/v3/kv/txn", releaseRequest(lock, revision)));
      this.#held.delete(lock);
      return { result: gone || hasLease };
    } catch (error) {
      const { code, message } = operationError(error, "");
      if (!hasLease || !OPERATION_ERRORS[code].definite) throw error;
      throw new OperationError("unknown", `the lock goes with its lease: ${message}`, { cause: error });
    }
  }
}

async function compareAndSet(gateway: Gateway, key: string, value: Json): Promise<Reply> {
  const [expected = null, wanted = null] = value as readonly Json[];
  const done = await gateway.post("/v3/kv/txn", casRequest(key, expected, wanted));
  return succeeded(done) ? { result: true } : { result: false, observed: valueOf(readIn(done)) };
}
