/** The machine that a provider runs on. */
import type { Host } from "../protocol/host.ts";
import { fileNotes } from "./run-notes.ts";

export const machine: Omit<Host, "connectEngine"> = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, callback) {
    // Node's timers cannot count further: as good as never.
    const timer = setTimeout(callback, Math.min(ms, 2 ** 31 - 1));
    timer.unref();
    return () => clearTimeout(timer);
  },
  environment: (name) => process.env[name],
  runNotes: fileNotes,
  stderr: (line) => process.stderr.write(line),
};
