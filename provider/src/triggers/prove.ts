/**
 * A task that is done is the cloud's word; a visit at the edge is proof. What
 * the edge still serves stale is sent again, a few times at most, and then owed.
 */
import type { CallContext } from "../core/call.ts";
import { Interrupted } from "../core/errors.ts";
import type { Checked, Job, Round } from "./job.ts";
import type { Proof } from "./receipts.ts";

export interface Proven extends Checked {
  /** Done, and the visits were cut short: the next run goes on with them. */
  readonly unproven: ReadonlySet<string>;
}

export interface Rounds<O extends object> extends Round<O> {
  readonly proof: Proven;
}

/** `sendAgain`: another round for these targets. */
export async function proveFresh<O extends object>(
  { proving, plan, wait }: Job<O>,
  first: Round<O>,
  sendAgain: (targets: readonly string[], round: Round<O>) => Promise<Round<O>>,
  call: CallContext,
): Promise<Rounds<O>> {
  let round = first;
  let proven: readonly Proof[] = [];
  let asked: ReadonlySet<string> = new Set([...plan.send.keys(), ...plan.watch.targets]);
  for (let left = proving?.attempts ?? 0; ; left--) {
    const done = doneOf(asked, round);
    if (proving === undefined || !wait || done.size === 0) return { ...round, proof: { ...nothing, proven } };
    let checked: Checked;
    try {
      checked = await proving.check(done, call);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      return { ...round, proof: { ...nothing, proven, unproven: done } };
    }
    proven = [...proven, ...checked.proven];
    const stale = [...checked.stale.keys()];
    if (stale.length === 0 || left <= 0) return { ...round, proof: { ...checked, proven, unproven: new Set() } };
    call.log.info(`${stale.length} still stale at the edge, sent again: ${[...checked.stale.values()].join("; ")}`);
    round = merged(round, await sendAgain(stale, round));
    asked = new Set(stale);
  }
}

const nothing: Proven = { stale: new Map(), proven: [], unproven: new Set() };

/** A run with nothing to send and nothing to watch. */
export const nothingDone: Rounds<never> = { results: new Map(), groups: [], watched: [], proof: nothing };

/** What the cloud took and says is done. */
function doneOf<O extends object>(asked: ReadonlySet<string>, { results, watched }: Round<O>): ReadonlySet<string> {
  const open = watched.flatMap(({ pending, failures }) => [...pending, ...failures.keys()]);
  const done = new Set(asked);
  for (const target of open) done.delete(target);
  for (const [target, { state }] of results) if (state !== "accepted") done.delete(target);
  return done;
}

function merged<O extends object>(before: Round<O>, { results, groups, watched }: Round<O>): Round<O> {
  return {
    results: new Map([...before.results, ...results]),
    groups: [...before.groups, ...groups],
    watched: [...before.watched, ...watched],
  };
}
