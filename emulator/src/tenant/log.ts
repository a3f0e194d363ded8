/** What the clouds were asked and what they answered: the newest calls of a tenant, with filters. */
import * as z from "zod";
import type { Sent } from "../ports/immutable.ts";
import { jsonObjectSchema } from "../ports/json.ts";

const text = z.string();
export const logEntrySchema = z.object({
  seq: z.int(),
  at: text.describe("The emulator's time, ISO with milliseconds"),
  service: text,
  action: text,
  method: text,
  params: jsonObjectSchema.describe("Parameters, decoded; Tencent's as their JSON"),
  accessKeyId: text,
  account: text,
  status: z.int().describe("HTTP status; 0 when the connection was cut"),
  code: text.optional().describe("The error code in the answer"),
  outcome: z
    .enum(["ok", "refused", "fault"])
    .describe("ok: executed and answered; refused: an error of the API; fault: at least one fault hit"),
  executed: z.boolean().describe("Whether the operation was carried out, whatever the client was told"),
  faults: z.array(text),
  requestId: text,
  response: jsonObjectSchema.optional(),
  durationMs: z.number(),
  bytes: z.int(),
});
export type LogEntry = Sent<typeof logEntrySchema>;

export interface LogFilter {
  readonly service?: string | undefined;
  readonly action?: string | undefined;
  readonly status?: number | undefined;
  readonly code?: string | undefined;
  readonly outcome?: string | undefined;
  /** Entries after this sequence number. */
  readonly since?: number | undefined;
  /** Parameters that must have these values; a Tencent value is compared as JSON unless it is text. */
  readonly params?: Readonly<Record<string, string>> | undefined;
}

/** A log of purges of a thousand URLs each must not eat the memory. */
const MOST_BYTES = 64 * 1024 * 1024;

export class RequestLog {
  readonly #entries: LogEntry[] = [];
  readonly #listeners = new Set<(entry: LogEntry) => void>();
  readonly #size: number;
  #last = 0;
  #bytes = 0;

  constructor(size: number) {
    this.#size = size;
  }

  add(entry: Omit<LogEntry, "seq">): void {
    this.#last += 1;
    const numbered = { seq: this.#last, ...entry };
    this.#entries.push(numbered);
    this.#bytes += entry.bytes;
    if (this.#entries.length > this.#size * 1.25 || this.#bytes > MOST_BYTES) this.#forgetOldest();
    for (const listener of this.#listeners) listener(numbered);
  }

  find(filter: LogFilter = {}): LogEntry[] {
    return this.#entries.filter((entry) => fits(entry, filter));
  }

  clear(): void {
    this.#entries.length = 0;
    this.#bytes = 0;
  }

  /** In batches: shifting an array of ten thousand for every request is slow. */
  #forgetOldest(): void {
    let keepFrom = Math.max(0, this.#entries.length - this.#size);
    let bytes = this.#entries.slice(keepFrom).reduce((sum, entry) => sum + entry.bytes, 0);
    while (bytes > MOST_BYTES * 0.8 && keepFrom < this.#entries.length - 1) {
      bytes -= this.#entries[keepFrom]?.bytes ?? 0;
      keepFrom += 1;
    }
    this.#entries.splice(0, keepFrom);
    this.#bytes = bytes;
  }

  listen(listener: (entry: LogEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

export function fits(entry: LogEntry, filter: LogFilter): boolean {
  if (filter.service !== undefined && entry.service !== filter.service) return false;
  if (filter.action !== undefined && entry.action !== filter.action) return false;
  if (filter.status !== undefined && entry.status !== filter.status) return false;
  if (filter.code !== undefined && entry.code !== filter.code) return false;
  if (filter.outcome !== undefined && entry.outcome !== filter.outcome) return false;
  if (filter.since !== undefined && entry.seq <= filter.since) return false;
  return Object.entries(filter.params ?? {}).every(([name, value]) => {
    const given = entry.params[name];
    return given !== undefined && (typeof given === "string" ? given : JSON.stringify(given)) === value;
  });
}
