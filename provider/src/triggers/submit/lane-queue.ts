/** The line of one lane: gathers what triggers hand in, packs it into calls, and sends them at the vendor's pace. */
import type { CallContext } from "../../core/call.ts";
import { tellTrouble } from "../../core/pace/coordinator.ts";
import type { Departure, DomainWindows } from "../../core/pace/domain-windows.ts";
import { randomId, type World } from "../../core/context.ts";
import { Fault, Interrupted, vendorWords } from "../../core/errors.ts";
import { retryDelay } from "../../core/retry.ts";
import type { Batch, Lane, TriggerService } from "../service.ts";
import type { CallRegistry } from "./calls.ts";
import { decide } from "./decide.ts";
import { Entry, sharedCall, whenAllStopped } from "./entry.ts";
import { isolation, nextStep, told } from "./isolate.ts";
import { lookUp } from "./look-up.ts";
import { domainCounts, domainOf, NextCall, waitingTargets } from "./next-call.ts";
import { only, targetsOf, withNote, type Parts } from "./parts.ts";
import { refusal, resultsOf, unprovenSuccess } from "./answer.ts";
import type { SendResult, SendResults } from "./result.ts";

export interface Sender<O extends object> {
  readonly service: TriggerService<O>;
  readonly world: Pick<World, "clock" | "random" | "coordinator">;
  readonly calls: CallRegistry;
}

/** Triggers of one program arrive one after another; a call waits this long for more, and again as long as more come. */
const gatherMs = 50;
/** But no longer than this. */
const longestGatherMs = 500;
/** The engine allows a cancelled operation less than a second to hand over what it has. */
const graceMs = 400;
/** Passing trouble longer than this is reported instead of waited for. */
const patienceMs = 120_000;

/** What became of a call as a whole. */
type Delivery = "taken" | "putBack" | { readonly refused: Fault };

export class LaneQueue<O extends object> {
  readonly #sender: Sender<O>;
  readonly #lane: Lane<O>;
  readonly #leave: () => void;
  readonly #entries = new Set<Entry>();
  readonly #windows: DomainWindows | undefined;
  readonly #nextCall: NextCall;
  #wake = new AbortController();
  #notBefore = 0;
  #failures = 0;
  #pumping = false;

  constructor(sender: Sender<O>, lane: Lane<O>, leave: () => void) {
    this.#sender = sender;
    this.#lane = lane;
    this.#leave = leave;
    this.#windows = sender.service.windows?.(lane);
    this.#nextCall = new NextCall(() => sender.service.rules(lane), this.#windows);
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
      else await this.#gather(service.rules(this.#lane).perCall);
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
      const delivery = await this.#deliver(parts, sentAt, reference);
      if (typeof delivery === "string") return;
      const decision = decide(delivery.refused, { targets: targets.length, triggers: parts.size });
      if (decision.do === "alone") {
        for (const entry of parts.keys()) entry.alone = true;
        this.#again(parts);
      } else if (decision.do === "isolate") await this.#isolate(parts, decision.by, delivery.refused);
      else this.#settle(parts, () => refusal(delivery.refused));
    } catch (error) {
      // A fault of this provider ends the triggers of this call, and no others.
      for (const entry of parts.keys()) entry.fail(error);
    }
  }

  /** One call for these targets, which are in flight already. What it comes to is settled here, but for a refusal. */
  async #deliver(parts: Parts, sentAt: number, reference: string): Promise<Delivery> {
    const departure = await this.#windows?.depart(domainCounts(targetsOf(parts)));
    const held = targetsOf(parts).filter((target) => departure?.held.has(domainOf(target)));
    if (held.length === 0) return await this.#deliverNow(parts, departure, sentAt, reference);
    const free = targetsOf(parts).filter((target) => departure?.held.has(domainOf(target)) !== true);
    this.#again(only(parts, held));
    return await this.#deliverNow(only(parts, free), departure, sentAt, reference);
  }

  async #deliverNow(
    parts: Parts,
    departure: Departure | undefined,
    sentAt: number,
    reference: string,
  ): Promise<Delivery> {
    const { service, calls, world } = this.#sender;
    const targets = targetsOf(parts);
    if (targets.length === 0) {
      departure?.undone();
      return "putBack";
    }
    const call = sharedCall([...parts.keys()]);
    tellTrouble(world.coordinator, call.log);
    const open = calls.begin(service.name, targets);
    try {
      const batch: Batch<O> = { lane: this.#lane, targets: this.#everything() ? "all" : targets, reference };
      const submission = await service.submit(batch, call);
      unprovenSuccess(submission, targets, { cloud: service.name, action: service.action(this.#lane) });
      service.gate(this.#lane).succeeded();
      departure?.accepted();
      this.#failures = 0;
      for (const id of submission.taskIds) calls.claim(service.name, id, new Set(targets));
      const results = resultsOf(submission, targets, service.vendorClock.earliest(sentAt));
      this.#settle(parts, (target, { sentAgain }) => withNote(results.get(target), sentAgain));
      return "taken";
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      open.end();
      this.#tellPace(error, departure);
      return await this.#afterFault(error, parts, { sentAt, reference }, call);
    } finally {
      open.end();
      // Told already, unless this provider itself failed.
      departure?.over();
    }
  }

  /** A refusal closes the window that it speaks of, and no other. */
  #tellPace(fault: Fault, departure: Departure | undefined): void {
    const gate = this.#sender.service.gate(this.#lane);
    const ofDomain = fault.window === "domain" && departure !== undefined;
    if (fault.kind === "throttled" && !ofDomain) gate.throttled(fault.retryAfterMs);
    if (ofDomain) departure.refused(fault.retryAfterMs);
    else if (fault.kind === "ambiguous") departure?.over();
    else departure?.undone();
  }

  async #afterFault(
    fault: Fault,
    parts: Parts,
    sent: { readonly sentAt: number; readonly reference: string },
    call: CallContext,
  ): Promise<Delivery> {
    const { clock, random } = this.#sender.world;
    for (const entry of parts.keys()) entry.trouble = vendorWords(fault);
    const decision = decide(fault, { targets: targetsOf(parts).length, triggers: parts.size });
    if (decision.do === "again" && decision.because === "throttled") {
      call.log.status(`${fault.cloud} ${fault.action}: ${fault.code}, slowing down`);
      this.#again(parts);
      return "putBack";
    }
    if (decision.do !== "again" && decision.do !== "lookUp") return { refused: fault };
    if (decision.do === "lookUp") {
      call.log.status(`${fault.cloud} ${fault.action}: ${fault.code}; looking for the task before sending again`);
      await this.#lookUp(fault, parts, sent, call);
    }
    this.#failures++;
    this.#notBefore = clock.monotonic() + retryDelay(fault, this.#failures, random);
    this.#again(parts, fault);
    return "putBack";
  }

  /** Settles what was carried out; what was not stays in flight, to be put back. */
  async #lookUp(
    fault: Fault,
    parts: Parts,
    { sentAt, reference }: { readonly sentAt: number; readonly reference: string },
    call: CallContext,
  ): Promise<void> {
    const { service, world, calls } = this.#sender;
    // What the vendor's time was is known better after it has answered again.
    const at = (): number => service.vendorClock.earliest(sentAt);
    const lost = { lane: this.#lane, targets: targetsOf(parts), sentAt: at, reference };
    const found = await lookUp(lost, { service, calls, clock: world.clock }, call);
    if (found.outcome === "impossible") {
      for (const entry of parts.keys()) entry.sentAgain = `${vendorWords(fault)} ${found.why}`;
      call.log.info(`sending again, though the call without answer may have been carried out: ${found.why}`);
      return;
    }
    for (const [entry, targets] of parts) {
      entry.settle(
        targets.flatMap((target): [string, SendResult][] => {
          if (found.outcome === "unread") {
            return [[target, { state: "lost", sentAt: at(), reference, reason: vendorWords(fault) }]];
          }
          const taskIds = found.tasks.get(target);
          return taskIds === undefined ? [] : [[target, { state: "accepted", taskIds, requestId: "", sentAt: at() }]];
        }),
      );
    }
  }

  /** Sends parts of a refused call until the targets for which it was refused are known. */
  async #isolate(parts: Parts, by: "host" | "target", first: Fault): Promise<void> {
    const { world } = this.#sender;
    let fault = first;
    let state = isolation(targetsOf(parts), by);
    for (let step = nextStep(state); step.do !== "end"; step = nextStep(state)) {
      if (step.do === "blame") {
        this.#settle(only(parts, step.culprits), () => refusal(fault, true));
        state = step.next;
        continue;
      }
      const mine = await this.#turn(only(parts, step.targets));
      if (mine.size === 0) {
        // All who wanted these have left: nothing to learn from them.
        state = told(state, step.targets, true);
        continue;
      }
      const [sentAt, reference] = [world.clock.monotonic(), randomId(world.random)];
      for (const [entry, targets] of mine) entry.resend(targets, sentAt, reference);
      const delivery = await this.#deliver(mine, sentAt, reference);
      const refused = typeof delivery === "object" ? delivery.refused : undefined;
      if (refused !== undefined) {
        const { do: what } = decide(refused, { targets: 2, triggers: 1 });
        if (what !== "isolate")
          return this.#settle(only(parts, [...state.suspects, ...state.rest]), () => refusal(refused));
        fault = refused;
      }
      // What was put back goes on by itself, in a call of its own.
      state = told(state, step.targets, refused === undefined);
    }
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
    return new Map([...parts].filter(([{ call }]) => !call.signal.aborted));
  }

  /** Back in line, unless the trouble has lasted too long. */
  #again(parts: Parts, trouble?: Fault): void {
    const now = this.#sender.world.clock.monotonic();
    for (const [entry, targets] of parts) {
      const tooLong = trouble !== undefined && now - entry.since > patienceMs;
      entry.putBack(targets, tooLong ? refusal(trouble) : undefined);
    }
    this.#changed();
    if (this.#waiting() > 0 && !this.#pumping) void this.#pump();
  }

  #settle(parts: Parts, resultFor: (target: string, entry: Entry) => SendResult): void {
    for (const [entry, targets] of parts) {
      entry.settle(targets.map((target) => [target, resultFor(target, entry)] as const));
    }
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

  #everything(): boolean {
    return this.#sender.service.rules(this.#lane).everything === true;
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
    if (this.#entries.has(entry)) entry.giveUp((moment) => this.#sender.service.vendorClock.earliest(moment));
  }
}
