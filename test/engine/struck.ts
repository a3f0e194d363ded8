/** `pulumi up` as a process of its own, which a test can strike down in mid-update. */
import { spawn, type ChildProcess } from "node:child_process";
import type { Stack } from "./stack.ts";

export async function upToStrike(
  { bin, env, folder }: Stack,
  started: (cli: ChildProcess) => void,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const flags = ["--yes", "--skip-preview", "--stack", "dev", "--cwd", folder, "--non-interactive", "--color", "never"];
  const cli = spawn(bin, ["up", ...flags], { env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [cli.stdout, cli.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  started(cli);
  const code = await new Promise<number | null>((resolve) => cli.on("exit", resolve));
  return { code, output };
}
