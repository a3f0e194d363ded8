/** Patterns that come from outside, by an engine whose time grows with the text only: no pattern stops the process. */
import { RE2JS } from "re2js";

/** `undefined`: no pattern that the engine reads. It knows neither look-around nor back-references. */
export function patternTest(pattern: string, flags = 0): ((text: string) => boolean) | undefined {
  try {
    const compiled = RE2JS.compile(pattern, flags);
    return (text) => compiled.test(text);
  } catch {
    return undefined;
  }
}

/** `*` stands for any text, `?` for any character. */
export function globTest(glob: string): (text: string) => boolean {
  const source = glob.replaceAll(/[*?]|[^*?]+/g, (part) =>
    part === "*" ? ".*" : part === "?" ? "." : RE2JS.quote(part),
  );
  return patternTest(`^(?:${source})$`, RE2JS.DOTALL) ?? ((text) => text === glob);
}
