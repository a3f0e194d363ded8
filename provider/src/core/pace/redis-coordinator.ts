/** What stacks share by Redis or Valkey. Loaded only where `coordinator` is configured. */
import { createHash } from "node:crypto";
import { Redis } from "ioredis";
import { RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";
import type { Coordinator, SharedWindow } from "./coordinator.ts";

/** A server that takes longer than this is worth less than deciding alone. */
const answerMs = 1000;
/** After trouble the server is left alone for this long. */
const restMs = 30_000;
/** What was learnt of a limit is believed for a day: vendors' pages change. */
const memorySeconds = 86_400;

/**
 * The library counts by fixed windows: at the end of one and the start of the next,
 * twice the limit passes in a moment. Vendors that count by a bucket or by the second of their
 * own clock refuse that, so each use is remembered until its own window is over.
 */
const slidingWindow = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local points, limit, span = tonumber(ARGV[1]), tonumber(ARGV[3]), math.ceil(ARGV[4] * 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - span)
local uses = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
local used = 0
for i = 1, #uses, 2 do used = used + string.match(uses[i], '%d+$') end
if used + points <= limit then
  redis.call('ZADD', KEYS[1], now, now .. ':' .. #uses .. ':' .. points)
  redis.call('PEXPIRE', KEYS[1], span)
  return {used + points, 0}
end
local left = used + points - limit
for i = 1, #uses, 2 do
  left = left - string.match(uses[i], '%d+$')
  if left <= 0 then return {limit + 1, uses[i + 1] + span - now} end
end
return {limit + 1, span}
`;

/** Which use it was does not matter, only when: the one that is as old as the call. One that is forgotten counts anew. */
const lateAnswer = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local after, later, span = tonumber(ARGV[1]), tonumber(ARGV[2]), math.ceil(ARGV[3])
local use = redis.call('ZRANGEBYSCORE', KEYS[1], now - math.min(after, span), now, 'LIMIT', 0, 1)[1]
local points = use and string.match(use, '%d+$') or 1
if use and after < span then redis.call('ZREM', KEYS[1], use) end
redis.call('ZADD', KEYS[1], now - after + later, now .. ':late' .. redis.call('ZCARD', KEYS[1]) .. ':' .. points)
redis.call('PEXPIRE', KEYS[1], span)
`;

/** What dies without a word is forgotten after this. */
const claimMs = 600_000;

const claims = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local owner, points, span = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local others = 0
for _, claim in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local whose, count = string.match(claim, '^(.*):(%d+)$')
  if whose == owner then redis.call('ZREM', KEYS[1], claim) else others = others + count end
end
if points > 0 then
  redis.call('ZADD', KEYS[1], now + span, owner .. ':' .. points)
  redis.call('PEXPIRE', KEYS[1], span)
end
return others
`;

export class RedisCoordinator implements Coordinator {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #now: () => number;
  readonly #limiters = new Map<string, RateLimiterRedis>();
  #connected: Promise<void> | undefined;
  #restsUntil = -Infinity;
  #warning: string | undefined;
  #warned = false;

  /** `url`: as configured; its parameter `account` tells accounts apart that share a server. */
  constructor(url: string, now: () => number) {
    const place = new URL(url);
    const account = place.searchParams.get("account") ?? "";
    place.search = "";
    this.#now = now;
    this.#prefix = `edgecache:${createHash("sha256").update(account).digest("hex").slice(0, 16)}`;
    this.#redis = new Redis(place.href, {
      lazyConnect: true,
      connectTimeout: 10 * answerMs,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      retryStrategy: (times) => Math.min(times * 500, restMs),
    });
    // Each command says itself what went wrong.
    this.#redis.on("error", () => undefined);
  }

  async take(name: string, points: number, window: SharedWindow): Promise<number | undefined> {
    return await this.#ask(async () => {
      try {
        await this.#limiter(window).consume(name, points);
        return 0;
      } catch (error) {
        if (error instanceof RateLimiterRes) return Math.max(1, error.msBeforeNext);
        throw error;
      }
    });
  }

  async late(name: string, afterMs: number, laterMs: number, { perMs }: SharedWindow): Promise<void> {
    const [after, later] = [Math.ceil(afterMs), Math.ceil(laterMs)];
    await this.#ask(() => this.#redis.eval(lateAnswer, 1, `${this.#prefix}:${name}`, after, later, perMs));
  }

  async recall(name: string): Promise<number | undefined> {
    const limit = await this.#ask(() => this.#redis.get(`${this.#prefix}:limit:${name}`));
    return limit === null || limit === undefined ? undefined : Number(limit);
  }

  async remember(name: string, limit: number): Promise<void> {
    await this.#ask(() => this.#redis.set(`${this.#prefix}:limit:${name}`, limit, "EX", memorySeconds));
  }

  async claim(name: string, owner: string, points: number): Promise<number | undefined> {
    const others = await this.#ask(() =>
      this.#redis.eval(claims, 1, `${this.#prefix}:day:${name}`, owner, points, claimMs),
    );
    return others === undefined ? undefined : Number(others);
  }

  warning(): string | undefined {
    const warning = this.#warning;
    this.#warning = undefined;
    return warning;
  }

  close(): void {
    this.#redis.disconnect();
  }

  /** The answer, or `undefined` where there is none in time. */
  async #ask<T>(question: () => Promise<T>): Promise<T | undefined> {
    if (this.#now() < this.#restsUntil) return undefined;
    try {
      return await inTime(async () => {
        await (this.#connected ??= this.#redis.connect());
        return await question();
      });
    } catch (error) {
      // From now on the client connects again by itself.
      this.#connected = Promise.resolve();
      this.#restsUntil = this.#now() + restMs;
      // Only the code: a message may repeat the address, and with it a password.
      if (!this.#warned)
        this.#warning = `The coordinator does not answer (${codeOf(error)}): this run keeps to the limits by itself.`;
      this.#warned = true;
      return undefined;
    }
  }

  #limiter(window: SharedWindow): RateLimiterRedis {
    const key = `${window.limit}/${window.perMs}`;
    let limiter = this.#limiters.get(key);
    if (limiter === undefined) {
      limiter = new RateLimiterRedis({
        storeClient: this.#redis,
        keyPrefix: this.#prefix,
        points: window.limit,
        duration: window.perMs / 1000,
        customIncrTtlLuaScript: slidingWindow,
        rejectIfRedisNotReady: true,
      });
      this.#limiters.set(key, limiter);
    }
    return limiter;
  }
}

/** The library's own timeout also strikes when this process was busy and the answer waits to be read. */
async function inTime<T>(question: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const read = (): unknown => setImmediate(() => setImmediate(() => reject(new Error("no answer in time"))));
    timer = setTimeout(read, answerMs);
  });
  try {
    return await Promise.race([question(), late]);
  } finally {
    clearTimeout(timer);
  }
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  const code: unknown = Reflect.get(error, "code");
  if (typeof code === "string") return code;
  // Redis begins its errors with a code: OOM, NOAUTH, LOADING.
  return /^[A-Z]{2,}\b/.exec(error.message)?.[0] ?? "no answer in time";
}
