/** The demo's second half: the origin is late, the gate waits, the purge goes out once, three nodes are seen fresh. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Emulator } from "edgecache-emulator";
import type { PulumiCli } from "./cli.ts";

export const freshProject = path.join(import.meta.dirname, "fresh");

export interface Stage {
  readonly emulator: Emulator;
  readonly cli: PulumiCli;
  /** Where the pages are made. */
  readonly site: string;
  readonly signal: AbortSignal;
  readonly pulumi: (cli: PulumiCli, ...args: string[]) => Promise<string>;
  readonly chapter: (title: string) => void;
  readonly check: (claim: string, held: boolean) => void;
  readonly say: (text: string) => void;
}

const url = "http://www.example.com/news.html";

export async function fresh(stage: Stage): Promise<void> {
  const { emulator, cli, chapter, check, pulumi } = stage;
  const { control } = emulator;
  chapter("A page on three nodes of the edge; the purge waits for the origin and proves the edge");
  await release("news v1");
  await publish("news v1");
  await pulumi(cli, "up", "--yes", "--skip-preview");
  await visitors("news v1");

  chapter("The next release is built, and the origin is late");
  await control.requests.clear();
  await control.origin.clearLog();
  await release("news v2");
  await pulumi(cli, "preview");
  const up = pulumi(cli, "up", "--yes", "--skip-preview");
  // Whatever comes of it is told below.
  up.catch(() => undefined);
  const asked = await askedTwice(up);
  check("the gate asks the origin and waits: nothing is purged yet", asked && (await purges()) === 0);
  await visitors("news v1");
  await publish("news v2");
  stage.say("  (the origin serves news v2 now)");
  const told = await up;

  chapter("The purge went out once, and the edge is fresh: says the update, and so see visitors");
  check("one purge call", (await purges()) === 1);
  check("the update says that it saw the page fresh at three nodes", told.includes("seen fresh at 3 nodes"));
  await visitors("news v2");
  await pulumi(cli, "destroy", "--yes", "--skip-preview");

  /** The gate has asked, and asked again. */
  async function askedTwice(until: Promise<unknown>): Promise<boolean> {
    let over = false;
    const end = (): void => void (over = true);
    until.then(end, end);
    while (!over) {
      const log = await control.origin.log();
      if (log.filter(({ headers }) => headers["user-agent"] === "edgecache-probe").length >= 2) return true;
      await sleep(100, undefined, { signal: stage.signal });
    }
    return false;
  }

  async function release(body: string): Promise<void> {
    await writeFile(path.join(stage.site, "news.html"), body);
  }

  async function publish(body: string): Promise<void> {
    const headers = { "cache-control": "max-age=86400" };
    await control.origin.publish({ host: "www.example.com", path: "/news.html", body, headers });
  }

  async function purges(): Promise<number> {
    return (await control.requests.find({ action: "PurgeCaches" })).length;
  }

  async function visitors(expected: string): Promise<void> {
    const seen = await Promise.all(
      emulator.edge.nodes.map(async ({ name }) => ({ name, body: (await control.visit(url, { node: name })).body })),
    );
    const nodes = seen.map(({ name, body }) => `${name} "${body}"`).join(", ");
    check(
      `GET ${url} at ${nodes}`,
      seen.every(({ body }) => body === expected),
    );
  }
}
