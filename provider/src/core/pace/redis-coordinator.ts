/** What stacks share by Redis or Valkey. Loaded only where `coordinator` is configured. */
import { createHash } from "node:crypto";
import { Redis } from "ioredis";
import { RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";
import type { Coordinator, SharedWindow } from "./coordinator.ts";
import { isClosed, troubleOf } from "./redis-trouble.ts";

/** A server that takes longer than this is worth less than deciding alone. */
const answerMs = 1000;
/** A connection takes several answers, of TLS and of the server, each from as far away. */
const connectMs = 2000;
/** After trouble the server is left alone for this long. */
const restMs = 30_000;
/** What was learnt of a limit is believed for a day: vendors' pages change. */
const memorySeconds = 86_400;

/**
 * The library counts by fixed windows: at the end of one and the start of the next,
 * twice the limit passes in a moment. Vendors that count by a bucket or by the second of their
 * own clock refuse that, so each use is remembered until its own window is over. A clock that was set
 * back, or a replica's that took over, has uses that are yet to come; no one waits for these.
 */
const slidingWindow = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local points, limit, span = tonumber(ARGV[1]), tonumber(ARGV[3]), math.ceil(ARGV[4] * 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - span)
redis.call('ZREMRANGEBYSCORE', KEYS[1], now + span, '+inf')
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
redis.call('ZREMRANGEBYSCORE', KEYS[1], '(' .. now + span, '+inf')
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

/** One connection. What it said last is why it ended: who connects, or asks, only hears that it is closed. */
interface Connection {
  readonly redis: Redis;
  readonly limiters: Map<string, RateLimiterRedis>;
  readonly opening: Promise<void>;
  isOpen: boolean;
  said: Error | undefined;
}

export class RedisCoordinator implements Coordinator {
  readonly #url: string;
  readonly #prefix: string;
  readonly #now: () => number;
  readonly #authorities: () => string[] | undefined;
  #connection: Connection | undefined;
  #restsUntil = -Infinity;
  #warning: string | undefined;
  #warned = false;

  /** `url`: as configured; its parameter `account` tells accounts apart that share a server. `authorities`: for `rediss`. */
  constructor(url: string, now: () => number, authorities: () => string[] | undefined = () => undefined) {
    const place = new URL(url);
    const account = place.searchParams.get("account") ?? "";
    place.search = "";
    this.#url = place.href;
    this.#now = now;
    this.#authorities = authorities;
    this.#prefix = `edgecache:${digest(account)}`;
  }

  async take(name: string, points: number, window: SharedWindow): Promise<number | undefined> {
    return await this.#ask(async (connection) => {
      try {
        await this.#limiter(connection, window).consume(digest(name), points);
        return 0;
      } catch (error) {
        if (error instanceof RateLimiterRes) return Math.max(1, error.msBeforeNext);
        throw error;
      }
    });
  }

  async late(name: string, afterMs: number, laterMs: number, { perMs }: SharedWindow): Promise<void> {
    const [after, later] = [Math.ceil(afterMs), Math.ceil(laterMs)];
    await this.#ask(({ redis }) => redis.eval(lateAnswer, 1, this.#key("", name), after, later, perMs));
  }

  async recall(name: string): Promise<number | undefined> {
    const limit = await this.#ask(({ redis }) => redis.get(this.#key("limit:", name)));
    return limit === null || limit === undefined ? undefined : Number(limit);
  }

  async remember(name: string, limit: number): Promise<void> {
    await this.#ask(({ redis }) => redis.set(this.#key("limit:", name), limit, "EX", memorySeconds));
  }

  async claim(name: string, owner: string, points: number): Promise<number | undefined> {
    const others = await this.#ask(({ redis }) =>
      redis.eval(claims, 1, this.#key("day:", name), owner, points, claimMs),
    );
    return others === undefined ? undefined : Number(others);
  }

  warning(): string | undefined {
    const warning = this.#warning;
    this.#warning = undefined;
    return warning;
  }

  close(): void {
    this.#connection?.redis.disconnect();
    this.#connection = undefined;
  }

  /** Names may hold host names of targets that are secret. */
  #key(kind: string, name: string): string {
    return `${this.#prefix}:${kind}${digest(name)}`;
  }

  /** The answer, or `undefined` where there is none in time. */
  async #ask<T>(question: (connection: Connection) => Promise<T>): Promise<T | undefined> {
    if (this.#now() < this.#restsUntil) return undefined;
    try {
      return await this.#asked(question);
    } catch (error) {
      this.#restsUntil = this.#now() + restMs;
      // Only our own words: a message may repeat the address, and with it a password.
      if (!this.#warned) {
        const trouble = troubleOf(error, this.#connection?.said);
        this.#warning = `The coordinator cannot be asked (${trouble}): this run keeps to the limits by itself.`;
      }
      this.#warned = true;
      this.close();
      return undefined;
    }
  }

  async #asked<T>(question: (connection: Connection) => Promise<T>): Promise<T> {
    const wasOpen = this.#connection?.isOpen === true;
    const connection = (this.#connection ??= this.#connect());
    try {
      await connection.opening;
      connection.isOpen = true;
      return await inTime(answerMs, () => question(connection));
    } catch (error) {
      // Servers end what has been idle for long, and may start anew: the next connection tells.
      const { status, stream } = connection.redis;
      const hasEnded = isClosed(error) || status !== "ready" || !stream.writable;
      if (!wasOpen || !hasEnded || this.#now() < this.#restsUntil) throw error;
      if (this.#connection === connection) this.close();
      return await this.#asked(question);
    }
  }

  /** For who asks, and never again by itself: a server in trouble keeps no timer, and an idle one no process, alive. */
  #connect(): Connection {
    const ca = this.#url.startsWith("rediss:") ? this.#authorities() : undefined;
    const redis = new Redis(this.#url, {
      ...(ca === undefined ? {} : { tls: { ca } }),
      lazyConnect: true,
      connectTimeout: connectMs,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      // Its errors come back from the question itself.
      enableReadyCheck: false,
      disableClientInfo: true,
      retryStrategy: () => null,
    });
    const opening = inTime(connectMs, () => redis.connect());
    const connection: Connection = { redis, limiters: new Map(), opening, isOpen: false, said: undefined };
    redis.on("connect", () => redis.stream.unref());
    redis.on("error", (error: Error) => (connection.said = error));
    redis.on("end", () => {
      if (this.#connection === connection && connection.isOpen) this.#connection = undefined;
    });
    return connection;
  }

  #limiter({ redis, limiters }: Connection, window: SharedWindow): RateLimiterRedis {
    const key = `${window.limit}/${window.perMs}`;
    let limiter = limiters.get(key);
    if (limiter === undefined) {
      limiter = new RateLimiterRedis({
        storeClient: redis,
        keyPrefix: this.#prefix,
        points: window.limit,
        duration: window.perMs / 1000,
        customIncrTtlLuaScript: slidingWindow,
        rejectIfRedisNotReady: true,
      });
      limiters.set(key, limiter);
    }
    return limiter;
  }
}

/** The library's own timeout also strikes when this process was busy and the answer waits to be read. */
async function inTime<T>(ms: number, question: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const read = (): unknown => setImmediate(() => setImmediate(() => reject(new Error("no answer in time"))));
    timer = setTimeout(read, ms);
  });
  try {
    return await Promise.race([question(), late]);
  } finally {
    clearTimeout(timer);
  }
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
