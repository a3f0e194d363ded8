/** What is around a provider, as far as this layer needs it. Tests have their own. */

export interface Host {
  /** Milliseconds since 1970, as the machine has it. */
  now(): number;
  /** Milliseconds since an unknown moment; never set back, as the wall clock can be. */
  monotonic(): number;
  /** Calls back after `ms`; the result calls it off. Never keeps the process alive. */
  after(ms: number, callback: () => void): () => void;
  environment(name: string): string | undefined;
  stderr(line: string): void;
  /** Texts under a key that every plugin process of one run sees, as far as the machine allows. */
  readonly runNotes: RunNotes;
  /** The engine's own services at an address. */
  connectEngine(address: string): Engine;
}

export interface RunNotes {
  add(run: string, key: string, text: string): void;
  list(run: string, key: string): readonly string[];
}

export interface Engine extends LogSink {
  /** Is its version in this range? Rejects where it is not, and where the engine does not say. */
  requireVersion(range: string): Promise<void>;
}

export interface LogSink {
  write(entry: LogEntry): Promise<void>;
}

export interface LogEntry {
  readonly severity: Severity;
  readonly message: string;
  readonly urn: string;
  /** Shown on the status line only, not kept. */
  readonly ephemeral: boolean;
}

export type Severity = "debug" | "info" | "warning" | "error";
