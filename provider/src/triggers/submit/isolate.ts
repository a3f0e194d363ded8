/**
 * Finds the targets for which a cloud refuses a whole call, by sending parts of
 * it: each part that is taken is done, and each culprit costs at most log₂ n + 1
 * calls. Pure: what to send next follows from what became of the last part.
 */
import { hostOf } from "./pack.ts";

export interface Isolation {
  /** Hold at least one culprit. */
  readonly suspects: readonly string[];
  /** Not tried apart from the suspects yet. */
  readonly rest: readonly string[];
  readonly by: "host" | "target";
  /** Single culprits found in a row while nothing was taken. */
  readonly inVain: number;
}

export type Step =
  | { readonly do: "send"; readonly targets: readonly string[] }
  /** These are refused for good; `next` goes on without them. */
  | { readonly do: "blame"; readonly culprits: readonly string[]; readonly next: Isolation }
  | { readonly do: "end" };

/** So many culprits one after the other, and nothing taken: it is the call that is refused, not its targets. */
const mostInVain = 4;

export function isolation(targets: readonly string[], by: Isolation["by"]): Isolation {
  return { suspects: targets, rest: [], by, inVain: 0 };
}

export function nextStep(state: Isolation): Step {
  const { suspects, rest, by, inVain } = state;
  if (suspects.length === 0) return rest.length === 0 ? { do: "end" } : { do: "send", targets: rest };
  const part = partOf(state);
  if (part.length < suspects.length && inVain < mostInVain) return { do: "send", targets: part };
  const all = inVain >= mostInVain;
  return {
    do: "blame",
    culprits: all ? [...suspects, ...rest] : suspects,
    next: { suspects: [], rest: all ? [] : turned(rest), by, inVain: inVain + 1 },
  };
}

/** After `targets`, as `nextStep` named them, were taken or refused. */
export function told(state: Isolation, targets: readonly string[], taken: boolean): Isolation {
  const sent = new Set(targets);
  const without = (list: readonly string[]): string[] => list.filter((target) => !sent.has(target));
  if (taken) return { ...state, suspects: without(state.suspects), rest: without(state.rest), inVain: 0 };
  return { ...state, suspects: targets, rest: [...without(state.suspects), ...without(state.rest)] };
}

/** Goes on elsewhere: culprits stand together, such as all pages of a folder. */
function turned(targets: readonly string[]): readonly string[] {
  const at = Math.floor(targets.length * 0.38);
  return [...targets.slice(at), ...targets.slice(0, at)];
}

/** Half of the hosts; of one host half of its targets, unless the host itself is to blame. */
function partOf({ suspects, by }: Isolation): readonly string[] {
  const hosts = new Map<string, string[]>();
  for (const target of suspects) {
    const host = hostOf(target);
    const own = hosts.get(host);
    if (own === undefined) hosts.set(host, [target]);
    else own.push(target);
  }
  if (hosts.size > 1) return [...hosts.values()].slice(0, Math.ceil(hosts.size / 2)).flat();
  return by === "host" ? suspects : suspects.slice(0, Math.ceil(suspects.length / 2));
}
