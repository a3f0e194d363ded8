/**
 * The origin of one tenant: pages that tests publish, and a log of who asked for what. It answers conditions with
 * 304, so a revalidation can be told from a fetch.
 */
import { createHash } from "node:crypto";
import * as z from "zod";
import type { Clock } from "../clock/clock.ts";
import type { Sent } from "../ports/immutable.ts";
import type { Snapshotted } from "../ports/snapshot.ts";
import { requestAddress } from "../ports/address.ts";
import { isHeader, toWire } from "../http/header-text.ts";

/** What a timer can wait. */
const MOST_DELAY = 2 ** 31 - 1;

/** Headers as JSON, each one that HTTP can carry. */
export const headersSchema = z
  .record(z.string(), z.string())
  .refine((headers) => Object.entries(headers).every(([name, value]) => isHeader(name, value)), {
    error: "a name or value that HTTP cannot carry",
  })
  .default({});

export const pageSchema = z.strictObject({
  /** `*` for any host. */
  host: z.string().default("*"),
  /** With query, if any. */
  path: z.string().startsWith("/"),
  status: z.int().min(200).max(599).default(200),
  headers: headersSchema,
  body: z.string().default(""),
  encoding: z.enum(["utf8", "base64"]).default("utf8"),
  /** Leave out ETag, Last-Modified and Cache-Control where `headers` has none. */
  bare: z.boolean().default(false),
  /** Wait this long before answering. */
  delayMs: z.int().nonnegative().max(MOST_DELAY).default(0),
});

export const originVisitSchema = z.object({
  seq: z.int(),
  at: z.string().describe("ISO time with milliseconds"),
  method: z.string(),
  host: z.string(),
  path: z.string(),
  status: z.int(),
  headers: z.record(z.string(), z.string()),
});
export type OriginVisit = Sent<typeof originVisitSchema>;

export type PageSeed = z.input<typeof pageSchema>;

export interface Page {
  readonly host: string;
  readonly path: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly delayMs: number;
}

export interface OriginAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly delayMs: number;
}

const LOG_SIZE = 10_000;

export class Origin implements Snapshotted<readonly Page[]> {
  readonly #clock: Clock;
  readonly #pages = new Map<string, Page>();
  readonly #log: OriginVisit[] = [];
  #visits = 0;
  /** While true, connections are cut. */
  down = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  publish(seed: z.output<typeof pageSchema>): Page {
    const body = Buffer.from(seed.body, seed.encoding);
    const given = Object.fromEntries(Object.entries(seed.headers).map(([name, value]) => [name.toLowerCase(), value]));
    const page: Page = {
      host: seed.host.toLowerCase(),
      path: seed.path,
      status: seed.status,
      headers: seed.bare ? given : { ...this.#defaults(seed.status, body), ...given },
      body,
      delayMs: seed.delayMs,
    };
    this.#pages.set(pageKey(page.host, page.path), page);
    return page;
  }

  unpublish(host: string, path: string): boolean {
    return this.#pages.delete(pageKey(host.toLowerCase(), path));
  }

  clear(): void {
    this.#pages.clear();
  }

  get pages(): readonly Page[] {
    return [...this.#pages.values()];
  }

  get log(): readonly OriginVisit[] {
    return this.#log;
  }

  clearLog(): void {
    this.#log.length = 0;
  }

  answer(method: string, hostHeader: string, target: string, headers: Readonly<Record<string, string>>): OriginAnswer {
    const address = requestAddress(hostHeader, target) ?? { host: hostHeader, path: target };
    const page = this.#find(address.host, target) ?? this.#find(address.host, address.path);
    const answer = page ? this.#answerPage(page, method, headers) : notFound();
    this.#visits += 1;
    this.#log.push({
      seq: this.#visits,
      at: new Date(this.#clock.now()).toISOString(),
      method,
      host: address.host,
      path: target,
      status: answer.status,
      headers,
    });
    if (this.#log.length > LOG_SIZE) this.#log.shift();
    return { ...answer, headers: { date: new Date(this.#clock.now()).toUTCString(), ...answer.headers } };
  }

  dump(): Page[] {
    return this.pages.map((page) => ({ ...page }));
  }

  load(pages: readonly Page[]): void {
    this.#pages.clear();
    for (const page of pages) this.#pages.set(pageKey(page.host, page.path), page);
  }

  #find(host: string, path: string): Page | undefined {
    return this.#pages.get(pageKey(host, path)) ?? this.#pages.get(pageKey("*", path));
  }

  #answerPage(page: Page, method: string, headers: Readonly<Record<string, string>>): OriginAnswer {
    const written = Object.fromEntries(Object.entries(page.headers).map(([name, value]) => [name, toWire(value)]));
    const etag = written["etag"];
    const modified = written["last-modified"];
    const asksByDate = ["GET", "HEAD"].includes(method);
    const unchanged =
      headers["if-none-match"] === undefined
        ? asksByDate && isNotLater(modified, headers["if-modified-since"])
        : etag !== undefined && headers["if-none-match"].split(",").some((tag) => tag.trim() === etag);
    if (unchanged && page.status === 200) {
      return { status: 304, headers: written, body: Buffer.alloc(0), delayMs: page.delayMs };
    }
    return { ...page, headers: written, body: method === "HEAD" ? Buffer.alloc(0) : page.body };
  }

  #defaults(status: number, body: Uint8Array): Record<string, string> {
    if (status !== 200) return { "content-type": "text/plain; charset=utf-8" };
    return {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "public, max-age=3600",
      etag: `"${createHash("sha256").update(body).digest("hex").slice(0, 16)}"`,
      "last-modified": new Date(this.#clock.now()).toUTCString(),
    };
  }
}

/** RFC 9110 §13.1.3: whatever is no later than the date that the client names counts as unchanged; what is no date is ignored. */
function isNotLater(modified: string | undefined, since: string | undefined): boolean {
  return httpDate(modified) <= httpDate(since);
}

/** RFC 9110 §5.6.7, the obsolete forms too; NaN for what is no date. */
function httpDate(text = ""): number {
  const form =
    /^(?:\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT|\w+, \d\d-\w{3}-\d\d [\d:]{8} GMT|\w{3} \w{3} [ \d]\d [\d:]{8} \d{4})$/;
  return form.test(text) ? Date.parse(text.endsWith("GMT") ? text : `${text} GMT`) : NaN;
}

function notFound(): OriginAnswer {
  return {
    status: 404,
    headers: { "content-type": "text/plain; charset=utf-8" },
    body: Buffer.from("The origin has no such page.\n"),
    delayMs: 0,
  };
}

function pageKey(host: string, path: string): string {
  return `${host} ${path}`;
}
