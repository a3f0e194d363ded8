/** New entries of `contents` at places that the record knows nothing of. Pure. */
import type { Manifest } from "./manifest/manifest.ts";
import { hostOf } from "./submit/pack.ts";

/** Of a host (or another `placeOf`) that no recorded target has: what the edge holds of it is as unknown as before the first run. */
export function ofNewHosts(added: readonly string[], recorded: Manifest, placeOf = hostOf): readonly string[] {
  const urls = added.filter((target) => /^https?:\/\//i.test(target));
  const hosts = new Set(urls.map(placeOf));
  for (const name of recorded.names()) {
    if (hosts.size === 0) break;
    hosts.delete(placeOf(name));
  }
  return hosts.size === 0 ? [] : urls.filter((target) => hosts.has(placeOf(target)));
}
