import { messageOf } from "#core/errors";
import type { Json } from "#core/json";
import type { Connection, Endpoint, Runtime } from "#core/runtime";
import { formatDuration, type Nanoseconds } from "#core/units";
import type { Status } from "../protocol.ts";

/** What a node says of itself, over a connection of its own; or why it said nothing within `limit`. */
export function askStatus(
  runtime: Runtime,
  endpoint: Endpoint,
  limit: Nanoseconds,
): Promise<Status | string> {
  return new Promise((resolve) => {
    let connection: Connection | undefined;
    let ended = false;
    const end = (outcome: Status | string): void => {
      if (ended) return;
      ended = true;
      cancel();
      connection?.close();
      resolve(outcome);
    };
    const cancel = runtime.after(limit, () => end(`no answer within ${formatDuration(limit)}`));
    const ask = async (): Promise<Json> => {
      connection = await runtime.connect(endpoint);
      if (ended) connection.close();
      return connection.request({ op: "status" });
    };
    ask().then(
      (status) => end(status as unknown as Status),
      (error: unknown) => end(messageOf(error)),
    );
  });
}
