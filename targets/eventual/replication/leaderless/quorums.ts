import type { Settings } from "../../options.ts";

/** How many replicas must answer. */
export interface Quorums {
  readonly read: number;
  readonly write: number;
}

/**
 * The quorums of one request: what its level asks for, else what the settings say. `strong`: any two of them meet; `all`: every
 * replica; `local`: one.
 */
export function quorumsFor(
  settings: Settings,
  copies: number,
  request: { readonly key: string; readonly level?: string },
): Quorums {
  const majority = Math.floor(copies / 2) + 1;
  if (settings.strongKeys !== "" && request.key.startsWith(settings.strongKeys))
    return { read: copies, write: copies };
  switch (request.level) {
    case "strong":
    case "quorum":
      return { read: majority, write: majority };
    case "all":
      return { read: copies, write: copies };
    case "local":
    case "one":
      return { read: 1, write: 1 };
    default:
      return {
        read: Math.min(settings.readQuorum, copies),
        write: Math.min(settings.writeQuorum, copies),
      };
  }
}
