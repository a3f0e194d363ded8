/**
 * Notices an engine that dies without a word (killed, crashed): it sends
 * neither Cancel nor a signal, and the plugin would stay behind for ever.
 */
import { connect } from "node:http2";

interface Timer {
  after(ms: number, callback: () => void): () => void;
}

const patienceMs = 500;

/**
 * Holds an idle HTTP/2 connection to the engine's log service. A proper one:
 * a connection that says nothing would hold up an engine that stops with grace.
 * What was never there is not waited for.
 */
export function watchEngine(address: string, timer: Timer, gone: () => void): void {
  let refusals = 0;
  const dial = (): void => {
    let met = false;
    const session = connect(`http://${address}`);
    session.unref();
    session.on("connect", () => (met = true));
    session.on("error", () => undefined);
    session.on("close", () => {
      // Hanging up is the engine's right; not answering the next call either means that it is gone.
      if (met) refusals = 0;
      else if (everMet && (refusals += 1) > 1) return gone();
      everMet ||= met;
      if (everMet) timer.after(patienceMs, dial);
    });
  };
  let everMet = false;
  dial();
}
