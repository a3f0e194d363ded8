/** What the bench compares with: a hono handler that reads the body and answers a constant. */
import { serve } from "@hono/node-server";
import { Hono } from "hono";

const app = new Hono();
app.all("/", async ({ req, json }) => {
  await req.text();
  return json({ RequestId: "5BBE3C5A-8A4A-4B0E-9A55-3C2B0C3D7F0A" });
});
const options = { fetch: app.fetch, port: 0, hostname: "127.0.0.1", serverOptions: { maxHeaderSize: 4 * 1024 * 1024 } };
serve(options, ({ port }) => process.stdout.write(`${JSON.stringify({ endpoint: `http://127.0.0.1:${port}` })}\n`));
