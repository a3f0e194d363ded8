/** What an operation is: parameters as its page lists them, no others, and what it answers. */
import * as z from "zod";
import { hostOf, type Account, type Row } from "./account.ts";
import type { Order, Task } from "./edge.ts";

export interface Operation {
  readonly method: "GET" | "POST";
  run(params: Readonly<Record<string, unknown>>, account: Account): object;
}

/** HTTP status (on EdgeOne always 200), code, text. */
export type Refusal = readonly [number, string, string];

export class Refused extends Error {
  readonly status: number;
  readonly code: string;

  constructor([status, code, text]: Refusal) {
    super(text);
    this.status = status;
    this.code = code;
  }
}

export function assert(holds: boolean, ...refusal: Refusal): asserts holds {
  if (!holds) throw new Refused(refusal);
}

export function operation<Shape extends z.ZodRawShape>(
  shape: Shape,
  run: (params: z.output<z.ZodObject<Shape>>, account: Account) => object,
  method: Operation["method"] = "POST",
): Operation {
  const page = z.strictObject(shape);
  return {
    method,
    run(params, account) {
      const parsed = page.safeParse(params);
      if (parsed.success) return run(parsed.data, account);
      const [issue] = parsed.error.issues;
      const unknown = issue?.code === "unrecognized_keys";
      const name = unknown ? issue.keys.join() : issue?.path.join(".");
      throw new Refused([400, unknown ? "UnknownParameter" : "InvalidParameters", `${name}: ${issue?.message}`]);
    },
  };
}

/** What a service takes in one call, and its words for what it does not take. */
export interface Rules {
  readonly most: number;
  /** Absent: targets have no hosts. */
  readonly hosts?: { readonly most: number; readonly ours: RegExp; readonly of?: (target: string) => string };
  readonly tooMany: Refusal;
  readonly notOurs: Refusal;
  readonly malformed: Refusal;
  readonly usedUp: Refusal;
}

/** All or nothing: one task for each of `groups`. */
export function take(account: Account, order: Order, rules: Rules, groups?: readonly (readonly string[])[]): Task[] {
  const { targets, cache, kind } = order;
  const { most, hosts, tooMany, notOurs, malformed, usedUp } = rules;
  const names = new Set(hosts === undefined ? [] : targets.map(hosts.of ?? hostOf));
  assert(targets.length > 0 && targets.length <= most && names.size <= (hosts?.most ?? 0), ...tooMany);
  for (const name of names) assert(hosts?.ours.test(name) === true, notOurs[0], notOurs[1], `${notOurs[2]} ${name}`);
  const { culprit } = account.manners;
  const [status, code, text] = culprit?.is.includes("/") === true ? malformed : notOurs;
  const told = culprit?.named === true ? `${text} ${culprit.is}` : text;
  assert(!targets.some((target) => isAbout(target, culprit?.is)), status, code, told);
  assert(account.used(cache, kind) + targets.length <= account.daily, ...usedUp);
  return account.take(order, groups);
}

export function isAbout(target: string, what: string | undefined): boolean {
  return what !== undefined && (target === what || hostOf(target) === what);
}

type Listed<T> = readonly T[] | null | undefined;

/** A list, or whatever stands for one that is empty. */
export function listed<T>(account: Account, rows: readonly T[]): Listed<T> {
  const { empty } = account.manners;
  return rows.length > 0 || empty === "list" ? rows : empty === "null" ? null : undefined;
}

/** In UTC, in whole seconds. */
export function stamp(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
}

/** As rows of this account write it. */
export function timeOf({ manners: { times } }: Account, at: number): string {
  return times === "zoned" ? stamp(at) : stamp(at + 8 * 3_600_000).replace(/T(.*)Z/, " $1");
}

/** Id of a task in JSON: the front writes bigints as numbers. */
export function idOf(account: Account, { task }: Pick<Row, "task">): bigint | string {
  return account.manners.ids === "number" ? task.id : String(task.id);
}

export function counter(account: Account, value: number): number | string {
  return account.manners.counters === "text" ? String(value) : value;
}
