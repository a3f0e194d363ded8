// @ts-nocheck Runs in the browser; the workspace's types are Node's.
/** The control API, for the tenant that the page shows. */

export const base = location.pathname.replace(/\/$/, "");
export const shown = { tenant: new URLSearchParams(location.search).get("tenant") ?? "default" };

export async function ask(path, method = "GET", body) {
  const headers = {
    "x-emulator-tenant": shown.tenant,
    ...(method === "GET" ? {} : { "content-type": "application/json" }),
  };
  const response = await fetch(base + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
  const text = await response.text();
  const answer = text ? JSON.parse(text) : undefined;
  if (!response.ok) throw new Error(answer?.error ?? response.statusText);
  return answer;
}
