/** When requests leave: then there is time for what is needed only later. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** https://undici.nodejs.org/#/docs/api/DiagnosticsChannel: a request's head is about to be written to its connection. */
const channel = 'undici:client:sendHeaders';

/**
 * Resolves once a request has left, to this origin if one is given; after so many milliseconds at the latest, for a
 * connection may take its time, or fail.
 */
export function whenSent(longestMs: number, origin?: string): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(end, longestMs);
    function look(message: unknown): void {
      const { request } = message as { readonly request: { readonly origin: unknown } };
      if (origin === undefined || String(request.origin) === origin) end();
    }
    function end(): void {
      clearTimeout(timer);
      unsubscribe(channel, look);
      resolve();
    }
    subscribe(channel, look);
  });
}
