/**
 * A million cached objects with three tags each: what they take and how fast a purge is.
 * Run by itself (`node --expose-gc emulator/bench/store.ts`), so that nothing else is in its memory.
 */
import { policiesFor } from "../src/edge/policy.ts";
import { type CachedObject, ObjectStore } from "../src/edge/store.ts";

const OBJECTS = 1_000_000;
const hosts = ["*.example.com"];
const policies = policiesFor(() => Date.now());
const collect = globalThis.gc ?? (() => undefined);

const empty = heap();
const store = new ObjectStore();
const body = new Uint8Array(0);
for (let index = 0; index < OBJECTS; index += 1) store.add(object(index));
const after = heap();

// the first purges after so much filling pay for the collector's sweeping: they are shown apart
const tagRuns = Array.from({ length: 12 }, (_, run) => purgeTag(`section-${run * 77}`));
const byTag = median(tagRuns.slice(3));
const small = new ObjectStore();
for (let index = 0; index < 60_000; index += 1) small.add(object(index));
const prefixRuns = [0, 1, 2, 3, 4].map((folder) => purgePrefix(small, `http://www.example.com/dir-${folder}/`));
const prefixSmall = median(prefixRuns.slice(2));
const prefixLarge = median([33, 44, 55].map((folder) => purgePrefix(store, `http://www.example.com/dir-${folder}/`)));

process.stdout.write(
  `${JSON.stringify({
    bytesPerObject: Math.round((after - empty) / OBJECTS),
    purgeTagMs: byTag.ms,
    purgeTagWarmUpMs: tagRuns.slice(0, 3).map(({ ms }) => ms),
    purgedByTag: byTag.count,
    purgePrefixMs: prefixSmall.ms,
    purgedByPrefix: prefixSmall.count,
    purgePrefixAmongMillionMs: prefixLarge.ms,
    purgedByPrefixAmongMillion: prefixLarge.count,
  })}\n`,
);

/** As an origin would answer: every string its own, as they come from the network. */
function object(index: number): CachedObject {
  const own = (text: string): string => Buffer.from(text).toString();
  const path = own(`/dir-${Math.floor(index / 10_000)}/page-${index}.html`);
  const tags = [own(`page-${index}`), own(`section-${index % 1000}`), own(`author-${index % 50_000}`)];
  const headers = {
    "content-type": own("text/html; charset=utf-8"),
    "cache-control": own("public, max-age=3600"),
    etag: own(`"${index.toString(16).padStart(16, "0")}"`),
    "last-modified": own("Sun, 22 Nov 2026 12:00:00 GMT"),
    date: own("Sun, 22 Nov 2026 12:00:00 GMT"),
    "cache-tag": own(tags.join(",")),
  };
  const request = { method: "GET", url: path, headers: { host: "www.example.com" } };
  const policy = policies.create(request, { status: 200, headers });
  return {
    host: "www.example.com",
    path,
    features: "",
    tags,
    status: 200,
    body,
    expired: false,
    ...policies.keep(policy),
  };
}

function purgeTag(tag: string): { ms: number; count: number } {
  return timed(store, { by: "tag", tag });
}

function purgePrefix(where: ObjectStore, url: string): { ms: number; count: number } {
  return timed(where, { by: "prefix", url });
}

function timed(
  where: ObjectStore,
  match: Parameters<ObjectStore["purge"]>[0]["matches"][0],
): {
  ms: number;
  count: number;
} {
  // the thread's own time: the machine may be busy with other things
  const before = process.threadCpuUsage();
  const { length: count } = where.purge({ requestId: "", matches: [match], hosts, mode: "delete", from: 0, until: 0 });
  const { user, system } = process.threadCpuUsage(before);
  return { ms: (user + system) / 1000, count };
}

function median(values: readonly { ms: number; count: number }[]): { ms: number; count: number } {
  return values.toSorted((a, b) => a.ms - b.ms)[values.length >> 1] ?? { ms: Number.NaN, count: 0 };
}

function heap(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}
