/** One call of a lane: sent when its domains' windows allow it, and what its answer or its fault means for each target. */
import type { CallContext } from "../../core/call.ts";
import type { World } from "../../core/context.ts";
import { Fault, vendorWords } from "../../core/errors.ts";
import { tellTrouble } from "../../core/pace/coordinator.ts";
import type { Departure, DomainWindows } from "../../core/pace/domain-windows.ts";
import type { Batch, Lane, TriggerService } from "../service.ts";
import { resultsOf, unprovenSuccess } from "./answer.ts";
import type { CallRegistry } from "./calls.ts";
import { decide } from "./decide.ts";
import { sharedCall } from "./entry.ts";
import { lookUp } from "./look-up.ts";
import { domainCounts } from "./next-call.ts";
import { domainOf } from "./pack.ts";
import { only, settle, targetsOf, withNote, type Parts } from "./parts.ts";
import { sendingAt, type SendResult } from "./result.ts";

export interface Sender<O extends object> {
  readonly service: TriggerService<O>;
  readonly world: Pick<World, "clock" | "random" | "coordinator">;
  readonly calls: CallRegistry;
}

/** What the line of the lane makes of a call. */
export interface Line {
  taken(): void;
  /** Back in line; after `trouble` not at once. */
  again(parts: Parts, trouble?: Fault): void;
}

/** What became of a call: not all of it may have been sent, or heard of; or it is refused as it was. */
export type Delivered = "taken" | "again" | Fault;

interface Sent {
  /** By the monotonic clock. */
  readonly sentAt: number;
  readonly reference: string;
}

export class Delivery<O extends object> {
  readonly #sender: Sender<O>;
  readonly #lane: Lane<O>;
  readonly #windows: DomainWindows | undefined;
  readonly #line: Line;

  constructor(sender: Sender<O>, lane: Lane<O>, windows: DomainWindows | undefined, line: Line) {
    this.#sender = sender;
    this.#lane = lane;
    this.#windows = windows;
    this.#line = line;
  }

  /** One call for these targets, which are in flight already. What it comes to is settled here, but for the refusal that comes back. */
  async deliver(parts: Parts, sent: Sent): Promise<Delivered> {
    const departure = await this.#windows?.depart(domainCounts(targetsOf(parts)));
    const held = targetsOf(parts).filter((target) => departure?.held.has(domainOf(target)));
    if (held.length === 0) return await this.#now(parts, departure, sent);
    const free = targetsOf(parts).filter((target) => departure?.held.has(domainOf(target)) !== true);
    this.#line.again(only(parts, held));
    const delivered = await this.#now(only(parts, free), departure, sent);
    return delivered === "taken" ? "again" : delivered;
  }

  async #now(parts: Parts, departure: Departure | undefined, sent: Sent): Promise<Delivered> {
    const { service, calls, world } = this.#sender;
    const targets = targetsOf(parts);
    if (targets.length === 0) {
      departure?.undone();
      return "again";
    }
    const call = sharedCall([...parts.keys()]);
    tellTrouble(world.coordinator, call.log);
    const open = calls.begin(service.name, targets);
    try {
      const everything = service.rules(this.#lane).everything === true;
      const batch: Batch<O> = {
        lane: this.#lane,
        targets: everything ? "all" : targets,
        reference: sent.reference,
      };
      const submission = await service.submit(batch, call);
      unprovenSuccess(submission, targets, { cloud: service.name, action: service.action(this.#lane) });
      service.gate(this.#lane).succeeded();
      departure?.accepted();
      this.#line.taken();
      const results = resultsOf(
        submission,
        targets,
        service.vendorClock.earliest(sent.sentAt),
        (target) =>
          // Where calls merge, a task has several of them by right.
          service.mergesMs === undefined && submission.taskIds.some((id) => calls.isClaimed(service.name, id, target)),
      );
      for (const id of submission.taskIds) calls.claim(service.name, id, new Set(targets));
      settle(parts, (target, { sentAgain }) => withNote(results.get(target), sentAgain));
      return "taken";
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      open.end();
      this.#tellPace(error, departure);
      return await this.#afterFault(error, parts, sent, call);
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

  async #afterFault(fault: Fault, parts: Parts, sent: Sent, call: CallContext): Promise<Delivered> {
    for (const entry of parts.keys()) entry.trouble = vendorWords(fault);
    const decision = decide(fault, { targets: targetsOf(parts).length, triggers: parts.size });
    const tell = (what: string): void => call.log.status(`${fault.cloud} ${fault.action}: ${fault.code}${what}`);
    if (decision.do === "again" && decision.because === "throttled") {
      tell(", slowing down");
      this.#line.again(parts);
      return "again";
    }
    if (decision.do !== "again" && decision.do !== "lookUp") return fault;
    if (decision.do === "lookUp") {
      tell("; looking for the task before sending again");
      await this.#lookUp(fault, parts, sent, call);
    } else tell(", trying again");
    this.#line.again(parts, fault);
    return "again";
  }

  /** Settles what was carried out; what was not stays in flight, to be put back. */
  async #lookUp(fault: Fault, parts: Parts, { sentAt, reference }: Sent, call: CallContext): Promise<void> {
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
            const sending = sendingAt(sentAt, service.vendorClock);
            return [[target, { state: "lost", ...sending, reference, reason: vendorWords(fault) }]];
          }
          const taskIds = found.tasks.get(target);
          return taskIds === undefined ? [] : [[target, { state: "accepted", taskIds, requestId: "", sentAt: at() }]];
        }),
      );
    }
  }
}
