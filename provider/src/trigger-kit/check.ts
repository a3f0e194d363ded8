/** What Check says of every trigger's inputs: which go together, and whether each target has its type's format. */
import { Asset, type Failure, type Problem } from "../engine/define/index.ts";

export interface Rules {
  readonly verb: string;
  /** The property that lists the targets; `undefined`: the type takes none. */
  readonly targets: string | undefined;
  /** The type covers everything there is. */
  readonly everything: boolean;
  /** Properties that stand for a hash. */
  readonly hashIn: readonly string[];
  readonly problem: (target: string) => Problem | undefined;
  /** The one spelling of targets that mean the same. */
  readonly spell: (target: string) => string;
}

/** `given` holds what is known; `names` also names what is not known yet. */
export function checkShared(given: object, names: ReadonlySet<string>, rules: Rules): Failure[] {
  return [...checkTogether(given, rules), ...checkGiven(names, rules), ...checkTargets(given, rules)];
}

function checkTogether(given: object, { everything }: Rules): Failure[] {
  const failures: Failure[] = [];
  const has = (key: string): boolean => Reflect.get(given, key) !== undefined;
  const hashes = ["contentHash", "content", "contents"].filter(has);
  if (hashes.length > 1) {
    failures.push({
      path: [hashes[1] ?? ""],
      reason: `cannot be used together with ${hashes[0]}: give one of contentHash, content and contents`,
    });
  }
  if (everything && has("contents")) {
    failures.push({
      path: ["contents"],
      reason: "does not fit a type that purges everything; use contentHash or content",
    });
  }
  if (everything && listOf(given).length > 0) {
    failures.push({ path: ["targets"], reason: "must be left out: this type purges everything" });
  }
  if (has("contents") && has("targets")) {
    failures.push({ path: ["targets"], reason: "cannot be used together with contents, which names its own targets" });
  }
  return failures;
}

/** What a trigger cannot do without. */
function checkGiven(given: ReadonlySet<string>, { verb, targets, hashIn }: Rules): Failure[] {
  const failures: Failure[] = [];
  if (hashIn.some((key) => given.has(key))) return failures;
  if (!["contentHash", "content", "contents"].some((key) => given.has(key))) {
    failures.push({
      path: ["contentHash"],
      reason:
        `is required, or content, or contents: its change is what fires. ` +
        `To ${verb} once and never again, any fixed text will do`,
    });
  }
  if (targets !== undefined && !given.has(targets) && !given.has("contents")) {
    const instead = targets === "targets" ? ", or contents" : "";
    failures.push({ path: [targets], reason: `is required${instead}: it says what to ${verb}` });
  }
  return failures;
}

/** More refusals than these would bury what they say. */
const mostShown = 20;

/** Refuses each target that the type's format does not allow, and each that is there twice. */
function checkTargets(given: object, { problem, spell }: Rules): Failure[] {
  const failures: Failure[] = [];
  const seen = new Map<string, number>();
  listOf(given).forEach((target, index) => {
    const first = seen.get(spell(target));
    const found = problem(target) ?? (first === undefined ? undefined : { reason: `is the same as targets[${first}]` });
    if (found !== undefined) failures.push({ path: ["targets", index], ...found });
    else seen.set(spell(target), index);
  });
  const contents: unknown = Reflect.get(given, "contents");
  if (typeof contents === "object" && contents !== null && !(contents instanceof Asset)) {
    const others = new Map<string, string>();
    for (const target of Object.keys(contents)) {
      const other = others.get(spell(target));
      const found = problem(target) ?? (other === undefined ? undefined : { reason: `is the same as ${other}` });
      if (found !== undefined) failures.push({ path: ["contents", target], ...found });
      else others.set(spell(target), target);
    }
  }
  const more = failures.length - mostShown;
  if (more <= 0) return failures;
  const property = contents === undefined ? "targets" : "contents";
  return [...failures.slice(0, mostShown), { path: [property], reason: `has ${more} more entries that are refused` }];
}

function listOf(given: object): readonly string[] {
  const targets: unknown = Reflect.get(given, "targets");
  return Array.isArray(targets) ? targets.filter((target): target is string => typeof target === "string") : [];
}
