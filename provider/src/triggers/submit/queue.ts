/**
 * Where triggers hand in what they want sent. Targets of the same lane share
 * calls: while a call waits for its turn, others join it. Every target comes
 * back with one fate; a call without an answer is looked up in the vendor's
 * list before anything is sent twice.
 */
import type { CallContext } from "../../core/call.ts";
import type { World } from "../../core/context.ts";
import { Fault, Interrupted, vendorWords } from "../../core/errors.ts";
import { retryDelay } from "../../core/retry.ts";
import { pack } from "./pack.ts";
import { lookUp } from "./look-up.ts";
import type { Batch, Lane, Submission, TriggerService } from "../service.ts";

export type Fate =
  | { readonly state: "accepted"; readonly taskIds: readonly string[]; readonly requestId: string; readonly at: number }
  | { readonly state: "refused"; readonly code: string; readonly reason: string; readonly hint?: string | undefined }
  | { readonly state: "unsent"; readonly why: Interrupted["reason"]; readonly trouble?: string | undefined }
  /** Sent; nobody knows whether it arrived. */
  | { readonly state: "lost"; readonly sentAt: number; readonly reason: string };

export type Fates = ReadonlyMap<string, Fate>;

/** Triggers of one program reach us one after another; a call waits this long for company, and again as long as it comes. */
const gatherMs = 50;
/** But no longer than this. */
const longestGatherMs = 500;
/** The engine allows a cancelled operation less than a second to hand over what it has. */
const graceMs = 400;
/** Passing trouble longer than this is reported instead of waited for. */
const patienceMs = 120_000;

interface Entry {
  readonly waiting: Set<string>;
  /** In a call at this moment → when it was sent. */
  readonly flying: Map<string, number>;
  readonly fates: Map<string, Fate>;
  readonly call: CallContext;
  readonly since: number;
  /** What kept it from being sent last. */
  trouble: string | undefined;
  /** Its targets were refused together with others': it goes alone, so that nobody suffers from a neighbour. */
  alone: boolean;
  finish(): void;
  fail(error: unknown): void;
}

export class Desk<L extends Lane> {
  readonly service: TriggerService<L>;
  readonly world: Pick<World, "clock" | "random">;
  /** Tasks whose submission was answered: never taken for one that was lost. */
  readonly claimed = new Set<string>();
  readonly #lanes = new Map<string, LaneQueue<L>>();

  constructor(service: TriggerService<L>, world: Pick<World, "clock" | "random">) {
    this.service = service;
    this.world = world;
  }

  /** One fate for each target. `call.signal` ends it early: what was not sent comes back as `unsent`. */
  send(lane: L, targets: readonly string[], call: CallContext): Promise<Fates> {
    if (targets.length === 0) return Promise.resolve(new Map());
    let queue = this.#lanes.get(lane.key);
    if (queue === undefined) {
      queue = new LaneQueue(this, lane, () => this.#lanes.delete(lane.key));
      this.#lanes.set(lane.key, queue);
    }
    return queue.add(targets, call);
  }
}

class LaneQueue<L extends Lane> {
  readonly #desk: Desk<L>;
  readonly #lane: L;
  readonly #leave: () => void;
  readonly #entries = new Set<Entry>();
  #packed: string[][] | undefined;
  #notBefore = 0;
  #failures = 0;
  #pumping = false;

  constructor(desk: Desk<L>, lane: L, leave: () => void) {
    this.#desk = desk;
    this.#lane = lane;
    this.#leave = leave;
  }

  add(targets: readonly string[], call: CallContext): Promise<Fates> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => void this.#interrupt(entry);
      const close = (): void => {
        call.signal.removeEventListener("abort", onAbort);
        this.#entries.delete(entry);
        if (this.#entries.size === 0) this.#leave();
      };
      const entry: Entry = {
        waiting: new Set(targets),
        flying: new Map(),
        fates: new Map(),
        call,
        since: this.#desk.world.clock.monotonic(),
        trouble: undefined,
        alone: false,
        finish: () => {
          close();
          resolve(entry.fates);
        },
        fail: (error) => {
          close();
          reject(error);
        },
      };
      this.#entries.add(entry);
      this.#packed = undefined;
      if (call.signal.aborted) return onAbort();
      call.signal.addEventListener("abort", onAbort, { once: true });
      if (!this.#pumping) void this.#pump();
    });
  }

  async #pump(): Promise<void> {
    const { clock } = this.#desk.world;
    const gate = this.#desk.service.gate(this.#lane);
    const rules = this.#desk.service.rules(this.#lane);
    this.#pumping = true;
    while (this.#waiting() > 0) {
      const pause = this.#notBefore - clock.monotonic();
      if (pause > 0) await clock.sleep(pause);
      else await this.#gather(rules.perCall);
      const stop = this.#whenNobodyWaits();
      try {
        await gate.take(this.#lane.key, stop.signal);
      } catch {
        continue;
      } finally {
        stop.dispose();
      }
      const batch = this.#next();
      if (batch !== undefined) void this.#send(batch);
    }
    this.#pumping = false;
  }

  async #gather(enough: number): Promise<void> {
    const { clock } = this.#desk.world;
    const until = clock.monotonic() + longestGatherMs;
    for (let before = 0; this.#waiting() > before && this.#waiting() < enough && clock.monotonic() < until;) {
      before = this.#waiting();
      await clock.sleep(gatherMs);
    }
  }

  async #send(batch: Batch<L>): Promise<void> {
    const { service, world, claimed } = this.#desk;
    const sentAt = world.clock.now();
    const parts = this.#take(batch.targets, sentAt);
    const call = sharedCall([...parts.keys()]);
    try {
      const submission = await service.submit(batch, call);
      service.gate(this.#lane).succeeded();
      this.#failures = 0;
      for (const id of submission.taskIds) claimed.add(id);
      for (const [entry, targets] of parts) this.#settle(entry, fatesOf(submission, targets, world.clock.now()));
    } catch (error) {
      if (!(error instanceof Fault)) {
        for (const entry of parts.keys()) entry.fail(error);
        return;
      }
      await this.#recover(error, batch, parts, sentAt, call);
    }
  }

  async #recover(
    fault: Fault,
    batch: Batch<L>,
    parts: ReadonlyMap<Entry, readonly string[]>,
    sentAt: number,
    call: CallContext,
  ): Promise<void> {
    const { clock, random } = this.#desk.world;
    for (const entry of parts.keys()) entry.trouble = vendorWords(fault);
    switch (fault.kind) {
      case "throttled":
        this.#desk.service.gate(this.#lane).throttled(fault.retryAfterMs);
        call.log.status(`${fault.cloud} ${fault.action}: ${fault.code}, slowing down`);
        return this.#again(parts);
      case "transient":
        this.#failures++;
        this.#notBefore = clock.monotonic() + retryDelay(fault, this.#failures, random);
        return this.#again(parts, fault);
      case "ambiguous": {
        call.log.status(`${fault.cloud} ${fault.action}: no answer; looking for the task before sending again`);
        const found = await this.#lookUp(batch, sentAt, call);
        for (const [entry, targets] of parts) {
          const at = clock.now();
          this.#settle(
            entry,
            targets.flatMap((target): [string, Fate][] => {
              const taskId = found?.get(target);
              if (taskId !== undefined)
                return [[target, { state: "accepted", taskIds: [taskId], requestId: "", at: sentAt }]];
              return found === undefined
                ? [[target, { state: "lost", sentAt: Math.min(sentAt, at), reason: fault.text }]]
                : [];
            }),
          );
        }
        this.#failures++;
        this.#notBefore = clock.monotonic() + retryDelay(fault, this.#failures, random);
        return this.#again(parts, fault);
      }
      case "quota":
      case "invalid":
      case "notFound":
      case "unknown":
        if (parts.size > 1) {
          for (const entry of parts.keys()) entry.alone = true;
          return this.#again(parts);
        }
        return this.#refuse(parts, fault);
      case "auth":
        return this.#refuse(parts, fault);
    }
  }

  /** `undefined`: the list could not be read, so nothing is known. */
  async #lookUp(batch: Batch<L>, sentAt: number, call: CallContext): Promise<ReadonlyMap<string, string> | undefined> {
    const { service, world, claimed } = this.#desk;
    try {
      const found = await lookUp({
        service,
        lane: this.#lane,
        targets: batch.targets,
        sentAt,
        claimed,
        call,
        clock: world.clock,
      });
      for (const id of found.values()) claimed.add(id);
      return found;
    } catch (error) {
      if (error instanceof Fault || error instanceof Interrupted) return undefined;
      throw error;
    }
  }

  /** Back in line, unless the trouble has lasted too long. */
  #again(parts: ReadonlyMap<Entry, readonly string[]>, trouble?: Fault): void {
    for (const [entry, targets] of parts) {
      const tooLong = trouble !== undefined && this.#desk.world.clock.monotonic() - entry.since > patienceMs;
      for (const target of targets) {
        if (!entry.flying.has(target)) continue;
        entry.flying.delete(target);
        if (entry.call.signal.aborted) entry.fates.set(target, unsent(entry));
        else if (tooLong) entry.fates.set(target, refusal(trouble));
        else entry.waiting.add(target);
      }
      finishIfDone(entry);
    }
    this.#packed = undefined;
    if (this.#waiting() > 0 && !this.#pumping) void this.#pump();
  }

  #refuse(parts: ReadonlyMap<Entry, readonly string[]>, fault: Fault): void {
    for (const [entry, targets] of parts) {
      this.#settle(
        entry,
        targets.map((target) => [target, refusal(fault)]),
      );
    }
  }

  #settle(entry: Entry, fates: readonly (readonly [string, Fate])[]): void {
    for (const [target, fate] of fates) {
      if (entry.flying.delete(target)) entry.fates.set(target, fate);
    }
    finishIfDone(entry);
  }

  /** The next call: small triggers first, so that one page does not wait behind a whole site. */
  #next(): Batch<L> | undefined {
    if (this.#packed === undefined || this.#packed.length === 0) {
      const entries = [...this.#entries].filter((entry) => entry.waiting.size > 0);
      const solo = entries.find((entry) => entry.alone);
      const sources = solo !== undefined ? [solo] : entries.toSorted((a, b) => a.waiting.size - b.waiting.size);
      const targets = new Set(sources.flatMap((entry) => [...entry.waiting]));
      this.#packed = pack([...targets], this.#desk.service.rules(this.#lane));
    }
    const targets = this.#packed.shift();
    return targets === undefined ? undefined : { lane: this.#lane, targets };
  }

  #take(targets: readonly string[], sentAt: number): Map<Entry, string[]> {
    const parts = new Map<Entry, string[]>();
    const solo = [...this.#entries].find((entry) => entry.alone && entry.waiting.size > 0);
    for (const entry of solo === undefined ? this.#entries : [solo]) {
      const own = targets.filter((target) => entry.waiting.delete(target));
      for (const target of own) entry.flying.set(target, sentAt);
      if (own.length > 0) parts.set(entry, own);
    }
    return parts;
  }

  #waiting(): number {
    let count = 0;
    for (const entry of this.#entries) count += entry.waiting.size;
    return count;
  }

  async #interrupt(entry: Entry): Promise<void> {
    for (const target of entry.waiting) entry.fates.set(target, unsent(entry));
    entry.waiting.clear();
    this.#packed = undefined;
    if (entry.flying.size > 0) {
      await this.#desk.world.clock.sleep(graceMs);
      for (const [target, sentAt] of entry.flying) {
        entry.fates.set(target, { state: "lost", sentAt, reason: "stopped before the cloud answered" });
      }
      entry.flying.clear();
    }
    if (this.#entries.has(entry)) entry.finish();
  }

  /** Fires when everybody whose targets wait here has left, so that nobody's turn is taken for nothing. */
  #whenNobodyWaits(): { readonly signal: AbortSignal; dispose(): void } {
    const controller = new AbortController();
    const check = (): void => {
      if (this.#waiting() === 0) controller.abort();
    };
    const signals = [...this.#entries].map((entry) => entry.call.signal);
    for (const signal of signals) signal.addEventListener("abort", check);
    return {
      signal: controller.signal,
      dispose: () => {
        for (const signal of signals) signal.removeEventListener("abort", check);
      },
    };
  }
}

function unsent({ call, trouble }: Entry): Fate {
  return { state: "unsent", why: Interrupted.by(call.signal).reason, trouble };
}

function finishIfDone(entry: Entry): void {
  if (entry.waiting.size === 0 && entry.flying.size === 0) entry.finish();
}

function fatesOf(submission: Submission, targets: readonly string[], at: number): [string, Fate][] {
  const refused = new Map(submission.refused.map((each) => [each.target, each]));
  return targets.map((target) => {
    const { code, reason } = refused.get(target) ?? {};
    if (code !== undefined && reason !== undefined) return [target, { state: "refused", code, reason }];
    return [target, { state: "accepted", taskIds: submission.taskIds, requestId: submission.requestId, at }];
  });
}

function refusal(fault: Fault): Fate {
  const id = fault.requestId === undefined ? "" : ` (request id ${fault.requestId})`;
  return {
    state: "refused",
    code: fault.code,
    reason: `${fault.text.replace(/\.$/, "")}${id}`,
    hint: fault.hint ?? advice(fault),
  };
}

/** What helps against a kind of trouble, where nothing better is known of the code. */
function advice(fault: Fault): string | undefined {
  return fault.kind === "invalid"
    ? "Correct what the vendor names; the next `pulumi up` sends only what is owed."
    : undefined;
}

/** A call for several triggers: nobody's cancel stops the others, everybody sees what happens. */
function sharedCall(entries: readonly Entry[]): CallContext {
  const each = (write: (entry: Entry) => void): void => entries.forEach(write);
  return {
    signal: new AbortController().signal,
    deadline: Math.max(...entries.map((entry) => entry.call.deadline)),
    log: {
      debug: (message) => each(({ call }) => call.log.debug(message)),
      info: (message) => each(({ call }) => call.log.info(message)),
      warn: (message) => each(({ call }) => call.log.warn(message)),
      status: (message) => each(({ call }) => call.log.status(message)),
    },
  };
}
