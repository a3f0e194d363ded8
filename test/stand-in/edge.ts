/**
 * The edge: which URL was published when, and which purges are done. A copy
 * is stale as long as no purge that began after the publication has ended.
 */
/** What somebody asked for, in one call. */
export interface Order {
  /** Which cache it works on: `esa`, `cdn`, `dcdn`, `er`, `er NAME`, `teo`. */
  readonly cache: string;
  readonly verb: "purge" | "prefetch";
  /** The vendor's type. */
  readonly kind: string;
  readonly targets: readonly string[];
  /** EdgeOne's word for how copies are purged. */
  readonly method?: string | undefined;
}

export interface Task extends Order {
  readonly id: bigint;
  /** By this cloud's clock. */
  readonly madeAt: number;
  readonly failed: ReadonlyMap<string, string>;
}

export interface Page {
  readonly url: string;
  readonly tags: readonly string[];
  readonly at: number;
}

/** Tasks are of the cache that is asked about, done, and the vendor's clock has passed their end. */
export function isStale(page: Page, done: readonly Task[]): boolean {
  return !done.some((task) => task.verb === "purge" && task.madeAt >= page.at && task.targets.some(covers(task, page)));
}

export function isWarm(page: Page, done: readonly Task[]): boolean {
  const same = ({ verb, madeAt, targets }: Task): boolean =>
    verb === "prefetch" && madeAt >= page.at && targets.some((target) => canonical(target) === canonical(page.url));
  return done.some(same);
}

export function covers(
  task: Pick<Task, "kind" | "failed">,
  page: Pick<Page, "url" | "tags">,
): (target: string) => boolean {
  const url = canonical(page.url);
  const { host } = new URL(url);
  return (target) => {
    if (task.failed.has(target)) return false;
    switch (task.kind.toLowerCase()) {
      case "file":
      case "purge_url":
        return canonical(target) === url;
      case "cachekey":
        return canonical(target.startsWith("{") ? String(JSON.parse(target).Url) : target) === url;
      case "ignoreparams":
        return canonical(target) === url.split("?", 1)[0];
      case "directory":
      case "purge_prefix":
        return url.startsWith(canonical(target));
      case "regex":
        return new RegExp(`^${target}$`).test(page.url);
      case "hostname":
      case "purge_host":
        return target.toLowerCase() === host;
      case "cachetag":
      case "purge_cache_tag":
        return page.tags.includes(target);
      case "purgeall":
      case "purge_all":
        return true;
      default:
        throw new Error(`the edge knows no purge of kind ${task.kind}`);
    }
  };
}

/** One spelling for all that mean the same URL. */
export function canonical(text: string): string {
  const { protocol, host, pathname, search } = new URL(text);
  const path = pathname.replaceAll(/%[0-9a-f]{2}/gi, (code) => {
    const letter = String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return /[A-Za-z0-9._~-]/.test(letter) ? letter : code.toUpperCase();
  });
  return `${protocol}//${host}${path}${search}`;
}
