/** A command that has to succeed: what it printed, or an error with the end of that. */
import path from "node:path";
import { capture, lastLines } from "../setup/run.mjs";

export async function must(command: string, args: readonly string[], cwd: string, env = process.env): Promise<string> {
  const result = await capture(command, [...args], { cwd, env });
  if (result.code !== 0)
    throw new Error(`${path.basename(command)} ${args.join(" ")} failed:\n${lastLines(result, 30)}`);
  return result.stdout;
}
