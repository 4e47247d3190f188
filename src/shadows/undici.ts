/**
 * Stands in the bundle for `undici` as a whole: `@actions/github` takes `fetch` from it for its proxies. What is needed of
 * undici is imported part by part, see `src/http`.
 */

export function fetch(): never {
  throw new Error('fetch is not part of this bundle');
}
