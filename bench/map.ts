/** A map that is as large as a program can have it, on the real engine: what fails in it is saved, and sent alone by the next run. */
import { startEmulator } from "edgecache-emulator";
import { openInline, sdk } from "../test/engine/inline.ts";
import type { Figure, Part } from "./figure.ts";
import { timed } from "./measure.ts";

const entries = 100_000;
const action = "CreatePurgeTask";
const page = (at: number): string => `https://www.example.net/${"a-long-name-of-a-page-".repeat(9)}${at}/index.html`;

export const map: Part = {
  title: "A map of 100,000 entries",
  method:
    "One EdgeOne trigger with `contents` of 100,000 URLs of 225 to 238 characters in the program itself, by the Automation API, Pulumi's Node SDK " +
    "and the real engine, file backend, against the emulator; the task of one URL fails. Once. Engine and SDK have most of the " +
    "time: the program's 24 MB pass between them several times.",
  async run() {
    const contents = Object.fromEntries(Array.from({ length: entries }, (_, at) => [page(at), `hash-${at}`]));
    await using emulator = await startEmulator({ limits: { "teo.purge_url.daily": 1e9, "teo.purgeMs": 50 } });
    const cloud = await emulator.control.createTenant("map");
    await cloud.faults.add({ kind: "failTarget", as: "row", target: page(entries / 2), count: 1 });
    await using inline = await openInline(cloud, () => {
      const trigger = new sdk.teo.PurgeTrigger("map", { zoneId: "zone-2o1xvpmq7nn1", type: "purge_url", contents });
      return Promise.resolve({ status: trigger.status });
    });
    const { stack } = inline;
    const first = await timed(() => stack.up().then(unexpected, () => undefined));
    const calls = (await cloud.requests.find({ action })).length;
    await cloud.requests.clear();
    const second = await timed(async () => expectComplete(await stack.up()));
    const again = (await cloud.requests.find({ action })).flatMap(({ params }) => params["Targets"]);
    if (again.length !== 1) throw new Error(`the second update sent ${again.length} pages`);
    const seconds = (what: string, ms: number): Figure => ({ what, unit: "s", edgecache: ms / 1000 });
    return [
      { what: "`up` of 100,000 pages, one of which fails", unit: "calls", edgecache: calls },
      seconds("The same, until its state is saved", first),
      seconds("The next `up`: that page alone", second),
    ];
  },
};

function unexpected(): never {
  throw new Error("the update did not fail");
}

function expectComplete({
  outputs,
}: {
  readonly outputs: Readonly<Record<string, { readonly value: unknown }>>;
}): void {
  const status = outputs["status"]?.value;
  if (status !== "complete") throw new Error(`the second update ended as ${String(status)}`);
}
