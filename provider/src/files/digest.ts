/**
 * SHA-256 of files: small ones in one read, big ones in pieces, so that memory
 * stays flat. One thread keeps up with sha256sum (`npm run bench -- files`);
 * workers would cost more in starting and in packing than they save.
 */
import { createHash, hash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import path from "node:path";

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

export async function digestFiles(root: string, files: readonly string[], signal: AbortSignal): Promise<Digests> {
  const piece = Buffer.allocUnsafe(pieceBytes);
  const digests: string[] = [];
  let bytes = 0;
  let sinceTurn = 0;
  for (const file of files) {
    const descriptor = openSync(path.join(root, file), "r");
    try {
      const filled = fill(descriptor);
      const digest =
        filled < pieceBytes ? hash("sha256", piece.subarray(0, filled), "hex") : await digestBig(descriptor);
      digests.push(digest.slice(0, 32));
    } finally {
      closeSync(descriptor);
    }
    if (digests.length % sliceFiles === 0) await turn();
  }
  return { digests, bytes };

  /** Reads until the piece is full or the file over: one read may bring less than there is. */
  function fill(descriptor: number): number {
    let filled = 0;
    // Synchronous: for small files the thread pool's round trip costs more than the read.
    for (let read = -1; read !== 0 && filled < pieceBytes; filled += read) {
      read = readSync(descriptor, piece, filled, pieceBytes - filled, null);
    }
    bytes += filled;
    sinceTurn += filled;
    return filled;
  }

  /** The first piece is in hand, and full. */
  async function digestBig(descriptor: number): Promise<string> {
    const whole = createHash("sha256");
    for (let filled = pieceBytes; filled > 0; filled = fill(descriptor)) {
      whole.update(piece.subarray(0, filled));
      if (sinceTurn > sliceBytes) await turn();
    }
    return whole.digest("hex");
  }

  async function turn(): Promise<void> {
    sinceTurn = 0;
    signal.throwIfAborted();
    await new Promise((resolve) => setImmediate(resolve));
  }
}
