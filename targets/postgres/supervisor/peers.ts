import { createServer, request } from "node:http";
import type { VoteRequest } from "./ballot.ts";
import type { Lineage } from "./lineage.ts";
import { messageOf } from "./log.ts";
import { REQUEST_MAX_MS, SUPERVISOR_PORT, TRIAL_MAX_MS, VOTE_MAX_MS } from "./settings.ts";

/** A leader's word. */
export interface Heartbeat {
  readonly term: number;
  readonly leader: string;
  /** Absent as long as nobody can follow it. */
  readonly lineage?: Lineage;
  /** Whether clients write there: its first transaction is confirmed. */
  readonly open: boolean;
}

export interface Requests {
  heartbeat(message: Heartbeat): Promise<{ readonly term: number; readonly accepted: boolean }>;
  vote(message: VoteRequest): Promise<{ readonly term: number; readonly granted: boolean }>;
}

/** Asks another supervisor, over a connection of its own. @throws Error if no answer comes in time */
export function askPeer<Name extends keyof Requests>(
  host: string,
  name: Name,
  message: Parameters<Requests[Name]>[0],
): ReturnType<Requests[Name]> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(mostMs(message));
    const asked = request(
      { host, port: SUPERVISOR_PORT, path: `/${name}`, method: "POST", agent: false, signal },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.once("error", reject);
        response.once("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          if (response.statusCode === 200) resolve(JSON.parse(text) as never);
          else reject(new Error(text));
        });
      },
    );
    asked.once("error", reject);
    asked.end(JSON.stringify(message));
  }) as ReturnType<Requests[Name]>;
}

function mostMs(message: Heartbeat | VoteRequest): number {
  if (!("candidate" in message)) return REQUEST_MAX_MS;
  return message.trial ? TRIAL_MAX_MS : VOTE_MAX_MS;
}

/** Answers the other supervisors. Resolves once it listens. */
export function answerPeers(requests: Requests): Promise<void> {
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.once("error", () => response.destroy());
    incoming.once("end", () => {
      const message = JSON.parse(Buffer.concat(chunks).toString("utf8")) as never;
      const answer = incoming.url === "/vote" ? requests.vote(message) : requests.heartbeat(message);
      answer.then(
        (value) => response.end(JSON.stringify(value)),
        (error: unknown) => {
          response.statusCode = 503;
          response.end(messageOf(error));
        },
      );
    });
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(SUPERVISOR_PORT, "0.0.0.0", resolve);
  });
}
