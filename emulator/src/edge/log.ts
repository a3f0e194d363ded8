/** What happened at the edge: who visited what and was served how, and which copies each purge took. */
import * as z from "zod";
import type { Sent } from "../ports/immutable.ts";
import type { PurgeOrder } from "../ports/edge.ts";
import type { CachedObject } from "./store.ts";

const text = z.string();
const common = { seq: z.int(), at: text.describe("The emulator's time, ISO with milliseconds"), node: text };
export const cacheStates = ["HIT", "MISS", "STALE", "REVALIDATED", "BYPASS"] as const;

const visitEventSchema = z.object({
  kind: z.literal("visit"),
  ...common,
  method: text,
  host: text,
  path: text,
  status: z.int(),
  cache: z.enum(cacheStates),
  age: z.number().optional().describe("Seconds, when the answer came from the cache"),
  excerpt: text.optional().describe("The beginning of the text that the visitor got"),
});
const purgeEventSchema = z.object({
  kind: z.literal("purge"),
  ...common,
  requestId: text.describe("Of the call that ordered it, as in the request log"),
  mode: z.enum(["delete", "invalidate"]),
  objects: z.int().describe("How many copies it deleted or invalidated here"),
  urls: z.array(text).describe("The first of them, as host and path"),
});
export const edgeEventSchema = z.discriminatedUnion("kind", [visitEventSchema, purgeEventSchema]);
export type EdgeEvent = Sent<typeof edgeEventSchema>;
export type CacheState = (typeof cacheStates)[number];

type NewEvent = Omit<Sent<typeof visitEventSchema>, "seq" | "at"> | Omit<Sent<typeof purgeEventSchema>, "seq" | "at">;

const LOG_SIZE = 2000;
const MOST_URLS = 100;

export class EdgeLog {
  #events: EdgeEvent[] = [];
  #last = 0;

  add(at: number, event: NewEvent): void {
    this.#last += 1;
    this.#events.push({ ...event, seq: this.#last, at: new Date(at).toISOString() });
    // in batches: shifting an array for every visit is slow
    if (this.#events.length > LOG_SIZE * 1.25) this.#events = this.#events.slice(-LOG_SIZE);
  }

  addPurge(at: number, node: string, { requestId, mode }: PurgeOrder, hit: readonly CachedObject[]): void {
    const urls = hit.slice(0, MOST_URLS).map(({ host, path }) => `${host}${path}`);
    this.add(at, { kind: "purge", node, requestId, mode, objects: hit.length, urls });
  }

  /** Oldest first; with a limit the newest ones. */
  events(limit = LOG_SIZE): readonly EdgeEvent[] {
    return limit > 0 ? this.#events.slice(-limit) : [];
  }

  clear(): void {
    this.#events = [];
  }
}
