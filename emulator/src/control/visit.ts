/** Visits at the edge by the control API: for who cannot send a Host header of their own, such as a web page. */
import { requestAddress } from "../ports/address.ts";
import type { Tenant } from "../tenant/tenant.ts";
import type { VisitAnswer } from "./protocol.ts";
import type { NewVisit } from "./schemas.ts";

const MOST_BODY = 4096;

/** At the node, or at each one; undefined where no service delivers the host or there is no such node. */
export async function visitAtEdge(
  tenant: Tenant,
  { url, node, method, headers }: NewVisit,
): Promise<VisitAnswer[] | undefined> {
  const parsed = new URL(url);
  const address = requestAddress(parsed.host, parsed.pathname + parsed.search);
  if (!address) return undefined;
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const visit = { method, ...address, headers: { ...lower, host: parsed.host } };
  const names = node === undefined ? tenant.edge.nodes.map(({ name }) => name) : [node];
  const served = await Promise.all(names.map((name) => tenant.edge.serve(visit, name)));
  const answers = served.flatMap((one) => (one === undefined ? [] : [one]));
  if (answers.length === 0) return undefined;
  return answers.map(({ node: at, status, cache, age, body }) => ({
    node: at,
    status,
    cache,
    age,
    body: Buffer.from(body).toString("utf8").slice(0, MOST_BODY),
  }));
}
