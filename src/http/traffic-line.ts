/** One line of the debug log for each request, with nothing in it that could be a secret. */
import type { Quoter } from '../common/quoter.ts';
import type { Traffic } from './http.ts';
import { requestIdIn } from './request-id.ts';

/** `PUT api.github.com/repos/acme/store/actions/secrets/X: 204 in 123 ms, request id 0400:…`. The query is left out. */
export function trafficLine({ method, url, durationMs, outcome }: Traffic, quoter: Quoter): string {
  const target = URL.parse(url);
  const place = quoter.quote(target === null ? '' : target.host + target.pathname, 300);
  const took = `in ${Math.round(durationMs)} ms`;
  if ('reason' in outcome) return `${method} ${place}: ${outcome.reason} ${took}`;
  const id = quoter.quote(requestIdIn(outcome.headers), 64);
  return `${method} ${place}: ${outcome.status} ${took}${id === '' ? '' : `, request id ${id}`}`;
}
