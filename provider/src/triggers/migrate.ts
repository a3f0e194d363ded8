/**
 * State of releases up to 0.1.0 in today's form: what they called owed and
 * awaited are marks in the manifest now, and a hash says nothing of targets.
 * Reading it sends nothing that those releases would not have sent.
 */
import * as z from "zod";
import { Manifest, type OpenMark } from "./manifest/manifest.ts";
import { packManifest, unpackManifest } from "./manifest/pack.ts";
import { allTarget, type Ledger, type Owed, type TaskReceipt } from "./receipts.ts";

const legacyOwed = z.object({
  target: z.string(),
  code: z.string(),
  reason: z.string(),
  sentAt: z.string().optional(),
});
const legacyTask = z.object({
  taskId: z.string(),
  requestId: z.string(),
  type: z.string(),
  targetCount: z.number(),
  status: z.enum(["submitted", "complete", "partial", "failed", "unknown"]),
  submittedAt: z.string(),
  completedAt: z.string().optional(),
  failures: z.array(z.object({ target: z.string(), code: z.string(), reason: z.string() })),
});
const legacyState = z.object({
  tasks: z.array(legacyTask),
  owed: z.array(legacyOwed),
  ledger: z.strictObject({
    type: z.string(),
    hash: z.string().optional(),
    manifest: z.string().optional(),
    owed: z.string().optional(),
    awaiting: z.string().optional(),
  }),
});
type Legacy = z.output<typeof legacyState>;

export interface Migrated {
  readonly tasks: readonly TaskReceipt[];
  readonly owed: readonly Owed[];
  readonly ledger: Ledger;
}

/** `undefined`: the state is of this release, or none. `targets`: what the program listed then, where that is known. */
export function migrate(outputs: unknown, targets: readonly string[] | undefined): Migrated | undefined {
  const parsed = legacyState.safeParse(outputs);
  if (!parsed.success) return undefined;
  const { tasks, owed } = parsed.data;
  return { tasks: tasks.map(toTask), owed: owed.map(renamed), ledger: toLedger(parsed.data, targets) };
}

/** What stood for everything there is. */
function nameOf(target: string): string {
  return target === "*" ? allTarget : target;
}

function renamed<T extends { readonly target: string }>(each: T): T {
  return { ...each, target: nameOf(each.target) };
}

const uploadMark = "upload:";

function toTask({ taskId, status, failures, ...task }: Legacy["tasks"][number]): TaskReceipt {
  const ids = taskId.split(",");
  return {
    ...task,
    taskIds: ids.map((id) => (id.startsWith(uploadMark) ? id.slice(uploadMark.length) : id)),
    via: taskId.startsWith(uploadMark) ? "upload" : "call",
    status: status === "unknown" ? "unverified" : status,
    failures: failures.map(renamed),
  };
}

function toLedger({ owed, ledger }: Legacy, targets: readonly string[] | undefined): Ledger {
  const open = new Map<string, OpenMark>();
  for (const target of namesIn(ledger.awaiting)) open.set(target, "sent");
  for (const target of namesIn(ledger.owed)) open.set(target, "owed");
  for (const { target, sentAt } of owed) open.set(nameOf(target), sentAt === undefined ? "owed" : "lost");
  const marks = [...open.values()];
  const counts = {
    owed: marks.filter((mark) => mark !== "sent").length,
    awaiting: marks.filter((mark) => mark === "sent").length,
  };
  const { type, hash } = ledger;
  if (hash === undefined) {
    const before = ledger.manifest === undefined ? Manifest.of([]) : unpackManifest(ledger.manifest);
    const [listed, removed] = split(open, (target) => before.has(target));
    return { type, source: "contents", manifest: packManifest(before.marked(listed, removed)), ...counts };
  }
  // Which targets the hash was of stood nowhere: it meant whatever is listed.
  if (targets === undefined && open.size === 0) return { type, source: "targets", hash, manifest: "", ...counts };
  const before = Manifest.ofTargets(new Set([...(targets ?? []), ...open.keys()]), hash);
  return { type, source: "targets", hash, manifest: packManifest(before.marked(open, new Map()), hash), ...counts };
}

function namesIn(packed: string | undefined): string[] {
  return packed === undefined ? [] : Array.from(unpackManifest(packed).names(), nameOf);
}

function split<T>(
  map: ReadonlyMap<string, T>,
  first: (key: string) => boolean,
): readonly [ReadonlyMap<string, T>, ReadonlyMap<string, T>] {
  const entries = [...map];
  return [new Map(entries.filter(([key]) => first(key))), new Map(entries.filter(([key]) => !first(key)))];
}
