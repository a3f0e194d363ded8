/**
 * How every cloud is called: each operation through its own gate, reads tried
 * until they work, answers parsed, credentials renewed once, the cloud's clock
 * read from what it answers. A vendor adds how a request travels.
 */
import * as z from "zod";
import type { CallContext } from "./call.ts";
import type { World } from "./context.ts";
import { Fault, Interrupted } from "./errors.ts";
import { tellTrouble } from "./pace/coordinator.ts";
import { DomainWindows } from "./pace/domain-windows.ts";
import type { DomainLimit } from "./pace/limits.ts";
import { RateLimiter, type Pace } from "./rate-limit.ts";
import { retry, type Repeatable } from "./retry.ts";
import { VendorClock } from "./vendor-clock.ts";

export interface Vendor<Request extends { readonly action: string }> {
  /** As users know the service: `ESA`. */
  readonly name: string;
  readonly pace: (action: string) => Pace;
  /**
   * One request; its answer as parsed from JSON, not checked yet, or a `Fault`. `heard` takes the
   * `Date` header of either.
   */
  readonly send: (request: Request, call: CallContext, heard: (date: string | undefined) => void) => Promise<unknown>;
  /** The credentials that were used are over: others are used from now on. */
  readonly renew: (fault: Fault) => boolean;
}

export class PacedClient<Request extends { readonly action: string }> {
  /** The cloud's clock, as its answers tell it. */
  readonly vendorClock: VendorClock;
  readonly #vendor: Vendor<Request>;
  readonly #world: World;
  readonly #gates = new Map<string, RateLimiter>();
  readonly #windows = new Map<string, DomainWindows>();

  constructor(vendor: Vendor<Request>, world: World) {
    this.#vendor = vendor;
    this.#world = world;
    this.vendorClock = new VendorClock(world.clock);
  }

  gate(action: string): RateLimiter {
    let gate = this.#gates.get(action);
    if (gate === undefined) {
      gate = new RateLimiter(this.#vendor.pace(action), this.#world, `${this.#vendor.name} ${action}`);
      this.#gates.set(action, gate);
    }
    return gate;
  }

  /** What each domain takes of that operation. */
  windows(action: string, limit: DomainLimit): DomainWindows {
    let windows = this.#windows.get(action);
    if (windows === undefined) {
      windows = new DomainWindows(`${this.#vendor.name} ${action} of`, limit, this.#world);
      this.#windows.set(action, windows);
    }
    return windows;
  }

  /** In turn, tried until it works, cannot work or time is up. */
  async ask<T>(
    request: Request,
    answer: z.ZodType<T>,
    call: CallContext,
    repeatable: Repeatable = "anyTime",
    patienceMs?: number,
  ): Promise<T> {
    const { clock, random } = this.#world;
    const gate = this.gate(request.action);
    const attempt = async (): Promise<T> => {
      await gate.take(request.action, call.signal);
      tellTrouble(this.#world.coordinator, call.log);
      try {
        const result = await this.once(request, answer, call);
        gate.succeeded();
        return result;
      } catch (error) {
        if (error instanceof Fault && error.kind === "throttled") gate.throttled(error.retryAfterMs);
        throw error;
      }
    };
    const options = { repeatable, call, clock, random };
    return retry(attempt, patienceMs === undefined ? options : { ...options, patienceMs });
  }

  /** One request, one answer or a `Fault`; two requests where the cloud calls the credentials over. */
  async once<T>(request: Request, answer: z.ZodType<T>, call: CallContext): Promise<T> {
    try {
      return await this.#send(request, answer, call);
    } catch (error) {
      if (!(error instanceof Fault) || !this.#vendor.renew(error)) throw error;
      return await this.#send(request, answer, call);
    }
  }

  async #send<T>(request: Request, answer: z.ZodType<T>, call: CallContext): Promise<T> {
    if (call.signal.aborted) throw Interrupted.by(call.signal);
    const { clock } = this.#world;
    const asked = clock.monotonic();
    const heard = (date: string | undefined): void => this.vendorClock.learn(date, asked, clock.monotonic());
    const body = await this.#traced(request, call, heard);
    const parsed = answer.safeParse(body);
    if (parsed.success) return parsed.data;
    const reasons = parsed.error.issues.map((issue) => `${issue.path.join(".") || "the answer"}: ${issue.message}`);
    throw new Fault({
      kind: "ambiguous",
      cloud: this.#vendor.name,
      action: request.action,
      code: "UnreadableAnswer",
      text: `the answer has another form than documented (${reasons.join("; ")})`,
    });
  }

  /** The same request as who traces sees it: its operation, the cloud's request id, the code of a refusal. */
  async #traced(request: Request, call: CallContext, heard: (date: string | undefined) => void): Promise<unknown> {
    if (call.begin === undefined) return this.#vendor.send(request, call, heard);
    const end = call.begin(`${this.#vendor.name} ${request.action}`);
    try {
      const body = await this.#vendor.send(request, call, heard);
      const { data } = answered.safeParse(body);
      end(data === undefined ? {} : { requestId: data.RequestId });
      return body;
    } catch (error) {
      end(factsOf(error));
      throw error;
    }
  }
}

const answered = z.looseObject({ RequestId: z.string() });

function factsOf(error: unknown): Record<string, string> {
  if (!(error instanceof Fault)) return { code: error instanceof Interrupted ? "interrupted" : "unknown" };
  const { code, kind, requestId } = error;
  return { code: code === "" ? kind : code, ...(requestId === undefined ? {} : { requestId }) };
}
