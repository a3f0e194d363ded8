/**
 * Finds the targets for which a cloud refuses a whole call, by sending parts of
 * it: each part that is taken is done, and each culprit costs at most log₂ n + 1
 * calls. Pure: what to send next follows from what became of the last part.
 */
import { byHost, hostOf } from "./pack.ts";

export interface Isolation {
  /** Hold at least one culprit. */
  readonly suspects: readonly string[];
  /** Not tried apart from the suspects yet. */
  readonly rest: readonly string[];
  readonly by: "host" | "target";
  /** Of which something was taken: so it is neither the host nor the call as such that is refused. */
  readonly takenHosts: ReadonlySet<string>;
  /** Host → how many single culprits it had. */
  readonly culprits: ReadonlyMap<string, number>;
  /** Culprits found in a row, and nothing taken between them. */
  readonly inVain: number;
}

export type Step =
  | { readonly do: "send"; readonly targets: readonly string[] }
  /** These are refused for themselves; `next` goes on without them. */
  | { readonly do: "blame"; readonly culprits: readonly string[]; readonly next: Isolation }
  /** The search is given up: what these are refused for is not known. */
  | { readonly do: "giveUp"; readonly targets: readonly string[] }
  | { readonly do: "end" };

/** So many culprits of one host, and nothing of it taken: it is the host that is refused. The same of a whole call. */
const enough = 6;
/** Where something was taken, more of them are looked for. */
const mostInVain = 16;

export function isolation(targets: readonly string[], by: Isolation["by"]): Isolation {
  const suspects = byHost(targets).flat();
  return { suspects, rest: [], by, takenHosts: new Set(), culprits: new Map(), inVain: 0 };
}

export function nextStep(state: Isolation): Step {
  const { suspects, rest, takenHosts, inVain } = state;
  if (suspects.length === 0) return rest.length === 0 ? { do: "end" } : { do: "send", targets: rest };
  const all = [...suspects, ...rest];
  const ofHost = all.filter((target) => isWhollyRefused(hostOf(target), state));
  if (ofHost.length > 0) return { do: "blame", culprits: ofHost, next: { ...state, ...retry(without(all, ofHost)) } };
  if (inVain >= (takenHosts.size === 0 ? enough : mostInVain)) return { do: "giveUp", targets: all };
  const part = partOf(state);
  if (part.length < suspects.length) return { do: "send", targets: part };
  return { do: "blame", culprits: suspects, next: { ...state, ...retry(turned(rest)), ...counted(state) } };
}

/**
 * After `targets`, as `nextStep` named them, were taken, or refused for what `by` says: a call may hold culprits of both
 * kinds. `again`: nothing came of it, and they go on by themselves; whether a culprit is left is not known then.
 */
export function told(
  state: Isolation,
  targets: readonly string[],
  outcome: "taken" | "again" | Isolation["by"],
): Isolation {
  const [suspects, rest] = [without(state.suspects, targets), without(state.rest, targets)];
  if (outcome === "again") return { ...state, ...retry([...suspects, ...rest]) };
  if (outcome !== "taken") return { ...state, suspects: targets, rest: [...suspects, ...rest], by: outcome };
  const takenHosts = new Set([...state.takenHosts, ...targets.map(hostOf)]);
  return { ...state, suspects, rest, takenHosts, inVain: 0 };
}

function isWhollyRefused(host: string, { culprits, takenHosts }: Isolation): boolean {
  return (culprits.get(host) ?? 0) >= enough && !takenHosts.has(host);
}

function retry(rest: readonly string[]): Pick<Isolation, "suspects" | "rest"> {
  return { suspects: [], rest };
}

function counted({ suspects, culprits, inVain }: Isolation): Pick<Isolation, "culprits" | "inVain"> {
  const host = hostOf(suspects[0] ?? "");
  return { culprits: new Map([...culprits, [host, (culprits.get(host) ?? 0) + 1]]), inVain: inVain + 1 };
}

/** Goes on elsewhere: culprits stand together, such as all pages of a folder. */
function turned(targets: readonly string[]): readonly string[] {
  const at = Math.floor(targets.length * 0.38);
  return [...targets.slice(at), ...targets.slice(0, at)];
}

/** Half of the targets; where hosts are to blame half of the hosts, and of one host all. */
function partOf({ suspects, by }: Isolation): readonly string[] {
  if (by === "target") return suspects.slice(0, Math.ceil(suspects.length / 2));
  const hosts = byHost(suspects);
  return hosts.slice(0, Math.ceil(hosts.length / 2)).flat();
}

function without(targets: readonly string[], others: readonly string[]): readonly string[] {
  const left = new Set(others);
  return targets.filter((target) => !left.has(target));
}
