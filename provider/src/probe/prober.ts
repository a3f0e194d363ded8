/**
 * Asks until all is right or time is up. One for each process, so that all triggers together keep to the pace.
 */
import type { CallContext } from "../core/call.ts";
import { withDeadline } from "../core/call.ts";
import type { Clock } from "../core/clock.ts";
import { Interrupted } from "../core/errors.ts";
import { judge, wants, type Expectation, type Seen } from "./judge.ts";
import { limits, ProbePace } from "./pace.ts";
import type { Probe, ProbePlan } from "./plan.ts";
import { leadsTo } from "./connect.ts";
import type { Visit, Visitor } from "./visit.ts";

export interface ProbeWorld {
  readonly clock: Clock;
  /** From 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
  readonly visit: Visitor;
  /** The addresses of a host, the way a resolver tells them. */
  readonly resolve: (host: string, resolver: string, signal: AbortSignal) => Promise<readonly string[]>;
}

/** What one URL at one server answered last. */
export interface Finding {
  readonly target: string;
  readonly url: string;
  /** The node that was asked, as far as it is known. */
  readonly node?: string;
  readonly expected: Expectation;
  readonly seen: Seen;
  readonly right: boolean;
  /** How often it was asked. */
  readonly asked: number;
  /** When it answered, in milliseconds since 1970. */
  readonly at: number;
}

export interface GateResult {
  /** All answered with the new content, in one and the same round, but for bodies too big to read. */
  readonly open: boolean;
  readonly findings: readonly Finding[];
  readonly waitedMs: number;
}

export interface EdgeResult {
  /** Each was seen with nothing older than the new content. */
  readonly fresh: boolean;
  readonly findings: readonly Finding[];
  /** The targets that were not, each once: `StaleAtEdge`. */
  readonly stale: readonly string[];
  readonly waitedMs: number;
}

const mostRedirects = 3;
const interval = { firstMs: 1000, growth: 1.6, mostMs: 15_000 };

export class Prober {
  readonly #world: ProbeWorld;
  readonly #pace: ProbePace;

  constructor(world: ProbeWorld) {
    this.#world = world;
    this.#pace = new ProbePace(world.clock);
  }

  /** Before anything is sent. A server whose answers differ from one moment to the next does not open it. */
  async gate(plan: ProbePlan, call: CallContext): Promise<GateResult> {
    const { findings, waitedMs } = await this.#until(plan, call, { together: true, what: "origin" });
    return {
      open: findings.length === 0 || (findings.some(({ right }) => right) && findings.every(isSettled)),
      findings,
      waitedMs,
    };
  }

  /** After the tasks are done. What was seen fresh once is not asked again. */
  async check(plan: ProbePlan, call: CallContext): Promise<EdgeResult> {
    const { findings, waitedMs } = await this.#until(plan, call, { together: false, what: "edge" });
    const stale = new Set(findings.filter(({ right }) => !right).map(({ target }) => target));
    return { fresh: stale.size === 0, findings, stale: [...stale], waitedMs };
  }

  async #until(
    plan: ProbePlan,
    call: CallContext,
    { together, what }: { readonly together: boolean; readonly what: string },
  ): Promise<{ readonly findings: Finding[]; readonly waitedMs: number }> {
    const { clock, random } = this.#world;
    const started = clock.monotonic();
    const end = Math.min(started + plan.withinMs, call.deadline);
    const run = new ProbeRun(plan);
    const isDone = (found: Finding | undefined): boolean =>
      found !== undefined && (together ? isSettled(found) : found.right);
    let doubtful = plan.probes;
    for (let round = 0; ; round++) {
      const asked = doubtful;
      await Promise.all(asked.map((probe) => this.#ask(probe, run, call)));
      doubtful = plan.probes.filter((probe) => !isDone(run.latest.get(probe)));
      call.log.status(
        `${what}: ${plan.probes.length - doubtful.length} of ${plan.probes.length} URLs serve the new content`,
      );
      if (doubtful.length === 0) {
        if (!together || asked.length === plan.probes.length) break;
        // Right one after the other: all of them once more, together.
        doubtful = plan.probes;
        continue;
      }
      const left = end - clock.monotonic();
      if (left <= 0) break;
      const pause = Math.min(interval.mostMs, interval.firstMs * interval.growth ** round) * (0.75 + random() / 2);
      await clock.sleep(Math.min(pause, left), call.signal);
    }
    return {
      findings: plan.probes.flatMap((probe) => run.latest.get(probe) ?? []),
      waitedMs: clock.monotonic() - started,
    };
  }

  async #ask(probe: Probe, run: ProbeRun, call: CallContext): Promise<void> {
    const { clock } = this.#world;
    const { target, url, expected } = probe;
    const found = await this.#address(probe, run, call);
    const address = "address" in found ? found.address : undefined;
    await this.#pace.turn(address ?? new URL(url).host, call.signal);
    if (expected.kind === "young") await this.#wholeSecond(expected.since, call.signal);
    const askedAt = clock.monotonic();
    const visit: Visit = "problem" in found ? found : await this.#visit(probe, address, run, call);
    const { right, seen } = judge(expected, visit, askedAt);
    const node = address ?? seen.node;
    const asked = (run.latest.get(probe)?.asked ?? 0) + 1;
    const finding = { target, url, expected, seen, right, asked, at: clock.now() };
    run.latest.set(probe, node === undefined ? finding : { ...finding, node });
  }

  async #visit(probe: Probe, address: string | undefined, run: ProbeRun, call: CallContext): Promise<Visit> {
    const { clock, visit } = this.#world;
    const { connection } = run.plan;
    const spend = (bytes: number): boolean => (run.bytes += bytes) <= limits.totalBytes;
    const request = { ...connection, address, want: wants(probe.expected), maxBytes: limits.bodyBytes, spend };
    for (let url = probe.url, hops = 0; ; hops++) {
      if (run.bytes > limits.totalBytes)
        return { problem: "not asked again: the probes have read as much as they may" };
      using limited = withDeadline(call, clock.monotonic() + limits.answerMs, clock);
      const answer = await visit({ ...request, url }, limited.signal);
      if (call.signal.aborted) throw Interrupted.by(call.signal);
      if (limited.signal.aborted) return { problem: `no answer within ${limits.answerMs / 1000} s` };
      const next = hops === mostRedirects ? undefined : leadsTo(answer, url, request);
      if (next === undefined) return answer;
      url = next;
      await this.#pace.turn(address ?? new URL(url).host, call.signal);
    }
  }

  /** Where to connect; nothing says that the URL itself does. */
  async #address(
    { url, via }: Probe,
    run: ProbeRun,
    call: CallContext,
  ): Promise<{ readonly address: string } | { readonly problem: string } | Record<never, never>> {
    if (via.kind === "url") return {};
    if (via.kind === "address") return { address: via.address };
    const { hostname } = new URL(url);
    try {
      const addresses = await run.once(`${hostname} ${via.resolver}`, () =>
        this.#world.resolve(hostname, via.resolver, call.signal),
      );
      const [address] = addresses;
      return address === undefined ? { problem: `${via.resolver} knows no address of the host` } : { address };
    } catch (error) {
      if (call.signal.aborted) throw Interrupted.by(call.signal);
      // By its code: the text names the host, which may be secret.
      const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
      return { problem: `${via.resolver} does not tell the address of the host: ${String(code ?? error)}` };
    }
  }

  /** `Age` counts whole seconds, so one asked just after a whole second tells most. */
  async #wholeSecond(since: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#world;
    const passed = clock.monotonic() - since;
    const next = Math.max(1, Math.ceil(passed / 1000)) * 1000;
    if (next > passed) await clock.sleep(next - passed, signal);
  }
}

/** Right, or too big to say so: the others then speak for it. */
function isSettled({ right, seen }: Finding): boolean {
  return right || seen.tooBig === true;
}

/** What one gate or check remembers. */
class ProbeRun {
  readonly plan: ProbePlan;
  readonly latest = new Map<Probe, Finding>();
  readonly #told = new Map<string, Promise<readonly string[]>>();
  bytes = 0;

  constructor(plan: ProbePlan) {
    this.plan = plan;
  }

  once(key: string, ask: () => Promise<readonly string[]>): Promise<readonly string[]> {
    const told = this.#told.get(key) ?? ask();
    this.#told.set(key, told);
    // A resolver that failed is asked again in the next round.
    const forget = (): boolean => this.#told.delete(key);
    told.then((found) => found.length === 0 && forget(), forget);
    return told;
  }
}
