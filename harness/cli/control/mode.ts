import { HarnessError } from "#core/errors";
import { bridgeFinding } from "../doctor/engine.ts";
import { liveEngine } from "../doctor/live-engine.ts";
import { sourceTowards } from "../doctor/source-address.ts";

/** Says where the control process runs, if not where it is found out: `here` or `container`. */
const VARIABLE = "RIFTCHECK_CONTROL";

/** Whether runs are to be controlled from a container, since containers cannot be reached from here. @throws HarnessError `usage` */
export async function isControlledFromContainer(): Promise<boolean> {
  const asked = process.env[VARIABLE] ?? "auto";
  if (asked === "here") return false;
  if (asked === "container") return true;
  if (asked !== "auto")
    throw new HarnessError("usage", `${VARIABLE}=${asked}: expected here, container or auto`);
  const engine = await liveEngine.version().catch(() => undefined);
  // Without an engine the start-up says it better.
  return engine !== undefined && !(await bridgeFinding(liveEngine, sourceTowards)).ok;
}
