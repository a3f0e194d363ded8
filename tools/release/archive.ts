/** tar.gz with the same bytes for the same files: sorted names, no times, no owners. */
import { gzipSync } from "node:zlib";

export interface Entry {
  readonly name: string;
  readonly content: Uint8Array;
  readonly executable?: boolean;
}

export function archive(entries: readonly Entry[]): Buffer {
  const sorted = entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const tar = Buffer.concat([...sorted.flatMap(blocks), Buffer.alloc(1024)]);
  const zipped = gzipSync(tar);
  zipped[9] = 255; // gzip's "unknown" instead of the system that this ran on
  return zipped;
}

function blocks({ name, content, executable = false }: Entry): Buffer[] {
  if (Buffer.byteLength(name) > 100) throw new Error(`${name} is too long for a tar header`);
  const header = Buffer.alloc(512);
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, "0")}\0`;
  header.write(name, 0);
  header.write(octal(executable ? 0o755 : 0o644, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(content.length, 11), 124);
  header.write(octal(0, 11), 136);
  header.write(" ".repeat(8), 148);
  header.write("0", 156);
  header.write("ustar\u000000", 257);
  header.write(
    `${octal(
      header.reduce((sum, byte) => sum + byte, 0),
      6,
    )} `,
    148,
  );
  return [header, Buffer.from(content), Buffer.alloc((512 - (content.length % 512)) % 512)];
}
