/** The keys of `contents`: which URL answers with which content. Pure. */
import { Refusal } from "../core/errors.ts";
import { normalPath, unescapedPath, urlPaths, type Serving } from "./url-keys.ts";

export interface DigestedFile {
  readonly file: string;
  readonly digest: string;
}

export class UrlIndex {
  readonly #roots: readonly string[];
  readonly #serving: Serving;
  /** By the path below a root, as the keys spell it. */
  readonly #digests = new Map<string, string>();

  constructor(files: readonly DigestedFile[], roots: readonly string[], serving: Serving) {
    this.#roots = roots;
    this.#serving = serving;
    const clean: [path: string, digest: string][] = [];
    const owners = new Map<string, string>();
    for (const { file, digest } of files) {
      const paths = urlPaths(file, serving);
      for (const path of paths.own) {
        const other = owners.get(path);
        if (other !== undefined) throw new Refusal(`${other} and ${file} are both served at ${roots[0] ?? ""}${path}.`);
        owners.set(path, file);
        this.#digests.set(path, digest);
      }
      for (const path of paths.clean) clean.push([path, digest]);
    }
    for (const [path, digest] of clean) add(this.#digests, path, digest);
  }

  *entries(): Generator<readonly [url: string, digest: string]> {
    for (const root of this.#roots) {
      for (const [path, digest] of this.#digests) {
        // A host's own root has no URL without its slash.
        if (path !== "" || new URL(root).pathname !== "/") yield [`${root}${path}`, digest];
      }
    }
  }

  /** The path below one of the roots, spelt as the keys are, with its query. What is relative is below all of them. */
  pathOf(text: string): string | undefined {
    const base = `${this.#roots[0] ?? ""}/`;
    if (!URL.canParse(text, base)) return undefined;
    const { origin, pathname, search } = new URL(text, base);
    const url = `${origin}${normalPath(pathname, this.#serving)}`;
    const root = this.#roots.find((each) => url === each || url.startsWith(`${each}/`));
    return root === undefined ? undefined : `${url.slice(root.length)}${search}`;
  }

  /** A path that is listed somewhere: of the file that answers there, else it is `mark` that changes with the content. */
  addListed(path: string, mark: string): void {
    if (!this.#digests.has(path)) this.#digests.set(path, this.#answering(path) ?? mark);
  }

  /** Another spelling of a path, such as one with a query, if a file has it. */
  addIfFile(path: string): void {
    const digest = this.#digests.get(unescapedPath(withoutQuery(path)));
    if (digest !== undefined) this.#digests.set(path, digest);
  }

  /** Where a path names no file, servers try `about.html` for `/about` and `/about/`. */
  #answering(path: string): string | undefined {
    const bare = unescapedPath(withoutQuery(path));
    const stem = bare.replace(/\/$/, "");
    const [found] = [bare, `${stem}/`, `${stem}.html`, stem].flatMap((each) => this.#digests.get(each) ?? []);
    return found;
  }
}

function withoutQuery(path: string): string {
  return path.replace(/\?.*$/s, "");
}

/** Two contents of one key: it changes when either does. */
export function add(digests: Map<string, string>, key: string, digest: string): void {
  const other = digests.get(key);
  digests.set(key, other === undefined || other === digest ? digest : `${other}+${digest}`);
}
