/** A note in a file: the whole resource. */
import { readFile, rm, writeFile } from "node:fs/promises";
import * as z from "zod";
import { defineResource } from "../../../provider/src/engine/define/index.ts";

const inputs = {
  path: z.string().startsWith("/").meta({ description: "Where the note is: an absolute path." }),
  text: z.string().default("").meta({ description: "What it says." }),
};
const outputs = {
  bytes: z.number().int().meta({ description: "How long it is." }),
};

export const note = defineResource<undefined, typeof inputs, typeof outputs>({
  token: "example:index:Note",
  description: "A note in a file.",
  inputs,
  outputs,
  replaceOn: ["path"],
  check: ({ text = "" }) => (text.includes("\0") ? [{ path: ["text"], reason: "must be text" }] : []),
  async apply({ desired, operation }) {
    await writeFile(desired.path, desired.text, { signal: operation.signal });
    operation.log.info(`wrote ${desired.path}`);
    return { id: desired.path, outputs: { bytes: Buffer.byteLength(desired.text) } };
  },
  async read({ id }) {
    const text = await readFile(id, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    if (text === undefined) return undefined;
    return { id, inputs: { path: id, text }, outputs: { bytes: Buffer.byteLength(text) } };
  },
  async delete({ id }) {
    await rm(id, { force: true });
  },
});
