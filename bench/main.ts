/**
 * npm run bench: measures and writes docs/benchmarks.md.
 *
 *   npm run bench                  all parts but the slow ones, about ten minutes
 *   npm run bench -- start memory  these parts; the figures of the others stay as they were
 */
import os from "node:os";
import { parseArgs } from "node:util";
import { emulator } from "./emulator.ts";
import { engine } from "./engine.ts";
import type { Part } from "./figure.ts";
import { files } from "./files.ts";
import { fleet } from "./fleet.ts";
import { forms } from "./forms.ts";
import { fresh } from "./fresh.ts";
import { map } from "./map.ts";
import { measured } from "./measured.ts";
import { memory } from "./memory.ts";
import { protocol } from "./protocol.ts";
import { keep, line } from "./report.ts";
import { start } from "./start.ts";
import { triggers } from "./triggers.ts";
import { wire } from "./wire.ts";

const parts: Readonly<Record<string, Part>> = {
  start,
  engine,
  memory,
  wire,
  protocol,
  forms,
  triggers,
  fleet,
  measured,
  files,
  fresh,
  emulator,
  map,
};

/** A quarter of an hour and more: only when named. */
const slow: ReadonlySet<string> = new Set(["map"]);

const { positionals: named } = parseArgs({ allowPositionals: true });
const unknown = named.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`bench: no part ${unknown.join(", ")}; there are ${Object.keys(parts).join(", ")}`);
  process.exit(2);
}

for (const [name, part] of Object.entries(parts)) {
  if (named.length > 0 ? !named.includes(name) : slow.has(name)) continue;
  const say = (text: string) => console.log(`bench: ${name}: ${text}`);
  const [load = 0] = os.loadavg();
  say("measuring");
  const figures = await part.run(say);
  for (const figure of figures) say(line(figure));
  if (figures.length > 0) await keep(name, figures, load, parts);
}
