/** Who looks on at a session: told what is said and which calls begin and end. Texts arrive without secrets. */
import type { LogEntry, LogSink } from "./host.ts";

export interface ObservedCall {
  readonly method: string;
  /** The resource's URN, or the function's token. */
  readonly about: string;
  /** W3C `traceparent` of the engine's span. */
  readonly parent: string | undefined;
}

export interface Outcome {
  /** gRPC status by name; `OK`. */
  readonly status: string;
  readonly message: string;
}

export type Facts = Readonly<Record<string, string>>;

/** A call under way. */
export interface Watched {
  end(outcome: Outcome): void;
  /** Something within it begins, such as a request to a cloud; the result is called when that has ended. */
  part(name: string): (facts: Facts) => void;
}

export interface Observer {
  log?(entry: LogEntry): void;
  /** A call begins. */
  begin?(call: ObservedCall): Watched;
  flush?(): Promise<void>;
}

/** Tells the observers what goes to the engine. */
export function observed(sink: LogSink, observers: readonly Observer[]): LogSink {
  if (observers.length === 0) return sink;
  return {
    write(entry) {
      for (const observer of observers) observer.log?.(entry);
      return sink.write(entry);
    },
  };
}

/** Tells the observers that a call begins; the result tells them what is in it and how it ended. */
export function begin(observers: readonly Observer[], call: ObservedCall): Watched {
  const all = observers.flatMap((observer) => observer.begin?.(call) ?? []);
  return {
    end: (outcome) => all.forEach((each) => each.end(outcome)),
    part(name) {
      const ends = all.map((each) => each.part(name));
      return (facts) => ends.forEach((end) => end(facts));
    },
  };
}
