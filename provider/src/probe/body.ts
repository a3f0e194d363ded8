/** An answer's body as a visitor's browser decodes it. */
import * as zlib from "node:zlib";

/** zstd came with Node 22.15. */
const decoders: Readonly<Record<string, ((body: Buffer, options: { maxOutputLength: number }) => Buffer) | undefined>> =
  {
    gzip: zlib.gunzipSync,
    "x-gzip": zlib.gunzipSync,
    br: zlib.brotliDecompressSync,
    zstd: zlib.zstdDecompressSync,
  };

export const acceptEncoding = ["gzip", "br", "zstd"].filter((name) => decoders[name] !== undefined).join(", ");

export type Decoded = { readonly body: Buffer } | { readonly problem: string; readonly tooBig?: boolean };

/** Synchronous and bounded: what a probe reads is small. */
export function decode(raw: Buffer, contentEncoding: string, maxBytes: number): Decoded {
  let body = raw;
  // Some say of nothing, too, that it is compressed.
  if (raw.length === 0) return { body };
  const names = contentEncoding.split(",").map((name) => name.trim().toLowerCase());
  for (const name of names.toReversed()) {
    if (name === "" || name === "identity") continue;
    const decoder = decoders[name];
    if (decoder === undefined) return { problem: `its encoding ${name} is unknown here` };
    try {
      body = decoder(body, { maxOutputLength: maxBytes });
    } catch (error) {
      const tooBig = error instanceof RangeError;
      return tooBig ? overLimit(maxBytes) : { problem: `its ${name} cannot be decoded` };
    }
  }
  return { body };
}

export function overLimit(maxBytes: number): { readonly problem: string; readonly tooBig: true } {
  return { problem: `its body is over ${maxBytes} bytes`, tooBig: true };
}
