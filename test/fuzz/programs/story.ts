/**
 * Random programs of several triggers on two stacks of one account, in the
 * stand-in cloud's manners. No model says what must be sent: whatever else
 * happened, a trigger that ended green has left no stale copy of what it lists.
 */
import { Fault, Refusal } from "../../../provider/src/core/errors.ts";
import type { Account } from "../../stand-in/account.ts";
import type { Manners, Trouble } from "../../stand-in/manners.ts";
import type { StandIn } from "../../stand-in/server.ts";
import type { JumpingGround } from "../../triggers/jumping.ts";
import { subjectOf } from "../../triggers/subjects.ts";
import type { Ran } from "../../triggers/world.ts";
import {
  inputsOf,
  listedOf,
  pageCount,
  pageOf,
  pagesUnder,
  type Cloud,
  type Declared,
  type Digest,
} from "./program.ts";
import { nextExempt, sameKind, type Kept } from "./exempt.ts";
import { endpointsIn, isSilent, spellings } from "./secrets-and-spellings.ts";

export type Slot = 0 | 1 | 2;

export interface Ending {
  readonly by: "cancel" | "kill";
  readonly afterMs: number;
}

export type Step =
  | { readonly do: "publish"; readonly pages: readonly number[] }
  | { readonly do: "edit"; readonly stack: 0 | 1; readonly slot: Slot; readonly change: Partial<Declared> }
  | {
      readonly do: "up";
      readonly stacks: readonly (0 | 1)[];
      readonly troubles: readonly Trouble[];
      readonly fresh: boolean;
      readonly late: boolean;
      readonly end: Ending | undefined;
    }
  | { readonly do: "preview" | "refresh" | "destroy"; readonly stack: 0 | 1; readonly slot: Slot }
  | { readonly do: "wait"; readonly ms: number };

export interface Life {
  readonly cloud: Cloud;
  readonly manners: Partial<Manners>;
  readonly programs: readonly (readonly Declared[])[];
  readonly steps: readonly Step[];
}

export interface Tally {
  ups: number;
  green: number;
  checked: number;
}

/** Plays a life; throws when something is not as it must be. */
export async function play(life: Life, ground: JumpingGround, cloud: StandIn, tally: Tally): Promise<void> {
  const account = cloud.open(life.manners);
  const stacks = life.programs.map((program) => new Program(program, ground, account, cloud.configOf(account), tally));
  const at = (stack: 0 | 1): Program => stacks[stack] ?? stacks[0] ?? new Program([], ground, account, {}, tally);
  const world = { versions: Array.from({ length: pageCount }, () => 1), newest: 1 };
  const publish = (pages: readonly number[]): void => {
    for (const page of pages) {
      world.versions[page] = world.newest += 1;
      const all = life.programs.flat().map(({ kind }) => pageOf(kind, page));
      for (const each of all) account.publish(each.url, each.tags);
    }
    // A second apart, as the vendors' times tell them.
    ground.clock.advance(2000);
  };
  publish(world.versions.map((_, page) => page));
  for (const step of life.steps) {
    switch (step.do) {
      case "publish":
        publish(step.pages);
        break;
      case "edit":
        at(step.stack).edit(step.slot, step.change);
        break;
      case "wait":
        ground.clock.advance(step.ms);
        break;
      case "up": {
        ground.clock.advance(1100);
        account.troubles.push(...step.troubles);
        const chosen = [...new Set(step.stacks.map(at))];
        if (step.fresh) for (const program of chosen) program.restart();
        await Promise.all(chosen.map((program) => program.up(world.versions, step)));
        account.troubles.length = 0;
        break;
      }
      default:
        await at(step.stack).ask(step.do, step.slot, world.versions);
    }
  }
  // Calm: whatever is owed is done, and then there is nothing to do.
  account.manners = { ...account.manners, mayList: true };
  ground.clock.advance(700_000);
  for (const program of stacks) await program.rest(world.versions);
}

/** One stack. */
class Program {
  readonly #ground: JumpingGround;
  readonly #account: Account;
  readonly #config: object;
  readonly #tally: Tally;
  readonly #slots: Kept[];
  #restarts = 0;

  constructor(program: readonly Declared[], ground: JumpingGround, account: Account, config: object, tally: Tally) {
    this.#ground = ground;
    this.#account = account;
    this.#config = config;
    this.#tally = tally;
    const context = ground.context(config);
    this.#slots = program.map((declared) => ({
      declared,
      stack: ground.stack(subjectOf(declared.kind.token).resource, context),
      saved: undefined,
      exempt: new Set(),
    }));
  }

  /** A change of kind stays with the trigger: another resource would be another trigger. */
  edit(slot: Slot, change: Partial<Declared>): void {
    const kept = this.#slots[slot % this.#slots.length];
    if (kept === undefined) return;
    const { kind = kept.declared.kind, ...rest } = change;
    const same = kind.token === kept.declared.kind.token;
    kept.declared = { ...kept.declared, ...rest, ...(same ? { kind } : {}) };
  }

  /** A new process of the plugin, by another provider that leads to the same account. */
  restart(): void {
    const spelled = spellings[(this.#restarts += 1) % spellings.length];
    const context = this.#ground.context(spelled === undefined ? this.#config : endpointsIn(this.#config, spelled));
    for (const [index, kept] of this.#slots.entries()) {
      const { state, pending } = kept.stack;
      const stack = this.#ground.stack(subjectOf(kept.declared.kind.token).resource, context);
      Object.assign(stack, { state, pending });
      this.#slots[index] = { ...kept, stack };
    }
  }

  async up(versions: readonly number[], { late, end }: { late?: boolean; end?: Ending | undefined }): Promise<boolean> {
    const stop = new AbortController();
    const over = new AbortController();
    if (end !== undefined) {
      const { afterMs } = end;
      void this.#ground.clock
        .of(this)
        .sleep(afterMs, over.signal)
        .then(
          () => stop.abort(),
          () => undefined,
        );
    }
    const options = { timeoutMs: late === true ? 4000 : 400_000, signal: stop.signal };
    const ends = await Promise.all(
      this.#slots.map((kept) => this.#upOne(kept, versions, options, end?.by === "kill" && stop)),
    );
    over.abort();
    return ends.every(Boolean);
  }

  async #upOne(
    kept: Kept,
    versions: readonly number[],
    options: { timeoutMs: number; signal: AbortSignal },
    kill: AbortController | false,
  ): Promise<boolean> {
    const { stack, declared, saved } = kept;
    const [digest, hash] = [digestBy(versions), versions.join("-")];
    const before = stack.state;
    const exempt = nextExempt(kept, digest, hash);
    const removed =
      saved !== undefined &&
      declared.by === "contents" &&
      saved.declared.by === "contents" &&
      sameKind(saved.declared, declared)
        ? [...saved.digests.keys()].filter((target) => !listedOf(declared).includes(target))
        : [];
    let ran: Ran | undefined;
    try {
      const secret = declared.secret ? ["targets", "contents"] : [];
      ran = await stack.up(inputsOf(declared, digest, hash), { ...options, secret });
      if (declared.secret) isSilent(ran, listedOf(declared), [...(saved?.digests.keys() ?? [])]);
    } catch (error) {
      // Nothing reached the cloud: there is no state, or the one before.
      if (!(error instanceof Refusal || error instanceof Fault)) throw error;
      kept.refusal = String(error);
    }
    this.#tally.ups += 1;
    // Killed: nobody has written down what happened.
    if (kill !== false && kill.signal.aborted) ran = undefined;
    if (ran === undefined) {
      stack.state = before;
      return false;
    }
    kept.saved = {
      declared,
      hash,
      digests: new Map(listedOf(declared).map((target) => [target, digest(declared.kind, target)])),
    };
    kept.exempt.clear();
    for (const target of exempt) kept.exempt.add(target);
    const status = ran.outputs["status"];
    const green = ran.problems.length === 0 && (status === "complete" || status === "skipped");
    if (!green) return false;
    this.#tally.green += 1;
    this.#isFresh(kept, removed);
    return true;
  }

  #isFresh({ declared, exempt, stack }: Kept, removed: readonly string[]): void {
    const { cache, verb } = subjectOf(declared.kind.token);
    const promised = listedOf(declared).filter((target) => !exempt.has(target));
    const targets = verb === "purge" ? [...promised, ...removed] : promised;
    const pages = new Set(
      targets.filter((target) => !target.includes("retired")).flatMap((target) => pagesUnder(declared.kind, target)),
    );
    const stale = this.#account.behind(cache, verb).filter((url) => pages.has(url));
    this.#tally.checked += pages.size;
    if (stale.length > 0) {
      const sent = this.#account.requests
        .filter(({ action }) => action === subjectOf(declared.kind.token).submit)
        .slice(-4);
      throw new Error(
        `green with a stale edge: ${stale.join()}; state ${JSON.stringify(stack.state?.outputs)}; sent ${JSON.stringify(sent)}`,
      );
    }
  }

  async ask(what: "preview" | "refresh" | "destroy", slot: Slot, versions: readonly number[]): Promise<void> {
    const kept = this.#slots[slot % this.#slots.length];
    if (kept === undefined) return;
    const { stack, declared } = kept;
    const before = this.#account.requests.length;
    if (what === "preview") await stack.preview(inputsOf(declared, digestBy(versions), versions.join("-")));
    else if (what === "destroy") {
      await stack.destroy();
      kept.saved = undefined;
    } else if (stack.state !== undefined) await stack.refresh();
    const asked = this.#account.requests.slice(before).map(({ action }) => action);
    const writes = asked.filter((action) => what !== "preview" || !/^(Get|Describe|List)/.test(action));
    if (writes.length > 0) throw new Error(`${what} asked for ${writes.join()}`);
  }

  /** With nothing wrong all ends green within three runs, and the next one sends nothing. */
  async rest(versions: readonly number[]): Promise<void> {
    for (const kept of this.#slots)
      kept.declared = { ...kept.declared, retired: false, wait: true, failurePolicy: "fail" };
    let green = false;
    for (let run = 0; run < 3 && !green; run++) {
      this.restart();
      this.#ground.clock.advance(5000);
      green = await this.up(versions, {});
    }
    if (!green)
      throw new Error(
        `calm runs do not end green: ${JSON.stringify(this.#slots.map(({ stack, refusal }) => stack.state?.outputs ?? refusal))}`,
      );
    const before = this.#account.requests.length;
    await this.up(versions, {});
    const asked = this.#account.requests.slice(before).map(({ action }) => action);
    const writes = asked.filter((action) => !/^(Get|Describe|List)/.test(action));
    if (writes.length > 0) throw new Error(`not at rest: ${writes.join()}`);
  }
}

function digestBy(versions: readonly number[]): Digest {
  return (kind, target) => {
    const urls = pagesUnder(kind, target);
    return versions.filter((_, page) => urls.includes(pageOf(kind, page).url)).join("-") || "0";
  };
}
