/** What became of coarser targets, said of those that they stand for. Pure. */
import { answerLost, type FallbackWord } from "../receipts.ts";
import type { SendResult, SendResults } from "../submit/result.ts";
import type { RowFailure } from "../watch/view.ts";
import type { WatchResult } from "../watch/watch.ts";
import type { Coarser } from "../job.ts";
import type { Cover } from "./cover.ts";

/** The coarser targets that stand for any of these. */
export function standingFor(targets: readonly string[], cover: Cover): readonly string[] {
  const wanted = new Set(targets);
  return [...cover].flatMap(([coarser, covered]) => (covered.some((target) => wanted.has(target)) ? [coarser] : []));
}

type Covering = Pick<Coarser<object>, "word" | "cover">;

export function resultsFor({ word, cover }: Covering, results: SendResults): SendResults {
  const found = new Map<string, SendResult>();
  for (const [coarser, result] of results) {
    const own = resultFor(coarser, word, result);
    for (const target of cover.get(coarser) ?? []) found.set(target, own);
  }
  return found;
}

function resultFor(coarser: string, word: FallbackWord, result: SendResult): SendResult {
  switch (result.state) {
    case "accepted":
    case "unsent":
      return result;
    case "refused": {
      // A place that the cloud does not take has none of its files; else it is only the coarser one that it does not take.
      const lasting = result.lasting === true && (word === "directory" || word === "hostname");
      return { ...result, reason: `${coarser}: ${result.reason}`, lasting };
    }
    case "lost":
      // A later run may send it in another form, which no look-up by its targets would find.
      return { state: "refused", code: answerLost, reason: `${coarser}: ${result.reason}` };
  }
}

export function watchedFor(cover: Cover, result: WatchResult): WatchResult {
  const all = (coarser: Iterable<string>): Set<string> =>
    new Set([...coarser].flatMap((each) => cover.get(each) ?? []));
  const failures = new Map<string, RowFailure>();
  for (const [coarser, { reason, ...rest }] of result.failures) {
    for (const target of cover.get(coarser) ?? []) {
      failures.set(target, { ...rest, target, reason: `${coarser}: ${reason}`, lasting: false });
    }
  }
  return { ...result, failures, pending: all(result.pending), unverified: all(result.unverified) };
}
