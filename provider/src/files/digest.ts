/**
 * SHA-256 of files: small ones in one read, big ones in pieces, so that memory
 * stays flat. One thread keeps up with sha256sum (`npm run bench -- files`);
 * workers would cost more in starting and in packing than they save.
 */
import { createHash, hash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync, type Stats } from "node:fs";
import path from "node:path";
import { Refusal } from "../core/errors.ts";

export interface DigestOptions {
  /** Several paths may lead to one file: read it once. */
  readonly shared: boolean;
  readonly signal: AbortSignal;
}

export interface Digests {
  /** In the order of the files; 32 hex digits each. */
  readonly digests: readonly string[];
  /** Of all files together. */
  readonly bytes: number;
}

const pieceBytes = 1 << 20;
/** After this much work the event loop gets its turn: the plugin has other resources to serve. */
const sliceBytes = 16 << 20;
const sliceFiles = 200;
/** How often a file is read that changes meanwhile. */
const attempts = 3;

export async function digestFiles(
  root: string,
  files: readonly string[],
  { shared, signal }: DigestOptions,
): Promise<Digests> {
  const piece = Buffer.allocUnsafe(pieceBytes);
  const digests: string[] = [];
  const known = new Map<string, { readonly digest: string; readonly size: number }>();
  let bytes = 0;
  let sinceTurn = 0;
  for (const file of files) {
    const { digest, size } = await digestFile(file);
    digests.push(digest.slice(0, 32));
    bytes += size;
    if (digests.length % sliceFiles === 0) await turn();
  }
  return { digests, bytes };

  async function digestFile(file: string): Promise<{ readonly digest: string; readonly size: number }> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const descriptor = openSync(path.join(root, file), "r");
      try {
        const self = shared ? identity(descriptor) : undefined;
        const before = self === undefined ? undefined : known.get(self);
        if (before !== undefined) return before;
        const digested = await digestOpen(descriptor);
        if (digested === undefined) continue;
        if (self !== undefined) known.set(self, digested);
        return digested;
      } finally {
        closeSync(descriptor);
      }
    }
    throw new Refusal(`${file} changes while it is read. Let pulumi run when the build is through.`);
  }

  /** `undefined`: not of one moment, since the file changed meanwhile. */
  async function digestOpen(
    descriptor: number,
  ): Promise<{ readonly digest: string; readonly size: number } | undefined> {
    const before = fstatSync(descriptor);
    const filled = fill(descriptor, before.size);
    const digest =
      filled < pieceBytes ? hash("sha256", piece.subarray(0, filled), "hex") : await digestBig(descriptor, before.size);
    return digest !== undefined && same(before, fstatSync(descriptor)) ? { digest, size: before.size } : undefined;
  }

  /** The first piece is in hand, and full. A file that grows faster than it is read is not followed. */
  async function digestBig(descriptor: number, size: number): Promise<string | undefined> {
    const whole = createHash("sha256");
    let read = 0;
    for (let filled = pieceBytes; filled > 0; filled = fill(descriptor, size - read)) {
      whole.update(piece.subarray(0, filled));
      read += filled;
      if (read > size) return undefined;
      if (sinceTurn > sliceBytes) await turn();
    }
    return whole.digest("hex");
  }

  /**
   * Reads until the piece is full or the file over: one read may return less than there is. Where `expected` bytes have
   * come none is asked for more; who compares the sizes afterwards sees a file that grew. Some file systems expect 0.
   */
  function fill(descriptor: number, expected: number): number {
    let filled = 0;
    // Synchronous: for small files the thread pool's round trip costs more than the read.
    for (let read = -1; read !== 0 && filled < pieceBytes && (filled === 0 || filled !== expected); filled += read) {
      read = readSync(descriptor, piece, filled, pieceBytes - filled, null);
    }
    sinceTurn += filled;
    return filled;
  }

  async function turn(): Promise<void> {
    sinceTurn = 0;
    signal.throwIfAborted();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function identity(descriptor: number): string {
  const { dev, ino } = fstatSync(descriptor, { bigint: true });
  return `${dev}:${ino}`;
}

function same(before: Stats, after: Stats): boolean {
  return before.size === after.size && before.mtimeMs === after.mtimeMs && before.ctimeMs === after.ctimeMs;
}
