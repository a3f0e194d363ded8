/** What the command does: starts the emulator and says how to use it. */
import { readFileSync } from "node:fs";
import type { SeedInput } from "../tenant/seed.ts";
import { isTaken, startEmulator } from "../start.ts";
import { version } from "../version.ts";
import { detach, endWithParent, isUp, stop as stopOther } from "./background.ts";
import { firstSites, forMachines, forPeople, type Addresses } from "./banner.ts";
import { withFirstPages } from "./first-pages.ts";
import { readOptions, readPort, USAGE } from "./options.ts";

const defaultPort = 4500;

export async function run(): Promise<void> {
  const given = process.argv.slice(2);
  const { values, stops } = readOptions(given);
  if (values.help || values.version) {
    process.stdout.write(values.help ? USAGE : `${version}\n`);
    return;
  }
  const port = readPort(values.port, defaultPort);
  const there = `http://${values.host ?? "127.0.0.1"}:${port}`;
  if (stops) return stopOther(there);
  const say = (addresses: Addresses, how: string): void => {
    process.stdout.write(
      values.json
        ? `${JSON.stringify(addresses)}\n`
        : forPeople(addresses, how, values.seed === undefined ? firstSites : ""),
    );
  };
  if (values.detach) {
    const addresses = await detach(process.argv[1] ?? "", given);
    return say(addresses, `Stop it with: ${stopCommand(Number(new URL(addresses.endpoint).port))}`);
  }
  const next = (offset: number): number => (port === 0 ? 0 : port + offset);
  const emulator = await startEmulator({
    port,
    edgePort: readPort(values["edge-port"], next(1)),
    originPort: readPort(values["origin-port"], next(2)),
    allowHosts: values["allow-host"],
    allowFetch: values["allow-fetch"],
    ...(values.host === undefined ? {} : { host: values.host }),
    ...(values.clock === undefined ? {} : { clock: values.clock }),
    seed: withFirstPages(values.seed === undefined ? {} : await readSeedFile(values.seed)),
  }).catch(async (error: unknown) => {
    if (!isTaken(error) || !(await isUp(there))) throw error;
    const instead = `use it, choose another --port, or stop it with: ${stopCommand(port)}`;
    throw new Error(`an emulator is up at ${there} already: ${instead}`, { cause: error });
  });
  // who reads the address may send a signal at once: be ready for it before saying anything
  const stop = (): void => {
    emulator.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  if (values["exit-with-stdin"]) process.stdin.resume().once("end", stop).once("close", stop);
  if (!values["tell-parent"]) endWithParent(stop);
  // Who started this with --detach waits for it.
  if (values["tell-parent"]) process.send?.(forMachines(emulator), () => process.disconnect());
  else say(forMachines(emulator), "Stop it with Ctrl-C.");
}

/** Started by npx, the command is not on the PATH. */
function stopCommand(port: number): string {
  const name = process.env["npm_command"] === "exec" ? "npx edgecache-emulator" : "edgecache-emulator";
  return port === defaultPort ? `${name} stop` : `${name} stop --port ${port}`;
}

/** JSON is YAML. The parser is loaded only for those who need it; readSeed checks what comes out. */
async function readSeedFile(file: string): Promise<SeedInput> {
  const { parse } = await import("yaml");
  try {
    return parse(readFileSync(file, "utf8")) as SeedInput;
  } catch (error) {
    throw new Error(`cannot read the seed ${file}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
