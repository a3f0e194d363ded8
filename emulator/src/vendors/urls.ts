/** URLs as users write them into purges. */
import type { Settings } from "../ports/settings.ts";
import { taskSpelling } from "./settings.ts";

/** The lower-case host (without port) of a full http(s) URL, or undefined when it is not one. */
export function httpHost(url: string): string | undefined {
  const match = /^https?:\/\/([^/?#\s:]+)(:\d+)?([/?#]|$)/i.exec(url);
  const host = match?.[1];
  if (host === undefined || /\s/.test(url) || !isHostName(host)) return undefined;
  return host.toLowerCase();
}

export function isHostName(text: string): boolean {
  return (
    text.length <= 253 && /^(\*\.)?([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/i.test(text)
  );
}

/** As task lists write it. */
export function listedTarget(target: string, settings: Settings): string {
  return settings.switch(taskSpelling) === "asSent" ? target : otherSpelling(target);
}

/** What is no URL, such as a tag, has one spelling. */
function otherSpelling(target: string): string {
  const match = /^(https?):\/\/([^/?#:]+)(:\d+)?([^]*)$/i.exec(target);
  if (match === null) return target;
  const [, scheme = "", host = "", port, rest = ""] = match;
  const path = rest.startsWith("/") ? rest : `/${rest}`;
  const escapes = path.replaceAll(/%[0-9a-f]{2}/gi, (escape) => {
    const letter = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return /[A-Za-z0-9._~-]/.test(letter) ? letter : escape.toLowerCase();
  });
  const standard = scheme.toLowerCase() === "https" ? ":443" : ":80";
  return `${scheme.toLowerCase()}://${host.toLowerCase()}${port ?? standard}${escapes}`;
}
