/** docs/benchmarks.md, written from the figures of all parts. */
import { readFile, writeFile } from "node:fs/promises";
import os from "node:os";
import { findPulumi } from "../tools/setup/find-pulumi.mjs";
import { capture } from "../tools/setup/run.mjs";
import type { Figure, Part } from "./figure.ts";

/** What is kept of a part between runs, in bench/results.json. */
interface Result {
  readonly command: string;
  readonly date: string;
  readonly machine: string;
  readonly commit: string;
  /** The machine's load before the part began: figures of a busy machine are worth less. */
  readonly load: number;
  readonly figures: readonly Figure[];
}

const resultsFile = new URL("results.json", import.meta.url);
const pageFile = new URL("../docs/benchmarks.md", import.meta.url);

export async function keep(
  name: string,
  figures: readonly Figure[],
  load: number,
  parts: Readonly<Record<string, Part>>,
): Promise<void> {
  const results = { ...(await readResults()), [name]: await describe(name, figures, load) };
  await writeFile(resultsFile, `${JSON.stringify(results, null, 2)}\n`);
  await writeFile(pageFile, page(results, parts));
}

export function line(figure: Figure): string {
  const { what, against, target } = figure;
  const compared = against ? `, ${against.name} ${amount(against.value, figure.unit)}, ${ratio(figure)}` : "";
  return `${what}: ${amount(figure.edgecache, figure.unit)}${compared}${target ? ` (target ≤ ${target} ×): ${verdict(figure)}` : ""}`;
}

async function readResults(): Promise<Record<string, Result>> {
  try {
    return JSON.parse(await readFile(resultsFile, "utf8"));
  } catch {
    return {};
  }
}

async function describe(name: string, figures: readonly Figure[], load: number): Promise<Result> {
  const { model } = os.cpus()[0] ?? { model: "unknown processor" };
  const { version } = await findPulumi();
  const git = await capture("git", ["rev-parse", "--short", "HEAD"]);
  return {
    command: `npm run bench -- ${name}`,
    date: new Date().toISOString().slice(0, 10),
    machine:
      `${os.cpus().length} × ${model}, ${Math.round(os.totalmem() / 2 ** 30)} GiB, ` +
      `${process.platform} ${process.arch}, Node ${process.versions.node}, Pulumi ${version}`,
    commit: git.stdout.trim(),
    load,
    figures,
  };
}

function page(results: Readonly<Record<string, Result>>, parts: Readonly<Record<string, Part>>): string {
  const sections = Object.entries(parts).flatMap(([name, part]) => {
    const result = results[name];
    return result ? [section(part, result)] : [];
  });
  return [
    "# Benchmarks",
    "",
    "Written by `npm run bench`; not edited by hand. Every comparison is measured in the same run as what it is compared with.",
    "",
    "<picture>",
    '  <source media="(prefers-color-scheme: dark)" srcset="pictures/benchmarks-dark.svg">',
    '  <img alt="How much of each target is used, figure by figure" src="pictures/benchmarks-light.svg" width="900">',
    "</picture>",
    "",
    ...sections,
  ].join("\n");
}

function section(part: Part, { command, date, machine, commit, load, figures }: Result): string {
  const rows = figures.map((figure) => {
    const { what, unit, edgecache, against, target } = figure;
    const compared = against ? `${against.name}: ${amount(against.value, unit)}` : "–";
    const cells = [
      what,
      amount(edgecache, unit),
      compared,
      ratio(figure),
      target ? `≤ ${target} ×` : "–",
      verdict(figure),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [
    `## ${part.title}`,
    "",
    "| Figure | edgecache | Against | Ratio | Target | Verdict |",
    "|---|---|---|---|---|---|",
    ...rows,
    "",
    part.method,
    "",
    `\`${command}\`, ${date}, commit ${commit}; ${machine}; load before ${load.toFixed(1)}.`,
    "",
  ].join("\n");
}

function amount(value: number, unit: Figure["unit"]): string {
  const digits = unit === "calls" ? 0 : unit === "s" || value < 1 ? 2 : value < 10 ? 1 : 0;
  return `${value.toFixed(digits)} ${unit}`;
}

function ratio({ edgecache, against }: Figure): string {
  return against ? `${(edgecache / against.value).toFixed(2)} ×` : "–";
}

function verdict({ edgecache, against, target }: Figure): string {
  if (!against || !target) return "–";
  return edgecache / against.value <= target ? "met" : "**missed**";
}
