/** The Pulumi CLI as a process: what it prints is searched for secrets, and a test may strike it down on its way. */
import { spawn, type ChildProcess } from "node:child_process";
import { searched } from "../leaks.ts";

/** A program's folder, and what is needed to run the CLI there. */
export interface Place {
  readonly bin: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface Run {
  /** `null`: a signal ended it. */
  readonly code: number | null;
  /** Standard output and error, as they came. */
  readonly output: string;
  readonly stdout: string;
}

export interface Running {
  readonly child: ChildProcess;
  /** Rejects when the command cannot be started or prints a secret; never because of its exit code. */
  readonly ended: Promise<Run>;
}

export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly initErrors?: readonly string[];
}

export function startPulumi({ bin, folder, env }: Place, ...args: readonly string[]): Running {
  const all = [...args, "--cwd", folder, "--non-interactive", "--color", "never"];
  const child = spawn(bin, all, { env, stdio: ["ignore", "pipe", "pipe"], windowsHide: true });
  const printed: { readonly from: "stdout" | "stderr"; readonly text: string }[] = [];
  for (const from of ["stdout", "stderr"] as const)
    child[from].setEncoding("utf8").on("data", (text: string) => printed.push({ from, text }));
  const text = (only?: string) =>
    printed.flatMap((each) => (only === undefined || each.from === only ? each.text : []));
  const ended = new Promise<Run>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output: text().join(""), stdout: text("stdout").join("") }));
  }).then((run) => {
    searched(`what pulumi ${args.join(" ")} printed`, run.output);
    return run;
  });
  return { child, ended };
}

export function runPulumi(place: Place, ...args: readonly string[]): Promise<Run> {
  return startPulumi(place, ...args).ended;
}
