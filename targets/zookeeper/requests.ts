import { type Reader, Writer } from "./wire.ts";

/** A request without its number, and how its reply is read. */
export interface Request<T> {
  readonly type: number;
  write(to: Writer): void;
  read(from: Reader): T;
}

/** What is told of a node of the tree. `changed`: the transaction that wrote its data last. */
export interface Stat {
  readonly changed: bigint;
  readonly version: number;
}

const TYPE = { getData: 4, setData: 5, getChildren: 8, sync: 9, ping: 11, create2: 15 } as const;
/** Matches whatever version a node has. */
const ANY_VERSION = -1;
const ALL_PERMISSIONS = 31;
const PERSISTENT = 0;

export const getData = (path: string): Request<{ readonly data: string; readonly stat: Stat }> => ({
  type: TYPE.getData,
  write: (to) => to.text(path).bool(false),
  read: (from) => ({ data: from.text(), stat: statOf(from) }),
});

export const getChildren = (path: string): Request<readonly string[]> => ({
  type: TYPE.getChildren,
  write: (to) => to.text(path).bool(false),
  read: (from) => from.texts(),
});

export const setData = (path: string, data: string, version = ANY_VERSION): Request<Stat> => ({
  type: TYPE.setData,
  write: (to) => to.text(path).text(data).int(version),
  read: statOf,
});

/** Makes a node that everybody may use, and that stays. */
export const create = (path: string, data: string): Request<Stat> => ({
  type: TYPE.create2,
  write: (to) =>
    to.text(path).text(data).int(1).int(ALL_PERMISSIONS).text("world").text("anyone").int(PERSISTENT),
  read: (from) => {
    from.text();
    return statOf(from);
  },
});

/** The server applies what the leader had committed when this reached it, and then answers. */
export const sync = (path: string): Request<void> => ({
  type: TYPE.sync,
  write: (to) => to.text(path),
  read: () => undefined,
});

export const ping: Request<void> = { type: TYPE.ping, write: () => undefined, read: () => undefined };

function statOf(from: Reader): Stat {
  from.long();
  const changed = from.long();
  from.long();
  from.long();
  return { changed, version: from.int() };
}

export const requestFrame = (xid: number, request: Request<unknown>): Buffer => {
  const writer = new Writer().int(xid).int(request.type);
  request.write(writer);
  return writer.frame();
};

/** The first frame of a connection: asks for a new session at a server that has at least the transaction `seen`. */
export const sessionFrame = (seen: bigint, timeoutMs: number): Buffer =>
  new Writer().int(0).long(seen).int(timeoutMs).long(0n).text("\0".repeat(16)).bool(false).frame();
