/** A value in a sentence: as it is, or in quotes and with escapes where it could not be told from the words around it. */
export function quoted(text: string): string {
  if (/^[\u0021-\u007e]+$/.test(text)) return text;
  return JSON.stringify(text).replaceAll(/(?! )[\p{C}\p{Z}]/gu, escaped);
}

function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, at) => character.charCodeAt(at))
    .map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`)
    .join("");
}
