/**
 * A changed tag header concerns every trigger that purges by tag, and nothing
 * in a program says so. Resources of one run are noted here: whichever comes
 * second, the setting or the trigger, can name the other.
 */
import { Slot } from "../../../core/context.ts";
import { nameInUrn, type Log } from "../../../engine/define/index.ts";
import type { AlibabaContext } from "../client.ts";

interface Declared {
  readonly urn: string;
  readonly preview: boolean;
  readonly log: Log;
}

export interface TagChange {
  readonly siteId: string;
  readonly siteVersion: number;
  readonly from: string;
  readonly to: string;
}

interface Shared {
  /** Site → the change, and the name of the CacheTagConfig that makes it. */
  readonly changes: Map<string, TagChange & { readonly by: string }>;
  /** Site → names of triggers by tag. */
  readonly triggers: Map<string, Set<string>>;
}

const slot = new Slot<Shared>("ESA tag changes");

function shared(context: AlibabaContext): Shared {
  return context.share(slot, () => ({ changes: new Map(), triggers: new Map() }));
}

/** Says what the change means, and which triggers seen so far it concerns. A warning in previews, where it is of use. */
export function announceTagChange(change: TagChange, run: Declared, context: AlibabaContext): void {
  const { changes, triggers } = shared(context);
  changes.set(change.siteId, { ...change, by: nameInUrn(run.urn) });
  const concerned = [...(triggers.get(change.siteId) ?? [])].toSorted();
  const whom = concerned.length === 0 ? "" : ` This concerns ${concerned.join(", ")} of this program.`;
  say(
    run,
    `the header with the tags changes from ${change.from} to ${change.to}${when(change)}: ${consequence(change)} Purge it by file, directory or hostname.${whom}`,
  );
}

/** A trigger by tag is about to plan or to fire: it depends on the header that carries the tags. */
export function noteTagPurge(known: Readonly<Record<string, unknown>>, run: Declared, context: AlibabaContext): void {
  const { type, siteId } = known;
  if (type !== "cachetag" || typeof siteId !== "string") return;
  const { changes, triggers } = shared(context);
  triggers.set(siteId, (triggers.get(siteId) ?? new Set()).add(nameInUrn(run.urn)));
  const change = changes.get(siteId);
  if (change === undefined) return;
  say(
    run,
    `CacheTagConfig ${change.by} changes the header with the tags of site ${siteId} from ${change.from} to ${change.to}${when(change)}: ${consequence(change)}`,
  );
}

function consequence({ from, to }: TagChange): string {
  return `what is cached already keeps the tags it got from ${from} until it is fetched again, so a purge by a tag that only ${to} carries does not reach it.`;
}

/** ESA serves version 0 unless version management is on and another one was deployed. */
function when({ siteVersion }: TagChange): string {
  return siteVersion === 0 ? "" : ` once version ${siteVersion} is deployed`;
}

function say({ preview, log }: Declared, text: string): void {
  if (preview) log.warn(text);
  else log.info(text);
}
