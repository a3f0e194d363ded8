/** An emulator that outlives the command which started it, and the end of one. */
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { healthSchema } from "../control/protocol.ts";
import type { Addresses } from "./banner.ts";

const addresses = z.custom<Addresses>((value) => z.object({ endpoint: z.string() }).safeParse(value).success);

/** Starts the same command once more, by itself, and comes back when it is up. */
export async function detach(main: string, parameters: readonly string[]): Promise<Addresses> {
  const own = parameters.filter((each) => each !== "--detach" && each !== "--json");
  const child = spawn(process.execPath, [main, ...own, "--tell-parent"], {
    detached: true,
    windowsHide: true,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const up = await new Promise<unknown>((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", (code) => reject(new Error(`it did not start (exit code ${code})`)));
    child.once("error", reject);
  });
  child.disconnect();
  child.unref();
  return addresses.parse(up);
}

const patienceMs = 10_000;

/** Ends whichever emulator listens there. */
export async function stop(endpoint: string): Promise<void> {
  const found = await health(endpoint).catch((error: unknown) => {
    throw new Error(`no emulator answers at ${endpoint}`, { cause: error });
  });
  process.kill(found.pid, "SIGTERM");
  for (const end = performance.now() + patienceMs; performance.now() < end; await sleep(50)) {
    const still = await health(endpoint).catch(() => undefined);
    if (still?.pid !== found.pid) return;
  }
  throw new Error(`the emulator at ${endpoint} (process ${found.pid}) does not stop`);
}

export async function isUp(endpoint: string): Promise<boolean> {
  return health(endpoint).then(
    () => true,
    () => false,
  );
}

async function health(endpoint: string) {
  return healthSchema.parse(await (await fetch(`${endpoint}/_emulator/health`)).json());
}

/** Started by npm, this process is not told when npm ends. */
export function endWithParent(stopThis: () => void): void {
  if (process.env["npm_command"] === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) stopThis();
  }, 500).unref();
}
