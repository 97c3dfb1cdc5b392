import type Docker from "dockerode";
import { demultiplex } from "./replies.ts";

export interface ExecResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command in a running container and waits for its end. Costs about 0.1 s: not for polling. */
export async function runIn(container: Docker.Container, command: readonly string[]): Promise<ExecResult> {
  const exec = await container.exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true });
  const stream = await exec.start({});
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  const { ExitCode } = await exec.inspect();
  return { code: ExitCode ?? -1, ...demultiplex(Buffer.concat(chunks)) };
}

/** As `runIn`; rejects if the command fails, with what it said. */
export async function mustRunIn(container: Docker.Container, command: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runIn(container, command);
  if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}: ${(stderr || stdout).trim()}`);
  return stdout;
}
