import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { MILLISECOND, SECOND } from "#core/units";
import { RealTimeRuntime } from "../harness/engine/real-time.ts";
import { ReplyError } from "../targets/zookeeper/errors.ts";
import { getData, setData } from "../targets/zookeeper/requests.ts";
import { Session } from "../targets/zookeeper/session.ts";
import { Frames, Reader, Writer } from "../targets/zookeeper/wire.ts";

const runtime = new RealTimeRuntime("zookeeper");
const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** What a server does with each frame: the first asks for a session. */
type Handler = (frame: Reader, socket: Socket, place: number) => void;

const granted = (timeoutMs = 4_000): Buffer =>
  new Writer().int(0).int(timeoutMs).long(1n).text("\0".repeat(16)).bool(false).frame();
const reply = (xid: number, zxid: bigint, error: number): Writer =>
  new Writer().int(xid).long(zxid).int(error);
const stat = (to: Writer): Writer => to.long(1n).long(9n).long(0n).long(0n).int(2).int(0).int(0);

/** Grants a session and hands the rest to `handler`. */
const granting =
  (handler: Handler): Handler =>
  (frame, socket, place) => {
    if (place === 0) socket.write(granted());
    else handler(frame, socket, place);
  };

async function serve(handler: Handler): Promise<number> {
  const server = createServer((socket) => {
    const frames = new Frames();
    let place = 0;
    socket.on("error", () => socket.destroy());
    socket.on("data", (bytes: Buffer) => {
      for (const frame of frames.push(bytes)) handler(new Reader(frame), socket, place++);
    });
    open.push(() => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  open.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function sessionWith(client: number, limit = 5 * SECOND, seen = 0n): Promise<Session> {
  const session = await Session.open(
    { node: "n1", host: "127.0.0.1", ports: { client } },
    { runtime, seen, limit },
  );
  open.push(() => session.close());
  return session;
}

/** What it fails with. */
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "nothing",
    (error: unknown) => error,
  );

describe("opening", () => {
  const refused = expect.objectContaining({ code: "connection-refused", node: "n1" });

  test("tells what was seen, and takes what is granted", async () => {
    let seen: bigint | undefined;
    const port = await serve((frame, socket) => {
      frame.int();
      seen = frame.long();
      socket.write(granted());
    });
    const session = await sessionWith(port, 5 * SECOND, 7n);
    expect(session.isOpen).toBe(true);
    expect(seen).toBe(7n);
  });

  test.each<[string, Handler]>([
    ["a server that closes the connection, for it lacks what was seen", (_, socket) => socket.destroy()],
    ["no session", (_, socket) => socket.write(granted(0))],
    ["an answer that cannot be read", (_, socket) => socket.write(new Writer().frame())],
  ])("%s: nothing was sent", async (_, handler) => {
    expect(await failure(sessionWith(await serve(handler)))).toEqual(refused);
  });

  test("a server that is silent: nothing was sent", async () => {
    const port = await serve(() => undefined);
    expect(await failure(sessionWith(port, 20 * MILLISECOND))).toEqual(refused);
  });
});

describe("requests", () => {
  test("are answered in order, and the last transaction is remembered", async () => {
    const port = await serve(
      granting((frame, socket) => {
        const xid = frame.int();
        // A notification and the answer to a ping may come in between.
        socket.write(reply(-1, 99n, 0).frame());
        socket.write(reply(-2, 99n, 0).frame());
        if (xid === 0) socket.write(stat(reply(xid, 20n, 0).text("41")).frame());
        else socket.write(reply(xid, 21n, -101).frame());
      }),
    );
    const session = await sessionWith(port);
    expect(await session.request(getData("/x"))).toEqual({ data: "41", stat: { changed: 9n, version: 2 } });
    expect(session.seen).toBe(20n);
    const error = await failure(session.request(getData("/y")));
    expect(error).toBeInstanceOf(ReplyError);
    expect(error).toMatchObject({ code: -101 });
    expect(session.seen).toBe(21n);
  });

  test("fail with the connection, each sent once, and a session that ended sends nothing", async () => {
    const written: string[] = [];
    const port = await serve(
      granting((frame, socket) => {
        frame.int();
        frame.int();
        frame.text();
        written.push(frame.text());
        socket.destroy();
      }),
    );
    const session = await sessionWith(port);
    const [first, second] = [session.request(setData("/x", "1")), session.request(setData("/x", "2"))];
    expect(await failure(first)).toMatchObject({ message: "the server closed the connection" });
    expect(await failure(second)).toMatchObject({ message: "the server closed the connection" });
    expect(session.isOpen).toBe(false);
    expect(await failure(session.request(setData("/x", "3")))).toMatchObject({ code: "not-connected" });
    expect(written[0]).toBe("1");
    expect(["1", "1,2"]).toContain(written.join());
  });

  test("an answer to another request ends the session", async () => {
    const port = await serve(granting((_, socket) => void socket.write(stat(reply(7, 1n, 0)).frame())));
    const session = await sessionWith(port);
    expect(await failure(session.request(setData("/x", "1")))).toMatchObject({
      message: expect.stringContaining("an answer to request 7"),
    });
  });

  test("an answer that cannot be read fails its request and ends the session", async () => {
    const port = await serve(granting((_, socket) => void socket.write(reply(0, 1n, 0).frame())));
    const session = await sessionWith(port);
    expect(await failure(session.request(setData("/x", "1")))).toMatchObject({
      message: expect.stringContaining("cannot be read"),
    });
    expect(session.isOpen).toBe(false);
  });

  test("closing ends what is under way", async () => {
    const port = await serve(granting(() => undefined));
    const session = await sessionWith(port);
    const underWay = failure(session.request(setData("/x", "1")));
    session.close();
    session.close();
    expect(await underWay).toMatchObject({ message: "the session was closed" });
  });
});
