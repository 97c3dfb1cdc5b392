import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createReadStream, realpathSync, statSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { extname, join, sep } from "node:path";
import { HarnessError, messageOf } from "#core/errors";
import { RUN_FILES } from "../../store/run-files.ts";

/** Nobody but this machine gets to see the runs. */
const HOST = "127.0.0.1";

export interface ServedRuns extends AsyncDisposable {
  readonly url: string;
}

/** What a server of run folders answers with. */
export interface RunsSource {
  /** The folder of runs. */
  readonly root: string;
  /** The page of all runs, made anew whenever it is asked for. */
  page(): string;
  /** Paths of the run folders below `root`, as they are now. */
  isRun(path: string): boolean;
}

/** Serves the page of all runs and the files of run folders on the loopback address. @throws HarnessError `usage` if the port is taken */
export async function serveRuns(source: RunsSource, port: number): Promise<ServedRuns> {
  const server = createServer((request, response) => answer(source, request, response));
  await listen(server, port);
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${HOST}:${bound}/`,
    async [Symbol.asyncDispose]() {
      if (!server.listening) return;
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeAllConnections();
      await closed;
    },
  };
}

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", (cause) =>
      reject(
        new HarnessError("usage", `--serve ${port}: ${messageOf(cause)}`, {
          cause,
          hint: "choose another port; 0 takes any that is free",
        }),
      ),
    );
    server.listen(port, HOST, resolve);
  });

/** A page of another site that gives its own name this address must not read runs: only requests for this one are answered. */
const OWN_HOST = /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/;

function answer(source: RunsSource, request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.setHeader("Referrer-Policy", "no-referrer");
  response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
  response.setHeader("Cache-Control", "no-store");
  try {
    if (!OWN_HOST.test(request.headers.host ?? "")) return refuse(response, 403, "only for this machine");
    if (request.method !== "GET") {
      response.setHeader("Allow", "GET");
      return refuse(response, 405, "only GET");
    }
    const path = pathOf(request.url ?? "/");
    if (path === "" || path === "index.html") return send(response, "text/html", source.page());
    const file = path === undefined ? undefined : fileOf(source, path);
    if (file === undefined) return refuse(response, 404, "no such file of a run");
    sendFile(response, file);
  } catch (error) {
    refuse(response, 500, messageOf(error));
  }
}

/** Decoded, without the slash it begins with; undefined: not a path at all. */
function pathOf(url: string): string | undefined {
  try {
    return decodeURIComponent(url.replace(/[?#].*$/s, "")).replace(/^\//, "");
  } catch {
    return undefined;
  }
}

const PLAIN_FILES: ReadonlySet<string> = new Set(
  Object.values(RUN_FILES).filter((name) => name !== RUN_FILES.logs),
);

/** The file behind a path, if it is one that a run folder has; undefined for everything else. */
function fileOf({ root, isRun }: RunsSource, path: string): string | undefined {
  const parts = path.split("/");
  if (parts.some((part) => part === "" || part === "." || part === ".." || /[\\\0]/.test(part)))
    return undefined;
  for (let at = 0; at < parts.length; at++) {
    const run = at === 0 ? "." : parts.slice(0, at).join("/");
    const inside = parts.slice(at);
    const isOfRun = (inside.length === 1 && PLAIN_FILES.has(inside[0] ?? "")) || isLog(inside);
    if (isOfRun && isRun(run)) return contained(join(root, run), join(...inside));
  }
  return undefined;
}

/** `logs/<node>/<process>.log` */
const isLog = (inside: readonly string[]): boolean => inside.length >= 2 && inside[0] === RUN_FILES.logs;

/** A link in a run folder that leads out of it is not followed. */
function contained(folder: string, name: string): string | undefined {
  try {
    const real = realpathSync(join(folder, name));
    return real.startsWith(`${realpathSync(folder)}${sep}`) && statSync(real).isFile() ? real : undefined;
  } catch {
    return undefined;
  }
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".json": "application/json",
};

/**
 * A run folder may be somebody else's. Its report keeps its script, but in a world of its own: it reads nothing of the
 * other runs and asks nobody for anything.
 */
const POLICY =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; sandbox allow-scripts";

function sendFile(response: ServerResponse, path: string): void {
  response.setHeader("Content-Security-Policy", POLICY);
  response.setHeader("Content-Type", `${TYPES[extname(path)] ?? "text/plain"}; charset=utf-8`);
  const stream = createReadStream(path);
  stream.on("error", (error) => {
    response.destroy(error);
  });
  stream.pipe(response);
}

function send(response: ServerResponse, type: string, text: string): void {
  response.setHeader("Content-Type", `${type}; charset=utf-8`);
  response.end(text);
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  send(response, "text/plain", `${text}\n`);
}
