/**
 * Notices an engine that ends without notice (killed, crashed): it sends
 * neither Cancel nor a signal, and the plugin would stay behind for ever.
 */
import { connect } from "node:http2";
import type { Host } from "../protocol/host.ts";

const redialMs = 500;

/**
 * Holds an idle HTTP/2 connection to the engine's log service. A bare TCP
 * connection would not do: an engine that stops waits two minutes for its preface.
 * An address that never answered is not watched.
 */
export function watchEngine(address: string, host: Pick<Host, "after">, gone: () => void): void {
  let everConnected = false;
  let refusals = 0;
  const dial = (): void => {
    let connected = false;
    const session = connect(`http://${address}`);
    session.unref();
    session.on("connect", () => (connected = true));
    session.on("error", () => undefined);
    session.on("close", () => {
      // The engine may close an idle connection; when the next two fail, it is gone.
      if (connected) refusals = 0;
      else if (everConnected && (refusals += 1) > 1) return gone();
      everConnected ||= connected;
      if (everConnected) host.after(redialMs, dial);
    });
  };
  dial();
}
