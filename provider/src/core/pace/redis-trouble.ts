/** What is wrong with a Redis server, in words of our own: those of its errors may hold addresses, keys and passwords. Pure. */

/** What the user can do about it, by the code of the connection or the first word of the server's answer. */
const advice: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens at its address",
  ENOTFOUND: "its host name is unknown",
  WRONGPASS: "it refuses the user or the password",
  NOAUTH: "it asks for a password",
  NOPERM: "its user needs EVAL, EVALSHA, GET and SET on edgecache:*",
  OOM: "it is full",
  READONLY: "it is a replica; give the address of the primary",
  MOVED: "it belongs to a cluster; give a server that stands alone",
  CLUSTERDOWN: "it belongs to a cluster; give a server that stands alone",
  WRONGTYPE: "something else uses keys that begin with edgecache:",
  LOADING: "it is starting",
};

/** By the first of these errors that says anything; of none is known but that there was no answer. */
export function troubleOf(...errors: readonly unknown[]): string {
  const [code] = errors.flatMap((error) => codeOf(error) ?? []);
  return code ?? (errors.some(isClosed) ? "it ended the connection" : "it did not answer in time");
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof URIError) return "its address has a % that begins no escape";
  if (/RESP type/.test(error.message)) return "what listens there is no Redis server";
  const given: unknown = Reflect.get(error, "code");
  const code = typeof given === "string" ? given : /^[A-Z]{3,}\b/.exec(error.message)?.[0];
  if (code === undefined) return undefined;
  if (/CERT|ISSUER|SIGNED/.test(code)) return `${code}: its certificate is not trusted; see caBundle`;
  return advice[code] === undefined ? code : `${code}: ${advice[code]}`;
}

/** The other side has ended the connection. */
export function isClosed(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code: unknown = Reflect.get(error, "code");
  return error.message === "Connection is closed." || code === "ECONNRESET" || code === "EPIPE";
}
