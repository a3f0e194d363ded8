/** What the command does: starts the emulator and says how to use it. */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { SeedInput } from "../tenant/seed.ts";
import { startEmulator } from "../start.ts";
import { detach, endWithParent, stop as stopOther } from "./background.ts";
import { firstSites, forMachines, forPeople, type Addresses } from "./banner.ts";
import { withFirstPages } from "./first-pages.ts";

const USAGE = `edgecache-emulator [options]
edgecache-emulator stop [--port N]

  --port N            port of the cloud APIs (default 4500)
  --edge-port N       port of the edge for visitors (default: the next one)
  --origin-port N     port of the origin (default: the one after that)
  --host ADDRESS      where to listen (default 127.0.0.1)
  --allow-host NAME   a further name or address by which it may be reached, as in containers; repeatable
  --allow-fetch HOST  a foreign server, with or without port, from which UploadFile may read; repeatable
  --seed FILE         state to start from, JSON or YAML
  --clock TIME        stand still at an ISO time instead of running
  --detach            come back when it is up; it runs on until \`edgecache-emulator stop\`
  --json              print one line of JSON for machines
  --exit-with-stdin   stop when standard input closes
  --help
`;

export async function run(): Promise<void> {
  const given = process.argv.slice(2);
  const stops = given[0] === "stop";
  const { values } = readOptions(stops ? given.slice(1) : given);
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const port = readPort(values.port, 4500);
  if (stops) return stopOther(`http://${values.host ?? "127.0.0.1"}:${port}`);
  const say = (addresses: Addresses, how: string): void => {
    process.stdout.write(
      values.json
        ? `${JSON.stringify(addresses)}\n`
        : forPeople(addresses, how, values.seed === undefined ? firstSites : ""),
    );
  };
  if (values.detach) {
    const addresses = await detach(process.argv[1] ?? "", given);
    return say(addresses, `Stop it with: edgecache-emulator stop --port ${new URL(addresses.endpoint).port}`);
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

function readOptions(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        port: { type: "string" },
        "edge-port": { type: "string" },
        "origin-port": { type: "string" },
        host: { type: "string" },
        "allow-host": { type: "string", multiple: true, default: [] },
        "allow-fetch": { type: "string", multiple: true, default: [] },
        seed: { type: "string" },
        clock: { type: "string" },
        detach: { type: "boolean", default: false },
        "tell-parent": { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        "exit-with-stdin": { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}; --help lists the options`, {
      cause: error,
    });
  }
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

function readPort(text: string | undefined, absent: number): number {
  if (text === undefined) return absent;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new Error(`"${text}" is no port number`);
  return port;
}
