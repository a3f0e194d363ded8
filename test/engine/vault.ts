/**
 * Who keeps the key of the tests' stacks: a stand-in for the transit engine of HashiCorp Vault, which gives back what it
 * is given. By a passphrase each `pulumi` command derives its key anew, a million hashes and half of all it computes;
 * the demo and the test kit do it that way.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as z from "zod";

const asked = z.object({ ciphertext: z.string() });

export default async function setup(): Promise<() => Promise<void>> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { ciphertext } = asked.parse(JSON.parse(Buffer.concat(chunks).toString()));
      const data = { plaintext: ciphertext.replace(/^vault:v1:/, "") };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ data }));
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  // oxlint-disable-next-line typescript/consistent-type-assertions -- it listens on a port
  const { port } = server.address() as AddressInfo;
  // Workers inherit it, and so does the CLI.
  process.env["VAULT_SERVER_URL"] = `http://127.0.0.1:${port}`;
  process.env["VAULT_SERVER_TOKEN"] = "none";
  return async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
}
