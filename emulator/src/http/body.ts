/** Bodies of requests and answers: read whole, and never beyond a bound. */
import type { Readable } from "node:stream";

/** Undefined when there is more than `most` bytes: what came is forgotten, what still comes is not kept. */
export function readBody(stream: Readable, most: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    stream.on("data", (chunk: Uint8Array) => {
      size += chunk.byteLength;
      if (size <= most) return void chunks.push(chunk);
      chunks.length = 0;
      resolve(undefined);
    });
    stream.on("error", reject);
    stream.on("end", () => resolve(Buffer.concat(chunks)));
    // a client that hangs up in the middle ends nothing
    stream.on("close", () => reject(new Error("the connection was closed before the body was whole")));
  });
}
