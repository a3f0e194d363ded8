#!/usr/bin/env node
/** `npx edgecache-emulator`. */
import * as nodeModule from "node:module";

// compiled code is kept for the next start; before Node 22.8 there is no such thing
nodeModule.enableCompileCache?.();

try {
  const { run } = await import("./run.ts");
  await run();
} catch (error) {
  process.stderr.write(`edgecache-emulator: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
