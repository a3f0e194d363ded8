/**
 * `edgecache:esa:CacheTagConfig`: which response header names an object's
 * cache tags, per site and version. ESA has one such setting, always there:
 * creating adopts it, deleting puts back what the user chose.
 */
import * as z from "zod";
import type { CallContext } from "../../../core/call.ts";
import { Slot } from "../../../core/context.ts";
import { Fault, Interrupted, type FaultKind } from "../../../core/errors.ts";
import { headerName } from "../../../core/headers.ts";
import { KeyedMutex } from "../../../core/mutex.ts";
import { optional } from "../../../core/optional.ts";
import { defineResource, type Operation } from "../../../engine/define/index.ts";
import type { AlibabaContext } from "../client.ts";
import { holdsUnknown } from "../../../trigger-kit/unknowns.ts";
import { esaClient, getCacheTag, updateCacheTag } from "./client.ts";
import { siteId, siteVersion } from "./site.ts";
import { announceTagChange } from "./tag-changes.ts";
import description from "./cache-tag-config.doc.ts";

/** What ESA reads when nothing was ever set. */
const defaults = { tagName: "Cache-Tag", caseInsensitive: "off" } as const;

const longestName = 16 * 1024;

const settings = {
  tagName: z
    .string()
    .optional()
    .transform((name) => spelled(name))
    .refine(
      (name) => headerName.test(name),
      "must be the name of a response header: letters, digits and - _ . ! # $ % & ' * + ^ ` | ~",
    )
    .refine((name) => name.length <= longestName, "must not be longer than 16 KB")
    .meta({
      description:
        "Response header of the origin that carries an object's tags, separated by commas. Default `Cache-Tag`. With another name, `Cache-Tag` itself is no longer read.",
      pulumi: { type: "string" },
    }),
  caseInsensitive: z
    .union([z.boolean(), z.enum(["on", "off"], "must be on or off (or a boolean)")])
    .default("off")
    .transform((value) => (typeof value === "boolean" ? (value ? "on" : "off") : value))
    .meta({
      description:
        "`on`: tags are stored and matched in lower case. `off` (default): as sent. YAML may leave out the quotes: its `on` and `off` are taken too.",
      pulumi: { type: "string" },
    }),
};
type Settings = z.output<z.ZodObject<typeof settings>>;

const inputs = {
  siteId,
  siteVersion,
  ...settings,
  onDelete: z
    .enum(["reset", "restore", "retain"])
    .default("reset")
    .meta({
      description: "What deleting the resource does, since ESA has no delete operation.",
      type: "esa:OnDelete",
      values: {
        reset: "Writes the default: header Cache-Tag, case sensitive.",
        restore: "Writes what was there before this resource was created.",
        retain: "Leaves everything as it is.",
      },
    }),
};
type Inputs = z.output<z.ZodObject<typeof inputs>>;

const outputs = {
  former: z
    .object({
      tagName: z.string().meta({ description: "Name of the header." }),
      caseInsensitive: z.string().meta({ description: "`on` or `off`." }),
    })
    .meta({ type: "esa:FormerCacheTagConfig", description: "A cache-tag setting." })
    .optional()
    .meta({
      description: 'What was set before this resource was created; for `onDelete: "restore"`. Absent after an import.',
    }),
  requestId: z.string().optional().meta({
    description:
      "The vendor's id of the last write; name it in support tickets. Absent while nothing had to be written.",
  }),
};

export const cacheTagConfig = defineResource<AlibabaContext, typeof inputs, typeof outputs>({
  token: "edgecache:esa:CacheTagConfig",
  description,
  inputs,
  outputs,
  replaceOn: ["siteId", "siteVersion"],
  singleton: true,
  placeOf: (inputs) => idOf(inputs),
  keepsOnly: ({ inputs: { onDelete, ...last }, outputs: { former } }) =>
    onDelete === "restore" && former !== undefined && !same(normal(former), last)
      ? `the values that onDelete: "restore" puts back (tagName ${former.tagName}, caseInsensitive ${former.caseInsensitive})`
      : undefined,
  timeout: 300,
  async apply({ desired, previous, operation, context }) {
    const found = previous === undefined ? await adopt(desired, operation, context) : undefined;
    if (previous !== undefined) announce(previous.inputs, desired, operation, context);
    // Both fields always: whether ESA keeps omitted ones is documented nowhere.
    const write = found === undefined || !same(found, desired);
    const [id, former] = [idOf(desired), found ?? previous?.outputs.former];
    try {
      const requestId = write ? await update(desired, desired, operation, context) : undefined;
      return { id, outputs: { former, requestId } };
    } catch (error) {
      // What was there before is known only now: it may have been written all the same.
      if (found === undefined || desired.onDelete !== "restore" || !mayHaveWritten(error)) throw error;
      return { id, outputs: { former }, problems: [error.message] };
    }
  },
  async preview({ desired, previous, operation, context }) {
    if (holdsUnknown(desired)) return {};
    const known = knownInputs.parse(desired);
    if (previous === undefined) {
      const read = await optional(operation, context.clock, (call) =>
        adopt(known, { ...operation, ...call, log: operation.log }, context),
      );
      if ("missing" in read) tellMissing(read.missing, operation);
    } else announce(previous.inputs, known, operation, context);
    return {};
  },
  async read({ id, previous, operation, context }) {
    const place = parseId(id);
    const found = await readSettings(place, operation, context);
    if (found === undefined) return undefined;
    const kept = previous === undefined ? { onDelete: "reset" as const } : { onDelete: previous.inputs.onDelete };
    return { id: idOf(place), inputs: { ...place, ...found, ...kept }, outputs: previous?.outputs ?? {} };
  },
  async delete({ id, inputs: last, outputs: state, operation, context }) {
    if (last.onDelete === "retain") return;
    if (last.onDelete === "restore" && state.former === undefined) {
      operation.log.warn(
        `what was set before is not known (the resource was imported); the default is written instead`,
      );
    }
    // It has changed nothing, so there is nothing to put back: what is set now is somebody else's, or what was there.
    if (last.onDelete === "restore" && state.former !== undefined && same(normal(state.former), last)) return;
    const back = last.onDelete === "restore" && state.former !== undefined ? normal(state.former) : defaults;
    try {
      await update(parseId(id), back, operation, context);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (isGone(error)) return;
      if (error.code !== "SpecifiedVersionReadOnly") throw error;
      operation.log.warn(
        `version ${last.siteVersion} of site ${last.siteId} has become read-only; its cache-tag setting is left as it is`,
      );
    }
  },
});

/** The last try says nothing of those before it. */
function mayHaveWritten(error: unknown): error is Fault | Interrupted {
  return error instanceof Interrupted || (error instanceof Fault && mayPass.has(error.kind) && error.kind !== "auth");
}

interface Place {
  readonly siteId: string;
  readonly siteVersion: number;
}

const knownInputs = z.object(inputs);

/** A preview that cannot ask says so instead of failing. */
function tellMissing(missing: Fault | Interrupted, { log }: CallContext): void {
  if (!(missing instanceof Fault)) return log.info("what is set now could not be read in time");
  if (!mayPass.has(missing.kind)) throw missing;
  // A user without credentials knows it; wrong ones are worth a warning.
  if (missing.kind === "auth" && missing.code !== "NoCredentials") log.warn(missing.message);
  else log.info(`what is set now could not be read (${missing.code})`);
}

const mayPass: ReadonlySet<FaultKind> = new Set(["auth", "throttled", "transient", "ambiguous", "unsent"]);

/** Equal spellings become one: absent, empty and `cache-tag` all name the default header. */
function spelled(name: string | null | undefined): string {
  return name === undefined || name === null || name === "" || name.toLowerCase() === defaults.tagName.toLowerCase()
    ? defaults.tagName
    : name;
}

function normal(found: { readonly tagName: string; readonly caseInsensitive: string }): Settings {
  return {
    tagName: spelled(found.tagName),
    caseInsensitive: found.caseInsensitive.toLowerCase() === "on" ? "on" : "off",
  };
}

function same(a: Settings, b: Settings): boolean {
  return a.tagName === b.tagName && a.caseInsensitive === b.caseInsensitive;
}

/** Reads what is there before it is taken over, and says so if somebody had set it. */
async function adopt(desired: Inputs, operation: Operation, context: AlibabaContext): Promise<Settings> {
  const found = normal(await getCacheTag(esaClient(context), desired, operation));
  if (!same(found, desired) && !same(found, defaults)) {
    operation.log.warn(
      `site ${desired.siteId} version ${desired.siteVersion} already has a cache-tag setting (tagName ${found.tagName}, caseInsensitive ${found.caseInsensitive}), ` +
        `which is overwritten; onDelete: "restore" puts it back later`,
    );
  }
  announce(found, desired, operation, context);
  return found;
}

function announce(before: Settings, desired: Inputs, operation: Operation, context: AlibabaContext): void {
  const { siteId: site, siteVersion, tagName: to } = desired;
  if (before.tagName !== to) {
    announceTagChange({ siteId: site, siteVersion, from: before.tagName, to }, operation, context);
  }
}

async function readSettings(
  place: Place,
  operation: CallContext,
  context: AlibabaContext,
): Promise<Settings | undefined> {
  try {
    return normal(await getCacheTag(esaClient(context), place, operation));
  } catch (error) {
    if (error instanceof Fault && isGone(error)) return undefined;
    throw error;
  }
}

/** Without its site, or without its version, the setting is no more. */
function isGone(fault: Fault): boolean {
  return fault.kind === "notFound" || fault.code === "VersionNotValid";
}

const locksSlot = new Slot<KeyedMutex>("ESA site writes");

/** ESA takes one change of a site at a time and answers LockFailed to others. */
function update(place: Place, value: Settings, operation: CallContext, context: AlibabaContext): Promise<string> {
  const locks = context.share(locksSlot, () => new KeyedMutex());
  return locks.run(place.siteId, operation.signal, () =>
    updateCacheTag(esaClient(context), { ...value, siteId: place.siteId, siteVersion: place.siteVersion }, operation),
  );
}

function idOf({ siteId: site, siteVersion }: Place): string {
  return `${site}/${siteVersion}`;
}

function parseId(id: string): Place {
  const match = /^(\d{1,19})(?:\/(\d{1,10}))?$/.exec(id);
  if (match?.[1] === undefined) {
    throw new Fault({
      kind: "invalid",
      cloud: "ESA",
      action: "GetCacheTag",
      code: "InvalidId",
      text: `${id} is no id of a CacheTagConfig`,
      hint: "Use siteId or siteId/siteVersion, such as 5407498413000/0.",
    });
  }
  return { siteId: match[1], siteVersion: Number(match[2] ?? 0) };
}
