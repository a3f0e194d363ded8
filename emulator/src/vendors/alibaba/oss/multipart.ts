/**
 * multipart/form-data as the vendors' SDKs write it: between a file's content and the next boundary they put no line
 * end, which a strict parser takes for more content.
 */
export interface Part {
  readonly name: string;
  readonly content: Buffer;
}

export function parseMultipart(body: Buffer, contentType: string): Part[] | undefined {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  if (boundary === undefined) return undefined;
  const delimiter = Buffer.from(`--${boundary}`);
  const parts: Part[] = [];
  let at = body.indexOf(delimiter);
  while (at >= 0) {
    const start = at + delimiter.byteLength;
    const next = body.indexOf(delimiter, start);
    if (next < 0 || body.subarray(start, start + 2).toString() === "--") return parts;
    const part = parsePart(body.subarray(start, next));
    if (part) parts.push(part);
    at = next;
  }
  return undefined;
}

function parsePart(raw: Buffer): Part | undefined {
  const headEnd = raw.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const head = raw.subarray(0, headEnd).toString("utf8");
  const name = /name="([^"]*)"/.exec(head)?.[1];
  if (name === undefined) return undefined;
  const content = raw.subarray(headEnd + 4);
  const endsWithLine = content.subarray(-2).toString() === "\r\n";
  return { name, content: endsWithLine ? content.subarray(0, -2) : content };
}
