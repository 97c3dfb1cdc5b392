import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { HarnessError, OperationError } from "#core/errors";
import type { Json } from "#core/json";
import { Random } from "#core/random";
import type { Connection } from "#core/runtime";
import type { ProgramPlan, ProtocolBody } from "#core/target";
import { MILLISECOND, SECOND } from "#core/units";
import {
  type ProcessCluster,
  type ProcessClusterSettings,
  startProcessCluster,
} from "../harness/cluster/process/cluster.ts";
import { groupStates } from "../harness/cluster/process/process-group.ts";
import { RealTimeRuntime } from "../harness/engine/real-time.ts";
import { temporaryFolder } from "./support/riftcheck.ts";

/** A node that answers `init`, and otherwise does what `cases` say of a line; `reply` answers it. */
const shellNode = (cases: string, atStart = ""): string => `#!/bin/sh
me=
reply() { printf '{"src":"%s","dest":"%s","body":{%s,"in_reply_to":%s}}\\n' "$me" "$src" "$1" "$id"; }
send() { printf '{"src":"%s","dest":"%s","body":{%s}}\\n' "$me" "$1" "$2"; }
${atStart}
while read -r line; do
  src=\${line#*'"src":"'} src=\${src%%'"'*}
  id=\${line#*'"msg_id":'} id=\${id%%[,\\}]*}
  case $line in
    *'"type":"init"'*) me=\${line#*'"node_id":"'} me=\${me%%'"'*}; reply '"type":"init_ok"' ;;
    ${cases}
  esac
done
`;

/** Answers `ping`; `tell` sends a message to the other node, which counts them and says how many there were when asked. */
const OBEDIENT = shellNode(
  `*'"type":"ping"'*) reply '"type":"ping_ok"' ;;
    *'"type":"tell"'*) other=n1; [ "$me" = n1 ] && other=n0; send "$other" '"type":"told"'; reply '"type":"tell_ok"' ;;
    *'"type":"told"'*) told=$((told + 1)) ;;
    *'"type":"count"'*) reply "\\"type\\":\\"count_ok\\",\\"count\\":$told" ;;`,
  "told=0; echo 'ready to serve' >&2",
);

interface World {
  readonly cluster: ProcessCluster;
  readonly runtime: RealTimeRuntime;
  readonly folder: string;
  ask(node: string, body: ProtocolBody): Promise<Json>;
  connect(node: string): Promise<Connection>;
  until(holds: () => Promise<boolean> | boolean): Promise<void>;
}

interface Settings extends Partial<ProcessClusterSettings> {
  readonly setUp?: ProgramPlan["setUp"];
  readonly delay?: number;
  readonly arguments?: string;
}

const PATIENCE = 20 * SECOND;

/** Two nodes that run the script. */
async function withNodes(
  script: string,
  main: (world: World) => Promise<void>,
  { setUp = () => [], delay = 0, arguments: rest = "", ...more }: Settings = {},
): Promise<void> {
  using folder = temporaryFolder();
  const program = join(folder.path, "node");
  writeFileSync(program, script);
  chmodSync(program, 0o755);
  const runtime = new RealTimeRuntime("test");
  await using cluster = await startProcessCluster({
    runtime,
    nodes: ["n0", "n1"],
    random: new Random("test"),
    signal: new AbortController().signal,
    plan: {
      command: `${program} ${rest}`,
      network: { delayMin: delay, delayTail: 0, loss: 0, duplication: 0, ordered: false },
      setUp,
      replyProblem: (request, { type }) =>
        type === `${String(request["type"])}_ok` ? undefined : `expected ${String(request["type"])}_ok`,
    },
    ...more,
  });
  const connect = (node: string): Promise<Connection> => cluster.connect(cluster.endpoint(node));
  await main({
    cluster,
    runtime,
    folder: folder.path,
    connect,
    ask: async (node, body) => (await connect(node)).request(body),
    until: async (holds) => {
      const deadline = runtime.now() + PATIENCE;
      while (!(await holds())) {
        if (runtime.now() > deadline) throw new Error("waited in vain");
        await runtime.sleep(5 * MILLISECOND);
      }
    },
  });
}

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "ok",
    (error: unknown) => (error instanceof OperationError ? error.code : String(error)),
  );

/** What the cluster says once it sees that the store is broken. */
async function failureOf(
  script: string,
  bodies: readonly ProtocolBody[],
  settings: Settings = {},
): Promise<HarnessError> {
  let reason: unknown;
  await withNodes(
    script,
    async ({ cluster, connect, until }) => {
      const connection = await connect("n0");
      for (const body of bodies) void connection.request(body).catch(() => undefined);
      await until(() => cluster.broken.aborted);
      reason = cluster.broken.reason;
    },
    settings,
  ).catch((error: unknown) => (reason ??= error));
  if (reason instanceof HarnessError) return reason;
  throw reason;
}

const PING = { type: "ping" };

describe("faults", () => {
  test("kill ends the process and what it started, and start brings another that is told who it is", () =>
    withNodes(
      OBEDIENT.replace("told=0;", `told=0; ( trap '' TERM HUP; sleep 600 ) & echo $$ >> "$1/pids-$$";`),
      async ({ cluster, ask, connect }) => {
        const before = await cluster.incarnation("n0");
        const group = Number(/process (\d+)/.exec(before)?.[1]);
        expect((await groupStates(group)).length).toBeGreaterThan(1);
        const connection = await connect("n0");
        const open = codeOf(connection.request({ type: "nobody answers this" }));
        await cluster.kill("n0");
        expect(await open).toBe("connection-lost");
        expect(await groupStates(group)).toEqual([]);
        expect(await cluster.state("n0")).toBe("stopped");
        expect(await codeOf(connection.request(PING))).toBe("not-connected");
        expect(await codeOf(connect("n0"))).toBe("connection-refused");
        await cluster.kill("n0");
        await cluster.start("n0");
        expect(await cluster.state("n0")).toBe("running");
        expect(await cluster.incarnation("n0")).not.toBe(before);
        expect(await codeOf(connection.request(PING))).toBe("not-connected");
        expect(await ask("n0", PING)).toMatchObject({ type: "ping_ok" });
        expect((await cluster.logs())["n0/stderr.log"]).toMatch(
          /process \d+ started\nready to serve\nriftcheck: process \d+ ended: signal SIGKILL\n.*started\nready/,
        );
      },
      { arguments: "/tmp" },
    ));

  test("pause stops the whole group, which answers once resumed; a paused node can be killed", () =>
    withNodes(OBEDIENT, async ({ cluster, ask, connect }) => {
      await cluster.pause("n0");
      expect(await cluster.state("n0")).toBe("paused");
      let isAnswered = false;
      const answer = (await connect("n0")).request(PING).then((reply) => {
        isAnswered = true;
        return reply;
      });
      for (let i = 0; i < 20; i++) await ask("n1", PING);
      expect(isAnswered).toBe(false);
      await cluster.pause("n0");
      await cluster.resume("n0");
      expect(await answer).toMatchObject({ type: "ping_ok" });
      expect(await cluster.state("n0")).toBe("running");
      await cluster.pause("n0");
      await cluster.kill("n0");
      expect(await cluster.state("n0")).toBe("stopped");
    }));

  test("blocked links drop and count messages between nodes; clients get through", () =>
    withNodes(OBEDIENT, async ({ cluster, ask, until }) => {
      const count = async (): Promise<Json> =>
        ((await ask("n1", { type: "count" })) as ProtocolBody)["count"] as Json;
      await cluster.block([{ from: "n0", to: "n1" }]);
      expect(await cluster.reachable("n0", "n1")).toBe(false);
      await ask("n0", { type: "tell" });
      await ask("n0", { type: "tell" });
      expect(await cluster.dropped()).toBe(2);
      expect(await count()).toBe(0);
      await cluster.block([{ from: "n0", to: "n1" }]);
      await cluster.unblock([{ from: "n0", to: "n1" }]);
      expect(await cluster.dropped([{ from: "n0", to: "n1" }])).toBe(2);
      expect(await cluster.reachable("n0", "n1")).toBe(false);
      await cluster.unblock();
      expect([await cluster.dropped(), await cluster.reachable("n0", "n1")]).toEqual([0, true]);
      await ask("n0", { type: "tell" });
      await until(async () => (await count()) === 1);
    }));

  test("a cut loses what is on its way", () =>
    withNodes(
      OBEDIENT,
      async ({ cluster, ask, until }) => {
        await ask("n0", { type: "tell" });
        await cluster.block([{ from: "n0", to: "n1" }]);
        await until(async () => (await cluster.dropped()) === 1);
        expect(await ask("n1", { type: "count" })).toMatchObject({ count: 0 });
      },
      { delay: 200 * MILLISECOND },
    ));

  test("a node has a folder of its own that outlives its process and not the cluster", async () => {
    let folder = "";
    await withNodes(
      shellNode(
        `*'"type":"where"'*) reply "\\"type\\":\\"where_ok\\",\\"folder\\":\\"$RIFTCHECK_NODE_FOLDER\\"" ;;`,
      ),
      async ({ cluster, ask }) => {
        folder = ((await ask("n0", { type: "where" })) as ProtocolBody)["folder"] as string;
        writeFileSync(join(folder, "kept"), "yes");
        await cluster.kill("n0");
        await cluster.start("n0");
        expect(await ask("n0", { type: "where" })).toMatchObject({ folder });
        expect(readFileSync(join(folder, "kept"), "utf8")).toBe("yes");
      },
    );
    expect(existsSync(folder)).toBe(false);
  });
});

describe("ids and numbers", () => {
  test("integers beyond 2^53 keep all their digits, in replies and in services", () =>
    withNodes(
      shellNode(`*'"type":"store"'*) asker=$src asked=$id; printf '{"src":"%s","dest":"lin-kv","body":{"type":"write","key":1,"value":9007199254740993,"msg_id":1}}\\n' "$me" ;;
    *'"type":"write_ok"'*) printf '{"src":"%s","dest":"lin-kv","body":{"type":"read","key":1,"msg_id":2}}\\n' "$me" ;;
    *'"type":"read_ok"'*) value=\${line#*'"value":'}; value=\${value%%[,\\}]*}; src=$asker id=$asked; reply "\\"type\\":\\"store_ok\\",\\"value\\":$value" ;;`),
      async ({ ask }) => {
        expect(await ask("n0", { type: "store" })).toMatchObject({ value: "9007199254740993" });
      },
    ));
});

describe("a node that breaks the protocol ends the run with its name, its line and its log", () => {
  const answering = (line: string): string =>
    shellNode(`*'"type":"ping"'*) echo 'about to answer' >&2; ${line} ;;`);

  test.each([
    [
      "text",
      "echo 'debug: got a ping'",
      /^node n0 wrote to its standard output what is no message: .*JSON.*: debug: got a ping$/,
    ],
    ["another JSON", "echo '[1]'", /expected a JSON object with src, dest and body, but it is: \[1\]$/],
    ["no sender", `echo '{"dest":"c0","body":{}}'`, /field "src": expected the name of the sender/],
    ["no receiver", `echo '{"src":"n0","body":{}}'`, /field "dest": expected the name of the receiver/],
    ["no body", `echo '{"src":"n0","dest":"c0","body":7}'`, /field "body": expected an object/],
    [
      "nobody",
      `send n7 '"type":"hello"'`,
      /^node n0 wrote a message to "n7", which is no node, client or service: /,
    ],
    ["a client there never was", `send c99 '"type":"hello","in_reply_to":1'`, /a message to "c99"/],
    ["a client, but no reply", `send "$src" '"type":"hello"'`, /to a client without the field "in_reply_to"/],
    [
      "a wrong reply",
      `reply '"type":"pong"'`,
      /^node n0 answered .*"type":"ping".* with .*"pong".*: expected ping_ok$/,
    ],
    ["an error without a code", `reply '"type":"error"'`, /field "code" of an error: expected an integer$/],
    ["an end", "exit 3", /^node n0 ended by itself at .* \(exit code 3\)$/],
  ])("%s", async (_, line, message) => {
    const error = await failureOf(answering(line), [PING]);
    expect(error.code).toBe("store-failed");
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(/^logs\/n0\/stderr\.log ends:\n {2}about to answer$/);
  });

  test("a node that never answers init", async () => {
    const script = "#!/bin/sh\necho 'thinking' >&2\nwhile read -r line; do :; done\n";
    const error = await failureOf(script, [], { initWithin: 300 * MILLISECOND });
    expect(error.code).toBe("node-not-ready");
    expect(error.message).toMatch(/^node n\d did not answer within .*: \{"type":"init",/);
    expect(error.hint).toContain("thinking");
  });

  test("a node that answers init with something else, or ends", async () => {
    const wrong = OBEDIENT.replace("init_ok", "hello");
    expect((await failureOf(wrong, [])).message).toMatch(/answered init with .*"hello".*, expected init_ok$/);
    const error = await failureOf("#!/bin/sh\necho 'no such module' >&2\nexit 1\n", []);
    expect(error.message).toMatch(/^node n\d ended by itself at .* \(exit code 1\)$/);
    expect(error.hint).toContain("no such module");
  });

  test("a node that never answers what it must be told first", async () => {
    const error = await failureOf(OBEDIENT, [], {
      setUp: () => [{ type: "topology" }],
      initWithin: 300 * MILLISECOND,
    });
    expect(error.message).toMatch(/^node n\d did not answer within .*: \{"type":"topology"\}$/);
  });

  test("a node that never answers its clients, unless a fault is in force", async () => {
    await withNodes(
      OBEDIENT,
      async ({ cluster, connect, runtime, until }) => {
        await cluster.block([{ from: "n0", to: "n1" }]);
        const connection = await connect("n0");
        void codeOf(connection.request({ type: "mystery" }));
        void codeOf(connection.request({ type: "riddle" }));
        await runtime.sleep(1_500 * MILLISECOND);
        expect(cluster.broken.aborted).toBe(false);
        await cluster.unblock();
        await until(() => cluster.broken.aborted);
        expect(cluster.broken.reason).toMatchObject({
          code: "store-failed",
          message: expect.stringMatching(
            /^node n0 has answered nothing for .*, 2 requests wait, the first: .*"mystery"/,
          ),
          hint: expect.stringContaining("ready to serve"),
        });
      },
      { silentFor: 600 * MILLISECOND },
    );
  });

  test("a flood of messages to a node that does not read them", async () => {
    const flood = `pad=xxxxxxxxxxxxxxxx; while [ \${#pad} -lt 60000 ]; do pad=$pad$pad; done; while :; do send n1 "\\"pad\\":\\"$pad\\""; done`;
    const script = shellNode(`*'"type":"ping"'*) ${flood} ;; *'"pad"'*) sleep 600 ;;`);
    const error = await failureOf(script, [PING]);
    expect(error.message).toMatch(
      /^node n0 floods: \d+ bytes wait for n1, the latest message: .*xxx… \(\d+ characters\)$/,
    );
  });

  test("a line that never ends", async () => {
    const script = shellNode(
      `*'"type":"ping"'*) pad=xxxxxxxxxxxxxxxx; while [ \${#pad} -lt 60000 ]; do pad=$pad$pad; done; while :; do printf %s "$pad"; done ;;`,
    );
    const error = await failureOf(script, [PING]);
    expect(error.message).toMatch(/^node n0 floods its standard output with a line that does not end: xxx/);
  });

  test("a flood of its log is cut, and the run goes on", () =>
    withNodes(
      shellNode(
        `*'"type":"ping"'*) pad=xxxxxxxxxxxxxxxx; while [ \${#pad} -lt 60000 ]; do pad=$pad$pad; done; i=0; while [ $i -lt 200 ]; do echo "$pad" >&2; i=$((i + 1)); done; echo last >&2; reply '"type":"ping_ok"' ;;`,
      ),
      async ({ cluster, ask, until }) => {
        expect(await ask("n0", PING)).toMatchObject({ type: "ping_ok" });
        await until(async () => (await cluster.logs())["n0/stderr.log"]!.endsWith("last\n"));
        const log = (await cluster.logs())["n0/stderr.log"]!;
        expect(log).toMatch(/^riftcheck: \d+ earlier characters left out\n/);
        expect(log.length).toBeLessThan(9 << 20);
      },
    ));

  test("replies that come twice or too late are dropped", () =>
    withNodes(
      shellNode(`*'"type":"ping"'*) reply '"type":"ping_ok"'; reply '"type":"ping_ok"' ;;`),
      async ({ ask, cluster }) => {
        for (let i = 0; i < 10; i++) expect(await ask("n0", PING)).toMatchObject({ type: "ping_ok" });
        expect(cluster.broken.aborted).toBe(false);
      },
    ));

  test("once broken, its nodes end and are not started again", () =>
    withNodes(answering("echo garbage"), async ({ cluster, connect, until }) => {
      const open = codeOf((await connect("n0")).request(PING));
      await until(async () => (await cluster.state("n1")) === "stopped");
      expect(await open).toBe("connection-lost");
      await cluster.start("n1");
      expect(await cluster.state("n1")).toBe("stopped");
      expect(await codeOf(connect("n1"))).toBe("connection-refused");
    }));
});

test("a program whose interpreter is not there", async () => {
  const error = await failureOf("#!/no/such/interpreter\n", []);
  expect(error.code).toBe("setup-failed");
  expect(error.message).toMatch(/^n0: .*\/node cannot be started: /);
  expect(error.hint).toContain("first line must name an interpreter");
});
