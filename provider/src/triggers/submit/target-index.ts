/**
 * Finds our targets in a vendor's spelling of them. Vendors write hosts in
 * lower case, decode paths or encode them in another way, add the `/` of an
 * empty path, leave the scheme out. Compared from the strictest form to the
 * loosest; the first form that finds any decides.
 */
import * as z from "zod";

export class TargetIndex {
  readonly #targets: ReadonlySet<string>;
  /** URL → the objects in JSON that have it inside. */
  readonly #variants = new Map<string, string[]>();
  readonly #forms: readonly Form[] = [
    { of: canonicalTarget, exact: true },
    { of: readable, exact: true },
    {
      // As a URL, so that host and path are spelled as one's.
      of: (target) => withoutScheme(readable(hasScheme(target) ? target : `https://${target.trim()}`)),
      exact: true,
      only: (listed) => !hasScheme(listed),
      // A tag is no host: `Shop` and `shop` are two.
      ours: hasScheme,
    },
    { of: (target) => decoded(canonicalTarget(target)) },
    { of: (target) => decoded(canonicalTarget(target)).toLowerCase() },
    { of: (target) => bare(decoded(canonicalTarget(target)).toLowerCase()) },
  ];

  constructor(targets: Iterable<string>) {
    this.#targets = new Set(targets);
    for (const target of this.#targets) {
      const url = urlInside(target);
      if (url !== undefined) this.#variants.set(url, [...(this.#variants.get(url) ?? []), target]);
    }
  }

  /** Every target that this may be; none if it is nothing of ours. For what is about our own call. */
  all(listed: string): readonly string[] {
    return [...this.#in(this.#forms, listed), ...(this.#variants.get(listed) ?? [])];
  }

  /**
   * The one target that this is, and no other that somebody else may have sent: of another path, also where it differs
   * in case only, or another scheme.
   */
  find(listed: string): string | undefined {
    const [target, other] = this.#in(
      this.#forms.filter(({ exact }) => exact),
      listed,
    );
    return other === undefined ? target : undefined;
  }

  #in(forms: readonly Form[], listed: string): readonly string[] {
    if (this.#targets.has(listed)) return [listed];
    for (const form of forms) {
      if (form.only?.(listed) === false) continue;
      form.found ??= this.#by(form);
      const found = form.found.get(form.of(listed));
      if (found !== undefined) return found;
    }
    return [];
  }

  #by({ of, ours = () => true }: Form): Map<string, string[]> {
    const found = new Map<string, string[]>();
    for (const target of this.#targets) {
      if (!ours(target)) continue;
      const key = of(target);
      const others = found.get(key);
      if (others === undefined) found.set(key, [target]);
      else others.push(target);
    }
    return found;
  }
}

/** Of a target that is an object in JSON, as a cache key with headers is. */
export function urlInside(target: string): string | undefined {
  if (!target.startsWith("{")) return undefined;
  try {
    return urlSchema.safeParse(JSON.parse(target)).data?.Url;
  } catch {
    return undefined;
  }
}

const urlSchema = z.object({ Url: z.string() });

interface Form {
  readonly of: (target: string) => string;
  /** What is equal in this form is the same to every cache. */
  readonly exact?: true;
  /** For those of our targets only. */
  readonly ours?: (target: string) => boolean;
  /** For what is listed in this way only. */
  readonly only?: (listed: string) => boolean;
  found?: Map<string, string[]>;
}

const defaultPorts: Readonly<Record<string, string>> = { http: ":80", https: ":443" };

/** RFC 3986 §6.2.2 and §6.2.3: the same for URLs that differ in spelling only. What is no URL is only trimmed. */
export function canonicalTarget(target: string): string {
  const text = target.trim();
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^]*)$/i.exec(text);
  if (match === null) return isHostName(text) ? text.toLowerCase() : text;
  const [, scheme = "", authority = "", rest = ""] = match;
  const protocol = scheme.toLowerCase();
  const host = authority.toLowerCase();
  const port = defaultPorts[protocol] ?? "";
  const place = port !== "" && host.endsWith(port) ? host.slice(0, -port.length) : host;
  const path = rest.startsWith("/") ? rest : `/${rest}`;
  return `${protocol}://${place}${encoded(path)}`;
}

function isHostName(text: string): boolean {
  return /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(text);
}

/** What `decodeURI` decodes: all but the characters that part a URL, which mean something else when they are escaped. */
function readable(target: string): string {
  const text = canonicalTarget(target);
  try {
    return decodeURI(text);
  } catch {
    return text;
  }
}

function hasScheme(target: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(target.trim());
}

function withoutScheme(target: string): string {
  return target.replace(/^[a-z][a-z0-9+.-]*:\/\//, "");
}

/** Percent-encoded where it must be, plain where it may be, in capital digits. */
function encoded(path: string): string {
  const plain = path.replaceAll(/%[0-9a-f]{2}/gi, (triplet) => {
    const character = String.fromCodePoint(Number.parseInt(triplet.slice(1), 16));
    return /[A-Za-z0-9\-._~]/.test(character) ? character : triplet.toUpperCase();
  });
  return plain.replaceAll(/[^\u0021-\u007e]/gu, (character) => safeEncode(character));
}

function safeEncode(character: string): string {
  try {
    return encodeURIComponent(character);
  } catch {
    // Half of a surrogate pair.
    return character;
  }
}

function decoded(target: string): string {
  try {
    return decodeURIComponent(target);
  } catch {
    return target;
  }
}

function bare(target: string): string {
  return withoutScheme(target).replace(/\/$/, "");
}
