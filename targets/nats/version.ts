import { DEBIANS_VERSION, type NatsOptions } from "./options.ts";

/** First version that knows `sync_interval`. */
const SYNC_INTERVAL_SINCE = [2, 10];

const partsOf = (version: string): number[] => version.split(".").map((part) => Number.parseInt(part, 10));

/** The version whose behaviour is reckoned with: of servers nobody has named, that of Debian's. */
export const versionOf = ({ serverVersion }: NatsOptions): string => serverVersion ?? DEBIANS_VERSION;

export function hasSyncInterval(version: string): boolean {
  const [major = 0, minor = 0] = partsOf(version);
  const [sinceMajor = 0, sinceMinor = 0] = SYNC_INTERVAL_SINCE;
  return major > sinceMajor || (major === sinceMajor && minor >= sinceMinor);
}

/** Seen with 2.9.10; of the others of its line nobody has seen that they do better. */
export const hasDefects = (version: string): boolean => version === "2.9" || version.startsWith("2.9.");

/** Whether a server is of the version named, which may leave its last part out. */
export const isOf = (server: string, named: string): boolean =>
  partsOf(named).every((part, i) => partsOf(server)[i] === part);
