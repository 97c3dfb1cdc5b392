/** The clients of the servers in compose.yaml, and what these promise. */
import type { ComposeTarget } from "riftcheck/target";
import { target as httpKv } from "../http-kv/http-kv.ts";

const { options, workloads, claims, createClient, notReady, leader } = httpKv;

export const target: ComposeTarget<{ readFrom: "primary" | "any" }> = {
  name: "compose-kv",
  summary: "a key-value server over HTTP, from a Compose file",
  ports: { http: 8080 },
  defaults: { clients: 5, workload: "session" },
  ...{ options, workloads, claims, createClient, notReady, ...(leader === undefined ? {} : { leader }) },
};
