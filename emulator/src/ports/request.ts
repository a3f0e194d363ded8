/**
 * A cloud request as it came over the wire: nothing merged, nothing decoded, because signatures cover these bytes.
 */
export interface CloudRequest {
  readonly method: string;
  /** Path and query, raw. */
  readonly target: string;
  /** Names and values in wire order and case. */
  readonly headers: readonly (readonly [string, string])[];
  /** The body without transfer coding. */
  readonly body: Uint8Array;
}

export interface CloudAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The headers by lower-case name, duplicates kept. */
export class HeaderMap {
  readonly #values = new Map<string, string[]>();

  constructor(headers: CloudRequest["headers"]) {
    for (const [name, value] of headers) {
      const key = name.toLowerCase();
      const values = this.#values.get(key);
      if (values) values.push(value);
      else this.#values.set(key, [value]);
    }
  }

  get(name: string): string | undefined {
    return this.#values.get(name)?.[0];
  }

  all(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }
}

export interface Target {
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
}

export function splitTarget(target: string): Target {
  const mark = target.indexOf("?");
  return mark < 0 ? { path: target, query: "" } : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

/** Decodes `a=b&c=d`. Undecodable escapes are kept as they are. */
export function decodePairs(text: string, plusIsSpace: boolean): [string, string][] {
  if (text === "") return [];
  return text
    .split("&")
    .filter((part) => part !== "")
    .map((part) => {
      const equals = part.indexOf("=");
      const name = equals < 0 ? part : part.slice(0, equals);
      const value = equals < 0 ? "" : part.slice(equals + 1);
      return [decode(name, plusIsSpace), decode(value, plusIsSpace)];
    });
}

function decode(text: string, plusIsSpace: boolean): string {
  const spaced = plusIsSpace && text.includes("+") ? text.replaceAll("+", " ") : text;
  if (!spaced.includes("%")) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
