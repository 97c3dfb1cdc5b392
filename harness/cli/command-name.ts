import { env } from "node:process";

/** What the user typed to start riftcheck: printed commands must work where they are read. */
export const COMMAND_NAME: string = env["RIFTCHECK_COMMAND"] ?? "riftcheck";
