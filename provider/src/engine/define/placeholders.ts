/**
 * Texts that a program makes by mistake of an output that has no value yet, or of no value at all. They are the
 * same in every run, so what depends on them never changes.
 */

interface Placeholder {
  readonly pattern: RegExp;
  readonly reason: string;
}

const advice = {
  typescript: "use pulumi.interpolate`…${output}…` or output.apply(value => …)",
  python: 'use pulumi.Output.format("…{0}…", output), pulumi.Output.concat or output.apply(lambda value: …)',
  dotnet: 'use Output.Format($"…{output}…") or output.Apply(value => …)',
  java: 'use Output.format("…%s…", output) or output.applyValue(value -> …)',
  go: 'use pulumi.Sprintf("…%s…", output) or output.ApplyT(func(value string) string { … })',
};
const unresolved = "holds the text that stands for an output without its value";

/** What the SDKs, and the languages themselves, write in the place of a value. */
const placeholders: readonly Placeholder[] = [
  { pattern: /Calling[\s+]__\w+__[\s+]on[\s+]an[\s+]\[?Output/, reason: `${unresolved}; ${advice.python}` },
  { pattern: /Calling[\s+]\[ToString\][\s+]on[\s+]an[\s+]\[?Output/, reason: `${unresolved}; ${advice.dotnet}` },
  { pattern: /Calling[\s+]\[\w+\][\s+]on[\s+]an[\s+]\[?Output/, reason: `${unresolved}; ${advice.typescript}` },
  { pattern: /\bpulumi\.output\.Output[\s+]object[\s+]at/, reason: `${unresolved}; ${advice.python}` },
  { pattern: / at 0x[0-9a-f]{4,}>/i, reason: `holds the text of a Python object; ${advice.python}` },
  { pattern: /__pulumiOutput|\bOutputImpl[\s+]\{/, reason: `${unresolved}; ${advice.typescript}` },
  {
    pattern: /\[object \w+\]/i,
    reason: `holds the text of a JavaScript object; name its property, or ${advice.typescript}`,
  },
  {
    pattern: /\[native code\]|\[Function\b|\bPromise \{ <|\bfunction\s*\w*\([^()]*\)\s*\{|\)\s*=>\s*\S/,
    reason: `holds the text of a JavaScript function or promise; call it, await it, or ${advice.typescript}`,
  },
  { pattern: /\bPulumi\.Output`1\[/, reason: `${unresolved}; ${advice.dotnet}` },
  { pattern: /\bOutputState[:=](?:&\{)?0x[0-9a-f]+/, reason: `${unresolved}; ${advice.go}` },
  { pattern: /%![a-zA-Z]\([^()]*OutputState|\{0x[0-9a-f]{6,}[ }]/, reason: `${unresolved}; ${advice.go}` },
  { pattern: /%![a-zA-Z]\(/, reason: `holds the text of a failed Go format; ${advice.go}` },
  { pattern: /\bcom\.pulumi\.core\.[\w.]{0,60}Output\w{0,40}@[0-9a-f]/, reason: `${unresolved}; ${advice.java}` },
];
const anyPlaceholder = new RegExp(placeholders.map(({ pattern }) => pattern.source).join("|"), "i");

/** What languages write for no value. */
const noValue = /^(?:undefined|null|NaN|None|<nil>)$/;
const hostWithoutValue = /^[a-z][a-z0-9+.-]*:\/\/(?:undefined|null|NaN|None|<nil>)(?=[:/?#]|$)/i;
/** `release-undefined`, and `${hash}` between quotes that fill in nothing. */
const fingerprintWithoutValue = /(?:^|[-_./:@+~ ])(?:undefined|null|NaN|None|<nil>)$|\$\{[^{}]*\}/;

/** How a text is used: as a hash, whose last part says what it is of, or as it is, or deep inside an object. */
export type TextUse = "fingerprint" | "plain" | "inner";

/** What is wrong with a text that a program has certainly not meant. */
export function placeholderProblem(text: string, use: TextUse): string | undefined {
  const plain = /%(?:20|5b|3c|7b)/i.test(text) ? decoded(text) : text;
  if (anyPlaceholder.test(plain)) {
    const found = placeholders.find(({ pattern }) => pattern.test(plain));
    if (found !== undefined) return found.reason;
  }
  if (use === "fingerprint" && fingerprintWithoutValue.test(text)) {
    return `ends in, or is, what a language writes where there is no value (${wordOf(text)}), so it never changes: what is it made from?`;
  }
  if (use === "plain" && (noValue.test(text) || hostWithoutValue.test(text))) {
    return `is what a language writes where there is no value (${wordOf(text)}): what is it made from?`;
  }
  return undefined;
}

function wordOf(text: string): string {
  return /\$\{|undefined|null|NaN|None|<nil>/i.exec(text)?.[0] ?? "";
}

function decoded(text: string): string {
  return text.replaceAll(/%[0-7][0-9a-f]/gi, (escape) => String.fromCharCode(Number.parseInt(escape.slice(1), 16)));
}
