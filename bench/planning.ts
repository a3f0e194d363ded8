/** Plans again and again in a process of its own, whose heap holds nothing else: `node planning.ts state.json contents.json`. */
import { readFile } from "node:fs/promises";
import { Asset } from "../provider/src/engine/wire/values.ts";
import { readContents } from "../provider/src/trigger-kit/contents.ts";
import type { Manifest } from "../provider/src/triggers/manifest/manifest.ts";
import { planPurge, type Desired } from "../provider/src/triggers/plan.ts";
import { median } from "./measure.ts";

/** Milliseconds. */
export interface Planning {
  readonly planning: number;
  readonly withReading: number;
  /** With reading, in a process that has done neither yet. */
  readonly first: number;
  /** What reading into a Map alone takes. */
  readonly parse: number;
}

export function desired(contents: Manifest): Desired {
  const statement = { type: "file", source: "contents", manifest: contents } as const;
  return { statement, sendAdded: false, sendRemoved: true, onCreate: "send", wait: true, listedSince: 0 };
}

if (import.meta.main) {
  const [stateFile = "", contentsFile = ""] = process.argv.slice(2);
  const state = { lastAt: undefined, ...JSON.parse(await readFile(stateFile, "utf8")) };
  const planning: number[] = [];
  const withReading: number[] = [];
  for (let round = 0; round < 10; round++) {
    const start = performance.now();
    const contents = await readContents(new Asset("1", { path: contentsFile }));
    const begun = performance.now();
    const plan = planPurge(state, desired(contents));
    const end = performance.now();
    if (plan.send.size !== contents.size / 100) throw new Error(`planned ${plan.send.size}`);
    planning.push(end - begun);
    withReading.push(end - start);
  }
  const parses: number[] = [];
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    const map = new Map(Object.entries(JSON.parse(await readFile(contentsFile, "utf8"))));
    if (map.size > 0) parses.push(performance.now() - start);
  }
  const result: Planning = {
    planning: median(planning.slice(1)),
    withReading: median(withReading.slice(1)),
    first: withReading[0] ?? 0,
    parse: median(parses),
  };
  console.log(JSON.stringify(result));
}
