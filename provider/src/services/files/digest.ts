/** SHA-256 of files: small ones in one read, big ones in pieces, so that memory stays flat. */
import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import path from "node:path";

export interface Digested {
  readonly digest: string;
  readonly bytes: number;
}

const pieceBytes = 1 << 20;
/** After this much work the event loop gets its turn: the plugin has other resources to serve. */
const sliceBytes = 16 << 20;
const sliceFiles = 200;

/** In the order of `files`; 32 hex digits each. */
export async function digestFiles(root: string, files: readonly string[], signal: AbortSignal): Promise<Digested[]> {
  const piece = Buffer.allocUnsafe(pieceBytes);
  const digested: Digested[] = [];
  let sinceTurn = 0;
  for (const [index, file] of files.entries()) {
    const hash = createHash("sha256");
    let bytes = 0;
    // Synchronous reads: for small files the thread pool's round trip costs more than the read.
    const descriptor = openSync(path.join(root, file), "r");
    try {
      const { size } = fstatSync(descriptor);
      for (let read = -1; read !== 0 && !(read > 0 && bytes >= size && read < pieceBytes);) {
        read = readSync(descriptor, piece, 0, pieceBytes, null);
        bytes += read;
        sinceTurn += read;
        hash.update(piece.subarray(0, read));
        if (sinceTurn > sliceBytes) await turn();
      }
    } finally {
      closeSync(descriptor);
    }
    digested.push({ digest: hash.digest("hex").slice(0, 32), bytes });
    if (index % sliceFiles === sliceFiles - 1) await turn();
  }
  return digested;

  async function turn(): Promise<void> {
    sinceTurn = 0;
    signal.throwIfAborted();
    await new Promise((resolve) => setImmediate(resolve));
  }
}
