/**
 * What is wrong with a URL or a host name, and what it would be when right. A URL is right when RFC 3986 allows it and
 * a browser, which follows the WHATWG's rules, asks for that very path: only then has a visitor's copy that name. Pure.
 */
import { domainToASCII } from "node:url";
import { characterProblem, type Problem } from "../engine/define/index.ts";

export type UrlForm = "file" | "directory";

const longestUrl = 1024;

export function urlProblem(target: string, form: UrlForm): Problem | undefined {
  const problem = firstProblem(target, form);
  if (problem?.suggestion === undefined) return problem;
  // What is suggested is taken as it is: with everything else mended that is wrong with it, or not at all.
  const mended = mend(problem.suggestion, form);
  return { reason: problem.reason, suggestion: mended === target ? undefined : mended };
}

/** Follows the suggestions to a URL that nothing is wrong with. */
function mend(url: string, form: UrlForm): string | undefined {
  let mended: string | undefined = url;
  for (let step = 0; step < 8 && mended !== undefined; step++) {
    const problem: Problem | undefined = firstProblem(mended, form);
    if (problem === undefined) return mended;
    mended = problem.suggestion;
  }
  return undefined;
}

function firstProblem(target: string, form: UrlForm): Problem | undefined {
  // Far too long: not worth a closer look.
  if (target.length > 16 * longestUrl) return tooLong(target);
  return characterProblem(target) ?? severalProblem(target) ?? schemeProblem(target) ?? partsProblem(target, form);
}

function tooLong({ length }: string): Problem {
  return { reason: `has ${length.toLocaleString("en")} characters; 1,024 is the most` };
}

function severalProblem(target: string): Problem | undefined {
  return /[\s,;|]https?:\/\//i.test(target) ? { reason: "holds several URLs; give each target on its own" } : undefined;
}

const fileName =
  /^[^/]*\.(html?|xml|json|m?js|css|map|txt|md|ico|png|jpe?g|gif|svg|webp|avif|woff2?|pdf|wasm|webmanifest)$/i;

/** What has no scheme is a host's URL, or a file's path as `hashFiles` without `urlPrefix` gives it. */
function schemeProblem(target: string): Problem | undefined {
  const [, twice] = /^https?:\/\/(https?:.+)$/is.exec(target) ?? [];
  if (twice !== undefined) return { reason: "has its scheme twice", suggestion: twice };
  if (/^https?:\/\//i.test(target) && !target.includes("\\")) return undefined;
  if (/^https?:[/\\]*/i.test(target)) {
    const [scheme = ""] = target.split(":", 1);
    const rest = target.slice(scheme.length + 1).replace(/^[/\\]+/, "");
    const cut = rest.search(/[?#]/);
    const slashed = (text: string): string => text.replaceAll("\\", "/");
    const right = cut < 0 ? slashed(rest) : slashed(rest.slice(0, cut)) + rest.slice(cut).replaceAll("\\", "%5C");
    const reason = target.includes("\\") ? "holds a backslash" : "must have two slashes after its scheme";
    return { reason, suggestion: right === "" ? undefined : `${scheme.toLowerCase()}://${right}` };
  }
  const [, inner] = /^["'`<](https?:\/\/.*)["'`>]$/is.exec(target) ?? [];
  if (inner !== undefined) return { reason: "is in quotation marks", suggestion: inner };
  if (target.startsWith("//")) return { reason: "lacks its scheme", suggestion: `https:${target}` };
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(target)) {
    return { reason: "must begin with http:// or https://, the schemes that an edge serves" };
  }
  if (/^[a-z0-9.-]+\.[a-z]{2,}(:\d+)?([/?#]|$)/i.test(target) && !fileName.test(target)) {
    return { reason: "lacks its scheme", suggestion: `https://${target}` };
  }
  if (fileName.test(target) || /^[^:]*\//.test(target)) {
    return { reason: "is no URL; this is a path: give hashFiles a urlPrefix, or write the URL in full" };
  }
  return { reason: "must be a full URL such as https://www.example.com/path" };
}

function partsProblem(target: string, form: UrlForm): Problem | undefined {
  const match = /^(https?):\/\/([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?$/is.exec(target);
  if (match === null) return { reason: "is no URL" };
  const [, scheme = "", authority = "", path = "", query = "", fragment] = match;
  const rebuilt = (host: string, rest: string): string => `${scheme}://${host}${rest}`;
  const host = authorityProblem(authority);
  if (host !== undefined) {
    const { suggestion } = host;
    return { ...host, suggestion: suggestion && rebuilt(suggestion, `${path}${query}${fragment ?? ""}`) };
  }
  if (fragment !== undefined && !/&#x?[0-9a-f]+;/i.test(target)) {
    const reason = "has a fragment (#), which no visitor's browser sends";
    return { reason, suggestion: rebuilt(authority, `${path}${query}`) };
  }
  const rest = `${path}${query}`;
  const problem = pathProblem(path, query, target);
  if (problem !== undefined)
    return { ...problem, suggestion: problem.suggestion && rebuilt(authority, problem.suggestion) };
  if (target.length > longestUrl) return tooLong(target);
  if (form === "file" || rest.endsWith("/")) return undefined;
  if (query !== "") return { reason: "is no directory: it has a query string", suggestion: rebuilt(authority, path) };
  const folder = fileName.test(path.slice(path.lastIndexOf("/") + 1))
    ? path.slice(0, path.lastIndexOf("/") + 1)
    : `${path}/`;
  return { reason: "is no directory", suggestion: rebuilt(authority, folder) };
}

const entities: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "%3C",
  "&gt;": "%3E",
  "&quot;": "%22",
  "&#39;": "'",
};
const anyEntity = /&(?:amp|lt|gt|quot|#39);/g;

function pathProblem(path: string, query: string, target: string): Problem | undefined {
  const rest = `${path}${query}`;
  if (/&(?:amp|lt|gt|quot|#x?[0-9a-f]+);/i.test(target)) {
    const plain = rest.replaceAll(anyEntity, (entity) => entities[entity] ?? entity);
    const reason = "holds an HTML entity such as &amp;, which stands for & in HTML only";
    return { reason, suggestion: target.includes("#") ? undefined : plain };
  }
  if (path.includes("*")) return { reason: "has a wildcard, which this type does not take" };
  if (/\$\{[^{}]*\}|\{\{[^{}]*\}\}/.test(rest)) {
    return { reason: "holds the place of a value that was not filled in, such as ${name} or {{name}}" };
  }
  if (/%u[0-9a-f]{4}/i.test(rest)) {
    const reason = "holds %u, an escape that only JavaScript's old escape() writes";
    const units = (run: string): string =>
      run.replaceAll(/%u([0-9a-f]{4})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
    return { reason, suggestion: rest.replaceAll(/(?:%u[0-9a-f]{4})+/gi, units) };
  }
  if (/%(?![0-9a-f]{2})/i.test(rest)) {
    const reason = "has a % that begins no escape; the sign itself is %25";
    return { reason, suggestion: rest.replaceAll(/%(?![0-9a-f]{2})/gi, "%25") };
  }
  if (/%(?:0[0-9a-f]|1[0-9a-f]|7f)/i.test(path)) return { reason: "holds an escaped control character" };
  if (rest.includes(" ")) return { reason: "holds a space", suggestion: rest.replaceAll(" ", "%20") };
  // What is escaped already stays: a second time would be another URL.
  const encoded = rest.replaceAll(/[^\u0021-\u007e]+|["<>`{}\\^]/g, (part) => encodeURIComponent(part));
  if (encoded !== rest) return { reason: "holds characters that must be percent-encoded", suggestion: encoded };
  if (/(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i.test(path)) {
    const resolved = new URL(`http://host${path}`).pathname;
    return { reason: "has . or .. in its path, which browsers resolve", suggestion: `${resolved}${query}` };
  }
  return undefined;
}

/** Host and port, without what browsers never send. */
function authorityProblem(authority: string): Problem | undefined {
  if (authority.includes("@")) {
    return {
      reason: "has a user name or password before its host, which is no part of what an edge knows; leave it out",
    };
  }
  const [, name = "", port] = /^(\[[^\]]*\]|[^:[]*)(:.*)?$/s.exec(authority) ?? [];
  if (name === "") return { reason: "has no host name" };
  if (port !== undefined && !(/^:\d{1,5}$/.test(port) && Number(port.slice(1)) > 0 && Number(port.slice(1)) < 65_536)) {
    return { reason: `has no port after the colon (${port})`, suggestion: port === ":" ? name : undefined };
  }
  if (name.startsWith("[")) return URL.canParse(`http://${name}`) ? undefined : { reason: "has no host name" };
  const problem = nameProblem(name);
  return problem && { ...problem, suggestion: problem.suggestion && `${problem.suggestion}${port ?? ""}` };
}

/** Of a name as DNS and HTTP have it. */
function nameProblem(name: string): Problem | undefined {
  if (name.includes("*")) return { reason: "has a wildcard, which this type does not take" };
  if (/[^\u0000-\u007f]/.test(name)) {
    const ascii = domainToASCII(name);
    return {
      reason: "has a host name that is not ASCII; give it in Punycode",
      suggestion: ascii === "" ? undefined : ascii,
    };
  }
  if (/[^a-z0-9._-]/i.test(name)) return { reason: "has characters in its host name that no host name has" };
  const labels = name.split(".");
  if (labels.includes("")) {
    const full = labels.filter((label) => label !== "").join(".");
    return {
      reason: "has an empty label in its host name (a dot too many)",
      suggestion: full === "" ? undefined : full,
    };
  }
  if (name.length > 253 || labels.some((label) => label.length > 63)) {
    return { reason: "has a host name that is too long: 253 characters, and 63 between two dots, are the most" };
  }
  if (labels.some((label) => /^-|-$/.test(label)))
    return { reason: "has a host name in which a label begins or ends with -" };
  // A last label of digits makes an IPv4 address of it, or nothing.
  const read = URL.parse(`http://${name}`)?.hostname;
  if (read === undefined) return { reason: "has a host name that no browser takes" };
  return read === name.toLowerCase()
    ? undefined
    : { reason: `has a host name that browsers read as ${read}`, suggestion: read };
}

export function hostProblem(target: string): Problem | undefined {
  if (target.length > longestUrl)
    return { reason: `has ${target.length.toLocaleString("en")} characters; no host name has` };
  const odd = characterProblem(target);
  if (odd !== undefined) return odd;
  const plain = target.replace(/^(?:[a-z][a-z0-9+.-]*:)?\/\//i, "").replace(/[/?#\\].*$/s, "");
  const name = plain.replace(/:\d*$/, "");
  const right = hostNameProblem(name) === undefined ? name : undefined;
  if (target !== plain) {
    const what = /^[^/]*\/\//.test(target) ? "without scheme" : "without path";
    return { reason: `must be a host name ${what}`, suggestion: right };
  }
  if (name !== plain) return { reason: "must be a host name without port", suggestion: right };
  return hostNameProblem(name);
}

function hostNameProblem(name: string): Problem | undefined {
  if (name === "") return { reason: "must be a host name such as www.example.com" };
  const problem = nameProblem(name);
  if (problem !== undefined) return problem;
  return name.includes(".") && !name.includes("_") && !/(^|\.)\d+$/.test(name)
    ? undefined
    : { reason: "must be a host name such as www.example.com" };
}
