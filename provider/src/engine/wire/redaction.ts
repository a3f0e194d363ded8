/**
 * Secret texts, and the messages that they are taken out of: as they are, and as a program that passes a text on may
 * have written it (in other letters' case, percent-encoded once or twice, escaped for JSON or HTML, in base64 or hex).
 */

const mask = "[secret]";
/** A shorter text sits in almost any other by chance. */
const shortest = 4;
/** In base64 a shorter text has too few characters of its own. */
const shortestInBase64 = 8;
/** A shorter text in another case is another word. */
const shortestInAnyCase = 8;
/** A shorter beginning tells too little, and begins too much else. */
const shortestCut = 12;
const longestCut = 500;
/** Who hides more texts than these hides the forms in which they are cut, too. */
const mostToCut = 2_000;
const mostCuts = 100;
/** Letters alone may be part of another word, as `main` is of `domain`. */
const shortWord = /^[A-Za-z]{1,7}$/;
/** The most of a message that is shown. */
const longestMessage = 256 * 1024;
/** Of more texts than these only those are looked for whose parts are all there. */
const many = 50;

export class Redaction {
  /** Each with what it is in lower case. */
  readonly #texts = new Map<string, string>();
  readonly #words: ReadonlySet<string>[];

  constructor(texts: Iterable<string> = [], words: readonly ReadonlySet<string>[] = []) {
    this.#words = [...words];
    this.add(texts);
  }

  add(texts: Iterable<string>): void {
    for (const text of texts) {
      if (text.length < shortest) continue;
      this.#texts.set(text, text.toLowerCase());
      // Clouds quote what they have decoded.
      const decoded = text.includes("%") ? percentDecoded(text) : text;
      if (decoded.length >= shortest) this.#texts.set(decoded, decoded.toLowerCase());
    }
  }

  /** Words that everybody knows, such as those of an enum, are shown though a secret may happen to be the same. */
  allow(words: ReadonlySet<string>): void {
    this.#words.push(words);
  }

  copy(): Redaction {
    return new Redaction(this.#texts.keys(), this.#words);
  }

  redact(message: string): string {
    if (this.#texts.size === 0) return message;
    const shown = beginning(message);
    const found = this.#foundIn(shown);
    const redacted = found
      .toSorted((a, b) => b.length - a.length)
      .reduce((before, text) => before.replaceAll(everySpelling(text), mask), shown);
    const whole = found.length === 0 ? redacted : this.#withoutLinesThatTell(redacted);
    return this.#cutIn(whole).reduce((before, start) => before.replaceAll(start, mask), whole);
  }

  /** Encoded in several ways, one on the other, a text has no place that could be masked alone. */
  #withoutLinesThatTell(message: string): string {
    const tells = (part: string): boolean => this.#foundIn(part).some((text) => text.length >= shortestInBase64);
    if (!tells(message)) return message;
    const lines = message.split("\n").map((line) => (tells(line) ? mask : line));
    return tells(lines.join("\n")) ? mask : lines.join("\n");
  }

  /** Is one of them in it, in any spelling? */
  isIn(text: string): boolean {
    return this.#foundIn(text).length > 0 || this.#cutIn(text).length > 0;
  }

  /** Beginnings of texts that somebody cut, which dots then follow. */
  #cutIn(message: string): string[] {
    if (this.#texts.size > mostToCut) return [];
    const before = beforeDots(message);
    if (before.size === 0) return [];
    const found = new Set<string>();
    for (const text of this.#texts.keys()) {
      for (const cut of before.get(text.slice(0, shortestCut)) ?? []) if (text.startsWith(cut)) found.add(cut);
    }
    return [...found].toSorted((a, b) => b.length - a.length);
  }

  #isWord(text: string, lower: string): boolean {
    return this.#words.some((words) => words.has(text) || words.has(lower));
  }

  #foundIn(message: string): string[] {
    if (this.#texts.size === 0) return [];
    const readings = allReadings(message);
    const lowerReadings = readings.toLowerCase();
    const parts = this.#texts.size > many ? partsOf(lowerReadings) : undefined;
    const isSaid = (text: string, lower: string): boolean =>
      text.length < shortestInAnyCase ? readings.includes(text) : lowerReadings.includes(lower);
    return [...this.#texts]
      .filter(
        ([text, lower]) =>
          (parts === undefined || consistsOf(lower, parts)) && isSaid(text, lower) && !this.#isWord(text, lower),
      )
      .map(([text]) => text);
  }
}

/** What ends where dots follow, by its first characters. */
function beforeDots(message: string): ReadonlyMap<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { index } of [...message.matchAll(/…|\.{3,}/g)].slice(0, mostCuts)) {
    for (let at = Math.max(0, index - longestCut); at + shortestCut <= index; at++) {
      const start = message.slice(at, at + shortestCut);
      found.set(start, (found.get(start) ?? new Set()).add(message.slice(at, index)));
    }
  }
  return found;
}

/** What is cut off is cut at a space, so that no half of a secret is left. */
function beginning(message: string): string {
  if (message.length <= longestMessage) return message;
  const cut = message.slice(0, longestMessage);
  return `${cut.slice(0, Math.max(0, cut.search(/\s\S*$/)))} …`;
}

/** How many encodings are looked through, one on the other. */
const mostLayers = 3;

/** The message, and what it says to those who decode it. */
function allReadings(message: string): string {
  const readings = new Set([message]);
  let latest = [message];
  for (let layer = 0; layer < mostLayers && latest.length > 0; layer++) {
    // Of binary encodings two are enough: what they make of other text would only grow.
    const binary = layer < 2 ? latest.flatMap((text) => [...base64Decoded(text), ...hexDecoded(text)]) : [];
    const found = [...latest.flatMap(decodings), ...binary].filter((text) => !readings.has(text));
    for (const text of found) readings.add(text);
    latest = [...new Set(found)];
  }
  return [...readings].join("\n");
}

/** What it is to those who take it for encoded in one way. */
function decodings(text: string): string[] {
  return [
    ...(text.includes("&") ? [htmlDecoded(text)] : []),
    ...(text.includes("\\") ? [jsonDecoded(text)] : []),
    ...(text.includes("%") || text.includes("\\x") ? [percentDecoded(text)] : []),
    ...(text.includes("+") ? [percentDecoded(text.replaceAll("+", " "))] : []),
  ];
}

/** `%41`, and `\x41` of programs that print bytes. */
function percentDecoded(text: string): string {
  return text.replaceAll(/(?:(?:%|\\x)[0-9A-Fa-f]{2})+/g, (run) =>
    Buffer.from(run.replaceAll(/%|\\x/g, ""), "hex").toString(),
  );
}

const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const control: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };

function htmlDecoded(text: string): string {
  return text.replaceAll(
    /&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|(amp|lt|gt|quot|apos));/gi,
    (entity, decimal, hex, name) => {
      if (name !== undefined) return named[String(name).toLowerCase()] ?? entity;
      const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
      return code <= 0x10_ff_ff ? String.fromCodePoint(code) : entity;
    },
  );
}

function jsonDecoded(text: string): string {
  return text.replaceAll(/\\(?:u([0-9A-Fa-f]{4})|([nrtbf"'/\\]))/g, (_, hex, short) =>
    hex === undefined ? (control[short] ?? short) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** A text may begin anywhere in what was encoded, hence each of the four offsets. */
function base64Decoded(text: string): string[] {
  return [...text.matchAll(/[A-Za-z0-9+/_-]{10,}/g)].flatMap(([run]) =>
    [0, 1, 2, 3].map((offset) => Buffer.from(run.slice(offset), "base64").toString()),
  );
}

function hexDecoded(text: string): string[] {
  return [...text.matchAll(/[0-9A-Fa-f]{16,}/g)].flatMap(([run]) =>
    [0, 1].map((offset) => Buffer.from(run.slice(offset), "hex").toString()),
  );
}

function partsOf(text: string): ReadonlySet<string> {
  const parts = new Set<string>();
  for (let at = 0; at + shortest <= text.length; at++) parts.add(text.slice(at, at + shortest));
  return parts;
}

/** From the end, where texts with a common beginning differ. */
function consistsOf(text: string, parts: ReadonlySet<string>): boolean {
  for (let at = text.length - shortest; at >= 0; at--) if (!parts.has(text.slice(at, at + shortest))) return false;
  return true;
}

/** Longer texts are looked for in their usual spellings: a pattern with alternatives for each character would be huge. */
const longestPattern = 2_000;

function everySpelling(text: string): RegExp {
  const spelt =
    text.length > longestPattern
      ? usualSpellings(text).map(literally).join("|")
      : (text.match(/\\+|./gsu) ?? []).map(everyForm).join("");
  if (shortWord.test(text))
    return new RegExp(`(?:(?<![A-Za-z0-9])|(?<=%[0-9A-Fa-f]{2}))(?:${spelt})(?![A-Za-z0-9])`, "g");
  const encoded = text.length < shortestInBase64 ? [] : [...base64Forms(text), Buffer.from(text).toString("hex")];
  return new RegExp([spelt, ...encoded.map(literally)].join("|"), text.length < shortestInAnyCase ? "g" : "gi");
}

/** The forms of one character, or of backslashes in a row: each escaping doubles them. */
function everyForm(character: string): string {
  if (character.startsWith("\\")) {
    return `(?:\\\\{${character.length},${character.length * 4}}|${percentForms(character)})`;
  }
  if (/[A-Za-z0-9]/.test(character)) return `(?:${character}|${percentForms(character)})`;
  const code = character.codePointAt(0) ?? 0;
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  const forms = [
    `\\\\{0,3}${literally(character)}`,
    percentForms(character),
    units.map((unit) => `\\\\{1,3}u${anyCase(unit.toString(16).padStart(4, "0"))}`).join(""),
    `&#0*${code};`,
    `&#[xX]0*${anyCase(code.toString(16))};`,
    ...Object.entries(named).flatMap(([name, plain]) => (plain === character ? [`&${name};`] : [])),
    ...Object.entries(control).flatMap(([letter, plain]) => (plain === character ? [`\\\\{1,3}${letter}`] : [])),
    ...(character === " " ? ["\\+"] : []),
  ];
  return `(?:${forms.join("|")})`;
}

/** Once, or twice: then the percent sign is encoded too. */
function percentForms(character: string): string {
  return [...Buffer.from(character)]
    .map((byte) => `(?:%(?:25){0,2}|\\\\{1,2}x)${anyCase(byte.toString(16).padStart(2, "0"))}`)
    .join("");
}

function anyCase(hex: string): string {
  return hex.replaceAll(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

function literally(text: string): string {
  return text.replaceAll(/[$()*+./?[\\\]^{|}-]/g, String.raw`\$&`);
}

function usualSpellings(text: string): string[] {
  const percent = encodeURIComponent(Buffer.from(text).toString());
  const html = text.replaceAll(/["&'<>]/g, (character) => `&#${character.charCodeAt(0)};`);
  return [text, JSON.stringify(text).slice(1, -1), percent, encodeURIComponent(percent), html];
}

/** What base64 makes of a text, whatever stands before and after it. */
function base64Forms(text: string): string[] {
  const bytes = Buffer.from(text);
  const forms = [0, 1, 2].map((before) => {
    const bits = (before + bytes.length) * 8;
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
    return encoded.slice(Math.ceil((before * 8) / 6), Math.floor(bits / 6));
  });
  return forms.flatMap((form) => [form, form.replaceAll("+", "-").replaceAll("/", "_")]);
}
