import type { Client } from "#core/client";
import { HarnessError, OperationError, type OperationErrorCode } from "#core/errors";
import type { Json } from "#core/json";
import type { Invocation, Reply } from "#core/operation";
import type { Endpoint } from "#core/runtime";
import type { ClientContext } from "#core/target";
import { type Nanoseconds, SECOND } from "#core/units";
import { canonicalJson } from "#core/value-table";
import { CODE, operationError, unless } from "./errors.ts";
import type { ZookeeperOptions } from "./options.ts";
import { create, getChildren, getData, setData, type Stat, sync } from "./requests.ts";
import { Session } from "./session.ts";

/** An operation waits at most this share of its time limit for a session: what was not sent is then known not to have happened. */
const OPENING_SHARE = 0.6;
/** Opening a session is a write, and slow on a busy machine: it goes on while operations come and go, but not for ever. */
const OPENING_MAX: Nanoseconds = 2 * SECOND;
/** Of the process's memory: the place of the server its session is with, and the last transaction that it has seen. */
const AT = "zookeeper node";
const SEEN = "zookeeper zxid";
/** After these the session is as good as before, is still being opened, or is opened anew before anything is sent. */
const STAYING: ReadonlySet<OperationErrorCode> = new Set(["aborted", "rejected", "not-connected"]);
/** What quorum reads write to. */
const MARK = "/riftcheck-mark";
/** A conditional write that was overtaken so often is given up: nothing was changed. */
const ATTEMPTS = 10;

/**
 * One session. It stays with one server until that refuses, breaks or is silent, and then asks the next for a session; as ZooKeeper's own
 * clients do, it tells the last transaction it has seen, and a server that lacks it refuses.
 */
export class ZookeeperClient implements Client {
  readonly #context: ClientContext<ZookeeperOptions>;
  /** By node: open, or being opened. */
  readonly #sessions = new Map<string, Promise<Session>>();
  /** Those that are open, by node. */
  readonly #open = new Map<string, Session>();
  readonly #closing = new AbortController();
  #underWay = 0;

  constructor(context: ClientContext<ZookeeperOptions>) {
    this.#context = context;
  }

  async invoke(operation: Invocation): Promise<Reply> {
    const endpoint = this.#route(operation);
    const { node } = endpoint;
    this.#underWay++;
    try {
      const session = await this.#session(endpoint);
      const reply = await this.#perform(session, operation);
      this.#remember(session);
      return { ...reply, node };
    } catch (error) {
      const known = operationError(error, node);
      if (!STAYING.has(known.code)) this.#moveOn(node);
      throw known;
    } finally {
      this.#underWay--;
    }
  }

  close(): void {
    // A server that was silent until the operation was given up is as bad as one that refused.
    if (this.#underWay > 0) this.#context.memory.set(AT, (this.#at + 1) % this.#context.nodes.length);
    this.#closing.abort();
    for (const session of this.#open.values()) session.close();
  }

  get #at(): number {
    const { memory, process, nodes } = this.#context;
    return (memory.get(AT) as number | undefined) ?? process % nodes.length;
  }

  #moveOn(node: string): void {
    this.#open.get(node)?.close();
    this.#open.delete(node);
    this.#sessions.delete(node);
    this.#context.memory.set(AT, (this.#at + 1) % this.#context.nodes.length);
  }

  #remember({ seen }: Session): void {
    const { memory } = this.#context;
    if (seen > ((memory.get(SEEN) as bigint | undefined) ?? 0n)) memory.set(SEEN, seen);
  }

  #route({ node }: Invocation): Endpoint {
    const { nodes } = this.#context;
    const found = node === undefined ? nodes[this.#at] : nodes.find((one) => one.node === node);
    if (found === undefined) throw new HarnessError("internal", `there is no node ${node}`);
    return found;
  }

  /** @throws OperationError with a definite code: nothing of the operation was sent */
  async #session(endpoint: Endpoint): Promise<Session> {
    const { node } = endpoint;
    if (this.#open.get(node)?.isOpen === false) {
      this.#open.delete(node);
      this.#sessions.delete(node);
    }
    const opening = this.#sessions.get(node) ?? this.#begin(endpoint);
    const { runtime, timeout } = this.#context;
    return new Promise((resolve, reject) => {
      const late = new OperationError("not-connected", "the session is not open yet", { node });
      const cancel = runtime.after(Math.round(timeout * OPENING_SHARE), () => reject(late));
      opening.then(resolve, reject).finally(cancel);
    });
  }

  #begin(endpoint: Endpoint): Promise<Session> {
    const { runtime, memory } = this.#context;
    const seen = (memory.get(SEEN) as bigint | undefined) ?? 0n;
    const { signal } = this.#closing;
    const opening = Session.open(endpoint, { runtime, seen, limit: OPENING_MAX, signal }).then((session) => {
      if (signal.aborted) session.close();
      else this.#open.set(endpoint.node, session);
      return session;
    });
    this.#sessions.set(endpoint.node, opening);
    return opening;
  }

  async #perform(session: Session, operation: Invocation): Promise<Reply> {
    const { f, key = "", value, object } = operation;
    const path = `/${encodeURIComponent(key)}`;
    switch (f) {
      case "read":
        await this.#catchUp(session, operation, path);
        return object === "set" ? readSet(session, path) : readRegister(session, path);
      case "write":
        return versionOf(await write(session, path, JSON.stringify(value)));
      case "add":
        return add(session, path, value);
      case "cas":
        return compareAndSet(session, path, value as readonly Json[]);
      default:
        throw new OperationError("rejected", `the zookeeper client has no operation ${f}`);
    }
  }

  /** Final reads look at each server's own copy: after this any server would answer alike. */
  async #catchUp(session: Session, { final }: Invocation, path: string): Promise<void> {
    const { reads } = this.#context.options;
    if (final === true || reads === "local") return;
    if (reads === "sync") await session.request(sync(path));
    else await mark(session);
  }
}

/**
 * A write of no meaning. It is ordered after every write that was acknowledged before it began, and the server answers when it has applied
 * it: what the server then reads is no older.
 */
const mark = (session: Session): Promise<Stat> => write(session, MARK, "");

/** Whichever of the two requests works; the other one was refused and did nothing. */
async function write(session: Session, path: string, data: string): Promise<Stat> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const stat =
      (await unless(CODE.noNode, session.request(setData(path, data)))) ??
      (await unless(CODE.nodeExists, session.request(create(path, data))));
    if (stat !== undefined) return stat;
  }
  throw new OperationError("aborted", "the node came and went again and again");
}

const versionOf = ({ changed }: Stat): Reply => ({ version: String(changed) });

async function readRegister(session: Session, path: string): Promise<Reply> {
  const found = await unless(CODE.noNode, session.request(getData(path)));
  return found === undefined ? { value: null } : { value: parse(found.data), ...versionOf(found.stat) };
}

/** Each element is a node of its own below that of its set: nobody adds the same one twice. */
async function add(session: Session, path: string, element: Json): Promise<Reply> {
  const name = `${path}/${encodeURIComponent(JSON.stringify(element))}`;
  if ((await unless(CODE.noNode, session.request(create(name, "")))) !== undefined) return {};
  await unless(CODE.nodeExists, session.request(create(path, "")));
  await session.request(create(name, ""));
  return {};
}

async function readSet(session: Session, path: string): Promise<Reply> {
  const names = (await unless(CODE.noNode, session.request(getChildren(path)))) ?? [];
  return { value: names.map((name) => parse(decodeURIComponent(name))) };
}

/**
 * Reads the register and writes it if it is still of the version that was read. That it holds another value than expected is said only
 * after a quorum read: the server's copy may be old.
 */
async function compareAndSet(
  session: Session,
  path: string,
  [expected, wanted]: readonly Json[],
): Promise<Reply> {
  const data = JSON.stringify(wanted);
  let isFresh = false;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const found = await unless(CODE.noNode, session.request(getData(path)));
    const observed = found === undefined ? null : parse(found.data);
    if (canonicalJson(observed) !== canonicalJson(expected ?? null)) {
      if (isFresh) return { result: false, observed };
      await mark(session);
      isFresh = true;
      continue;
    }
    const stat =
      found === undefined
        ? await unless(CODE.nodeExists, session.request(create(path, data)))
        : await unless(CODE.badVersion, session.request(setData(path, data, found.stat.version)));
    if (stat !== undefined) return { result: true, ...versionOf(stat) };
    isFresh = false;
  }
  throw new OperationError("aborted", `others were faster ${ATTEMPTS} times: nothing was written`);
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new OperationError("rejected", `the store holds what no client wrote: ${text.slice(0, 100)}`, {
      cause,
    });
  }
}
