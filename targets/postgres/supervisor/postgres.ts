import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Lineage } from "./lineage.ts";
import { messageOf, say, sleep } from "./log.ts";
import { readLineage, replaceFile, syncFolder } from "./memory.ts";
import { HOME, POSTGRES_PORT, type Settings } from "./settings.ts";

const TEMPLATE = "/var/lib/postgresql/template";
const DATA = join(HOME, "data");
const CLONE = join(HOME, "clone");
/** In the data folder, so that data and lineage are replaced together. */
const LINEAGE = "riftcheck-lineage.json";
const ADMISSION = join(DATA, "riftcheck-hba.conf");
const SOCKETS = "/tmp";
const SOCKET = join(SOCKETS, `.s.PGSQL.${POSTGRES_PORT}`);
const SQL_MAX_MS = 8_000;
/** A standby that let go of its primary comes to rest within a tenth of a second. */
const REST_MAX_MS = 6_000;
const POLL_MS = 30;
/** Until all processes are seen to be gone after SIGKILL. */
const END_MAX_MS = 60_000;
const CLONE_MAX_MS = 60_000;
const PROMOTE_MAX_S = 30;

const execute = promisify(execFile);

/** What PostgreSQL is to do now. */
export interface Duty {
  readonly role: "primary" | "standby";
  /** Address of the node that a standby follows. */
  readonly follow?: string | undefined;
  /** Whether sessions of a primary may write. */
  readonly open: boolean;
  /** Whether clients on other machines are let in. */
  readonly admits: boolean;
}

/** This node's PostgreSQL: its files and its processes. */
export class Postgres {
  readonly #settings: Settings;
  #process: ChildProcess | undefined;
  #duty: Duty = { role: "standby", open: true, admits: false };
  /** Told when PostgreSQL ended without having been told to. */
  onEnd: () => void = () => undefined;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  get duty(): Duty {
    return this.#duty;
  }

  get runs(): boolean {
    return this.#process !== undefined;
  }

  /** Makes the data folder out of the image's template. @returns false if there is one already */
  static prepare(lineage: Lineage): boolean {
    if (existsSync(DATA)) return false;
    // Ended between the two steps that put a clone in the place of the data.
    if (existsSync(join(CLONE, LINEAGE))) {
      renameSync(CLONE, DATA);
      return false;
    }
    const passing = join(HOME, "passing");
    rmSync(passing, { recursive: true, force: true });
    execFileSync("cp", ["-a", TEMPLATE, passing]);
    // PostgreSQL takes for granted that what it finds is on disk. Only a disk of its own can lose its power.
    if (statSync(HOME).dev !== statSync("/").dev) execFileSync("sync", ["-f", passing]);
    replaceFile(join(passing, LINEAGE), JSON.stringify(lineage));
    renameSync(passing, DATA);
    syncFolder(HOME);
    return true;
  }

  get lineage(): Lineage {
    return readLineage(join(DATA, LINEAGE));
  }

  set lineage(lineage: Lineage) {
    replaceFile(join(DATA, LINEAGE), JSON.stringify(lineage));
  }

  /** Starts it; it accepts connections a little later. */
  start(duty: Duty): void {
    // Nothing else runs here: whoever wrote them is gone, and its number may be another process's now.
    for (const file of [join(DATA, "postmaster.pid"), `${SOCKET}.lock`, SOCKET])
      rmSync(file, { force: true });
    const signal = join(DATA, "standby.signal");
    if (duty.role === "standby") writeFileSync(signal, "");
    else rmSync(signal, { force: true });
    this.#configure(duty);
    // Behind the supervisor, which must end it in time when the machine is busy.
    const child = spawn("nice", ["-n", "3", "postgres", "-D", DATA], { stdio: "inherit" });
    this.#process = child;
    child.once("exit", () => {
      if (this.#process !== child) return;
      this.#process = undefined;
      this.onEnd();
    });
  }

  /** Ends every process at once, as a power switch would: nothing is acknowledged or shown after this. */
  async end(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    const ended =
      child === undefined || child.exitCode !== null || child.signalCode !== null
        ? Promise.resolve()
        : new Promise<void>((resolve) => child.once("exit", () => resolve()));
    killOthers();
    await ended;
    const deadline = performance.now() + END_MAX_MS;
    while (othersRun()) {
      if (performance.now() > deadline) throw new Error("processes outlived SIGKILL");
      killOthers();
      await sleep(POLL_MS);
    }
  }

  /** Takes on other duties of the same role, without a restart. */
  async reconfigure(duty: Duty): Promise<void> {
    this.#configure(duty);
    await this.ask("SELECT pg_reload_conf()");
  }

  /** Takes on other duties that let nobody in, and ends the sessions of clients. */
  async shut(duty: Duty): Promise<void> {
    await this.reconfigure({ ...duty, admits: false });
    await this.ask(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND client_addr IS NOT NULL",
    );
  }

  /** Rows of the answer, their columns with `|` between them. @param wait how long it may take; Infinity: until it ends */
  async ask(sql: string, wait = SQL_MAX_MS): Promise<string[]> {
    const options = `-c default_transaction_read_only=off -c synchronous_commit=${this.#settings.synchronousCommit}`;
    const { stdout } = await execute("psql", ["-XqAt", "-h", SOCKETS, "-v", "ON_ERROR_STOP=1", "-c", sql], {
      env: { ...process.env, PGOPTIONS: options },
      ...(Number.isFinite(wait) ? { timeout: wait } : {}),
    });
    return stdout.split("\n").filter((line) => line !== "");
  }

  /** Becomes a primary that does not accept writes yet, on a timeline of its own. @returns where that begins */
  async promote(): Promise<string> {
    this.#configure({ role: "primary", open: false, admits: this.#duty.admits });
    const wait = (PROMOTE_MAX_S + 1) * 1_000;
    const [done] = await this.ask(`SELECT pg_reload_conf() AND pg_promote(true, ${PROMOTE_MAX_S})`, wait);
    if (done !== "t") throw new Error("PostgreSQL was not promoted in time");
    return beginOfTimeline();
  }

  /** Lets go of the node it follows and waits until all that was received is applied. @returns where its log ends */
  async settle(): Promise<string> {
    if (this.#duty.follow !== undefined) await this.reconfigure({ ...this.#duty, follow: undefined });
    const deadline = performance.now() + REST_MAX_MS;
    for (;;) {
      const [state = ""] = await this.ask(
        `SELECT (SELECT count(*) FROM pg_stat_wal_receiver), (SELECT wait_event FROM pg_stat_activity
         WHERE backend_type = 'startup'), pg_last_wal_replay_lsn()`,
      );
      const [receivers, waitsFor, end = ""] = state.split("|");
      // The only place where a standby waits once it has applied every whole record of its log.
      if (receivers === "0" && waitsFor === "RecoveryRetrieveRetryInterval" && end !== "") return end;
      if (performance.now() > deadline) throw new Error(`the standby does not come to rest: ${state}`);
      await sleep(POLL_MS);
    }
  }

  /** About where its log ends. */
  async nearEnd(): Promise<string> {
    const [end = ""] = await this.ask("SELECT pg_last_wal_replay_lsn()");
    if (end === "") throw new Error("nothing is replayed yet");
    return end;
  }

  /** Copies a primary's data beside its own. `adopt` puts them in their place. */
  async clone(host: string, lineage: Lineage): Promise<void> {
    rmSync(CLONE, { recursive: true, force: true });
    const source = `host=${host} port=${POSTGRES_PORT} user=postgres connect_timeout=2`;
    await execute("pg_basebackup", ["-D", CLONE, "-X", "stream", "-c", "fast", "-d", source], {
      timeout: CLONE_MAX_MS,
    });
    replaceFile(join(CLONE, LINEAGE), JSON.stringify(lineage));
  }

  /** With PostgreSQL ended. */
  adopt(): void {
    const old = join(HOME, "old");
    rmSync(old, { recursive: true, force: true });
    renameSync(DATA, old);
    renameSync(CLONE, DATA);
    syncFolder(HOME);
    rmSync(old, { recursive: true, force: true });
  }

  #configure(duty: Duty): void {
    this.#duty = duty;
    swapFile(join(DATA, "riftcheck.conf"), configuration(this.#settings, duty));
    swapFile(ADMISSION, admission(duty));
  }
}

/** Written again at each start: it need not outlive anything. */
function swapFile(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

/** Who is let in: the supervisor, the nodes that follow this one, and clients when it is their turn. */
export const admission = ({ admits }: Duty): string =>
  [
    "local all all trust",
    "host replication all all trust",
    ...(admits ? ["host all all all trust"] : []),
    "",
  ].join("\n");

/** What differs from PostgreSQL's defaults. */
export function configuration(
  { node, hosts, sync, synchronousCommit, fsync }: Settings,
  { follow, open }: Duty,
): string {
  const names = Object.keys(hosts).filter((name) => name !== node);
  const settings: Readonly<Record<string, string | number>> = {
    hba_file: ADMISSION,
    listen_addresses: "*",
    port: POSTGRES_PORT,
    unix_socket_directories: SOCKETS,
    // Sessions whose commit waits for a standby outlive the clients that gave them up.
    max_connections: 500,
    shared_buffers: "32MB",
    max_wal_senders: 20,
    wal_keep_size: "512MB",
    wal_retrieve_retry_interval: "100ms",
    wal_receiver_status_interval: "1s",
    wal_sender_timeout: "3s",
    wal_receiver_timeout: "3s",
    max_standby_streaming_delay: "2s",
    restart_after_crash: "off",
    fsync,
    synchronous_commit: synchronousCommit,
    synchronous_standby_names: sync === 0 ? "" : `ANY ${sync} (${names.join(", ")})`,
    default_transaction_read_only: open ? "off" : "on",
    primary_conninfo:
      follow === undefined
        ? ""
        : `host=${follow} port=${POSTGRES_PORT} user=postgres application_name=${node} connect_timeout=2`,
    log_line_prefix: "%m [%p] ",
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} = '${value}'\n`)
    .join("");
}

/** Where the latest timeline branched off, from the history file that promotion writes. */
function beginOfTimeline(): string {
  const folder = join(DATA, "pg_wal");
  const latest = readdirSync(folder)
    .filter((name) => /^[0-9A-F]{8}\.history$/.test(name))
    .sort()
    .at(-1);
  const lines = latest === undefined ? [] : readFileSync(join(folder, latest), "utf8").trim().split("\n");
  const position = lines.at(-1)?.split("\t")[1];
  if (position === undefined) throw new Error("promotion left no history of timelines");
  return position;
}

/** The supervisor is the first process of its container, and whatever else runs in it is PostgreSQL or a tool of it. */
function killOthers(): void {
  try {
    process.kill(-1, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") say(`SIGKILL: ${messageOf(error)}`);
  }
}

function othersRun(): boolean {
  return readdirSync("/proc").some((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return false;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(")") + 2));
    } catch {
      // Ended between the two looks.
      return false;
    }
  });
}
