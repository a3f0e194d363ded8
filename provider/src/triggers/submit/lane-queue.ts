/** The line of one lane: gathers what triggers hand in, packs it into calls, and sends them at the vendor's pace. */
import type { CallContext } from "../../core/call.ts";
import type { DomainWindows } from "../../core/pace/domain-windows.ts";
import { randomId } from "../../core/context.ts";
import { Fault, Interrupted } from "../../core/errors.ts";
import { retryDelay } from "../../core/retry.ts";
import type { KindRules, Lane } from "../service.ts";
import { decide } from "./decide.ts";
import { Delivery, type Sender } from "./delivery.ts";
import { Entry, whenAllStopped } from "./entry.ts";
import { isolation, nextStep, told } from "./isolate.ts";
import { domainCounts, NextCall, waitingTargets } from "./next-call.ts";
import { only, settle, targetsOf, type Parts } from "./parts.ts";
import { isAboutTargets, refusal } from "./answer.ts";
import type { SendResults } from "./result.ts";

/** Triggers of one program arrive one after another; a call waits this long for more, and again as long as more come. */
const gatherMs = 50;
/** But no longer than this. */
const longestGatherMs = 500;
/** The engine allows a cancelled operation less than a second to hand over what it has. */
const graceMs = 400;
/** Passing trouble longer than this is reported instead of waited for. */
const patienceMs = 120_000;

export class LaneQueue<O extends object> {
  readonly #sender: Sender<O>;
  readonly #lane: Lane<O>;
  readonly #leave: () => void;
  readonly #entries = new Set<Entry>();
  readonly #windows: DomainWindows | undefined;
  readonly #nextCall: NextCall;
  readonly #delivery: Delivery<O>;
  #wake = new AbortController();
  #notBefore = 0;
  #failures = 0;
  /** Most targets that a call may carry, as far as refusals have told. */
  #most = Infinity;
  #pumping = false;

  constructor(sender: Sender<O>, lane: Lane<O>, leave: () => void) {
    this.#sender = sender;
    this.#lane = lane;
    this.#leave = leave;
    this.#windows = sender.service.windows?.(lane);
    this.#nextCall = new NextCall(() => this.#rules(), this.#windows);
    this.#delivery = new Delivery(sender, lane, this.#windows, {
      taken: () => void (this.#failures = 0),
      again: (parts, trouble) => this.#again(parts, trouble),
    });
  }

  add(targets: readonly string[], call: CallContext): Promise<SendResults> {
    const stop = (): void => void this.#interrupt(entry);
    const entry: Entry = new Entry(targets, call, this.#sender.world.clock.monotonic(), () => {
      call.signal.removeEventListener("abort", stop);
      this.#entries.delete(entry);
      if (this.#entries.size === 0) this.#leave();
    });
    this.#entries.add(entry);
    this.#changed();
    if (call.signal.aborted) stop();
    else {
      call.signal.addEventListener("abort", stop, { once: true });
      if (!this.#pumping) void this.#pump();
    }
    return entry.results;
  }

  async #pump(): Promise<void> {
    const { world, service } = this.#sender;
    this.#pumping = true;
    await this.#windows?.recall();
    while (this.#waiting() > 0) {
      const pause = this.#notBefore - world.clock.monotonic();
      if (pause > 0) await world.clock.sleep(pause);
      else await this.#gather(this.#rules().perCall);
      if (this.#windows !== undefined && !this.#nextCall.ready(this.#entries)) {
        await this.#opening(this.#windows);
        continue;
      }
      const stop = whenAllStopped([...this.#entries].map(({ call }) => call.signal));
      try {
        await service.gate(this.#lane).take(this.#lane.key, stop.signal);
      } catch {
        continue;
      } finally {
        stop.dispose();
      }
      const targets = this.#nextCall.take(this.#entries);
      if (targets !== undefined) void this.#send(targets);
    }
    this.#pumping = false;
  }

  /** A plan may take less at once than the pages say. */
  #rules(): KindRules {
    const rules = this.#sender.service.rules(this.#lane);
    return { ...rules, perCall: Math.min(rules.perCall, this.#most) };
  }

  /** Until the window of some domain has room, or something else is handed in. */
  async #opening(windows: DomainWindows): Promise<void> {
    this.#wake = new AbortController();
    await windows.opening(domainCounts(waitingTargets(this.#entries)), this.#wake.signal);
  }

  #changed(): void {
    this.#nextCall.changed();
    this.#wake.abort(new Interrupted("cancelled"));
  }

  async #gather(enough: number): Promise<void> {
    const { clock } = this.#sender.world;
    const until = clock.monotonic() + longestGatherMs;
    for (let before = 0; this.#waiting() > before && this.#waiting() < enough && clock.monotonic() < until;) {
      before = this.#waiting();
      await clock.sleep(gatherMs);
    }
  }

  async #send(targets: readonly string[]): Promise<void> {
    const { clock, random } = this.#sender.world;
    const [sentAt, reference] = [clock.monotonic(), randomId(random)];
    const parts = this.#take(targets, sentAt, reference);
    try {
      const refused = await this.#delivery.deliver(parts, { sentAt, reference });
      if (!(refused instanceof Fault)) return;
      const decision = decide(refused, { targets: targets.length, triggers: parts.size });
      if (decision.do === "alone") {
        for (const entry of parts.keys()) entry.alone = true;
        this.#again(parts);
      } else if (decision.do === "split") {
        this.#most = Math.min(this.#most, Math.ceil(targets.length / 2));
        this.#again(parts);
      } else if (decision.do === "isolate") await this.#isolate(parts, decision.by, refused);
      else settle(parts, () => refusal(refused));
    } catch (error) {
      // A fault of this provider ends the triggers of this call, and no others.
      for (const entry of parts.keys()) entry.fail(error);
    }
  }

  /** Sends parts of a refused call until the targets for which it was refused are known. */
  async #isolate(parts: Parts, by: "host" | "target", first: Fault): Promise<void> {
    const { world } = this.#sender;
    let fault = first;
    let state = isolation(targetsOf(parts), by);
    /** Found before anything was taken, by a code that does not say what it is about. */
    const suspected: { readonly culprits: readonly string[]; readonly fault: Fault }[] = [];
    for (let step = nextStep(state); step.do !== "end"; step = nextStep(state)) {
      if (step.do === "giveUp") {
        settle(only(parts, step.targets), () => ({ ...refusal(fault), lasting: false }));
        break;
      }
      if (step.do === "blame") {
        if (state.takenHosts.size > 0 || isAboutTargets(fault))
          settle(only(parts, step.culprits), () => refusal(fault, true));
        else suspected.push({ culprits: step.culprits, fault });
        state = step.next;
        continue;
      }
      const mine = await this.#turn(only(parts, step.targets));
      if (mine.size === 0) {
        // All who wanted these have left: nothing to learn from them.
        state = told(state, step.targets, "again");
        continue;
      }
      const [sentAt, reference] = [world.clock.monotonic(), randomId(world.random)];
      for (const [entry, targets] of mine) entry.resend(targets, sentAt, reference);
      const refused = await this.#delivery.deliver(mine, { sentAt, reference });
      if (!(refused instanceof Fault)) {
        state = told(state, step.targets, refused);
        continue;
      }
      const decision = decide(refused, { targets: 2, triggers: 1 });
      if (decision.do !== "isolate") {
        settle(only(parts, [...state.suspects, ...state.rest]), () => refusal(refused));
        break;
      }
      fault = refused;
      state = told(state, step.targets, decision.by);
    }
    for (const each of suspected)
      settle(only(parts, each.culprits), () => refusal(each.fault, state.takenHosts.size > 0));
  }

  /** The gate, for a call within an isolation. Comes back with those who still wait for it. */
  async #turn(parts: Parts): Promise<Parts> {
    const stop = whenAllStopped([...parts.keys()].map(({ call }) => call.signal));
    try {
      await this.#sender.service.gate(this.#lane).take(this.#lane.key, stop.signal);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
    } finally {
      stop.dispose();
    }
    // What its domain's window held back waits for a call of its own.
    const inFlight = [...parts].map(([entry, targets]) => [entry, entry.stillInFlight(targets)] as const);
    return new Map(inFlight.filter(([{ call }, targets]) => !call.signal.aborted && targets.length > 0));
  }

  /** Back in line, unless the trouble has lasted too long. */
  #again(parts: Parts, trouble?: Fault): void {
    const { clock, random } = this.#sender.world;
    const now = clock.monotonic();
    if (trouble !== undefined) this.#notBefore = now + retryDelay(trouble, ++this.#failures, random);
    for (const [entry, targets] of parts) {
      const tooLong = trouble !== undefined && now - entry.since > patienceMs;
      entry.putBack(targets, tooLong ? refusal(trouble) : undefined);
    }
    this.#changed();
    if (this.#waiting() > 0 && !this.#pumping) void this.#pump();
  }

  #take(targets: readonly string[], sentAt: number, reference: string): Parts {
    const parts = new Map<Entry, string[]>();
    const solo = [...this.#entries].find((entry) => entry.alone && entry.waiting.size > 0);
    for (const entry of solo === undefined ? this.#entries : [solo]) {
      const own = entry.take(targets, sentAt, reference);
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
    entry.stopWaiting();
    this.#changed();
    if (entry.inFlight > 0) await this.#sender.world.clock.sleep(graceMs);
    if (this.#entries.has(entry)) entry.giveUp(this.#sender.service.vendorClock);
  }
}
