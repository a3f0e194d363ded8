/** Range requests, answered from the whole object as an edge does. */
import type { Served } from "./node.ts";

export function ranged(served: Served, headers: Readonly<Record<string, string>>): Served {
  const range = headers["range"];
  if (range === undefined || served.status !== 200 || !ifRangeFits(served, headers["if-range"])) return served;
  const match = /^bytes=(\d*)-(\d*)$/.exec(range.trim());
  // several ranges and other units may be ignored (RFC 9110, 14.2)
  if (!match || (match[1] === "" && match[2] === "")) return served;
  const size = served.body.byteLength;
  const [from, to] = bounds(match[1] ?? "", match[2] ?? "", size);
  if (from >= size || from > to) {
    return { ...served, status: 416, headers: { "content-range": `bytes */${size}` }, body: new Uint8Array() };
  }
  return {
    ...served,
    status: 206,
    headers: { ...served.headers, "content-range": `bytes ${from}-${to}/${size}` },
    body: served.body.subarray(from, to + 1),
  };
}

function bounds(first: string, last: string, size: number): [number, number] {
  if (first === "") return [Math.max(0, size - Number(last)), size - 1];
  return [Number(first), last === "" ? size - 1 : Math.min(Number(last), size - 1)];
}

function ifRangeFits(served: Served, ifRange: string | undefined): boolean {
  return ifRange === undefined || ifRange === served.headers["etag"] || ifRange === served.headers["last-modified"];
}
