import { env } from "node:process";

/** What the user typed to start riftcheck: printed commands must work where they are read. */
export const COMMAND_NAME: string = env["RIFTCHECK_COMMAND"] ?? "riftcheck";
/** Variable with the whole command of a run that another process was asked for: what its user would type again. */
export const RUN_COMMAND = "RIFTCHECK_RUN_COMMAND";
