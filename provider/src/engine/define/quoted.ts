/** A value in a sentence: as it is, or in quotes and with escapes where it could not be told from the words around it. */
export function quoted(text: string): string {
  return /^[\u0021-\u007e]+$/.test(text) ? text : escapeUnseen(JSON.stringify(text));
}

/** Control and format characters, and blanks other than a space, by their numbers. */
export function escapeUnseen(text: string): string {
  return text.replaceAll(/(?! )[\p{C}\p{Z}]/gu, escaped);
}

function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, at) => character.charCodeAt(at))
    .map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`)
    .join("");
}
