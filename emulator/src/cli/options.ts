/** What the command can be told. */
import { parseArgs } from "node:util";

export const USAGE = `Alibaba Cloud ESA, CDN, DCDN and Tencent Cloud EdgeOne on this machine, with an edge cache to visit.

edgecache-emulator [options]
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
  --version
  --help
`;

/** The only command is `stop`; without one the emulator starts. */
export function readOptions(args: string[]) {
  const { values, positionals } = parse(args);
  const command = positionals.join(" ");
  if (command !== "" && command !== "stop") {
    throw new Error(`there is no command "${command}"; --help lists what there is`);
  }
  return { values, stops: command === "stop" };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
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
        version: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    // What follows the first sentence is advice about arguments that this command does not have.
    const [what] = String(error instanceof Error ? error.message : error).split(". ");
    throw new Error(`${what}; --help lists the options`, { cause: error });
  }
}

export function readPort(text: string | undefined, absent: number): number {
  if (text === undefined) return absent;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new Error(`"${text}" is no port number`);
  return port;
}
