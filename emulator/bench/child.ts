/** A server in a process of its own, that says its address in one line of JSON. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

export interface Child extends AsyncDisposable {
  readonly endpoint: string;
  /** From the start of the process to its line. */
  readonly readyMs: number;
  /** Processor seconds so far; undefined where the system does not say. */
  cpuSeconds(): number | undefined;
}

export async function startChild(script: string, ...parameters: string[]): Promise<Child> {
  const started = performance.now();
  const child = spawn(process.execPath, [script, ...parameters], { stdio: ["pipe", "pipe", "inherit"] });
  const first = await new Promise<string>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`${script} ended with ${code} before it was ready`)));
    createInterface(child.stdout).once("line", resolve);
  });
  const readyMs = performance.now() - started;
  const { endpoint } = JSON.parse(first) as { endpoint: string };
  return {
    endpoint,
    readyMs,
    cpuSeconds: () => cpuSeconds(child),
    [Symbol.asyncDispose]: () => end(child),
  };
}

function cpuSeconds({ pid }: ChildProcess): number | undefined {
  try {
    // after the name in parentheses: fields 14 and 15 are user and system time in ticks of 10 ms
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return undefined;
  }
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.removeAllListeners("exit");
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
  });
}
