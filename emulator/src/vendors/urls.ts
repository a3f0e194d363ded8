/** URLs as users write them into purges. */

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
