/** What a person reads at the beginning of a page, so that one version can be told from another. */
const MOST_BYTES = 2000;
const MOST_CHARACTERS = 80;

/** Undefined for what is no text. */
export function excerpt(contentType: string | undefined, body: Uint8Array): string | undefined {
  if (contentType !== undefined && !/^(text\/|application\/(json|javascript|xml))/.test(contentType)) return undefined;
  const head = Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, MOST_BYTES)).toString("utf8");
  const words = head
    .replace(/<(?:script|style|title)\b[^<>]*>[^<]*/gi, " ")
    .replace(/<[^<>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  return words.slice(0, MOST_CHARACTERS);
}
