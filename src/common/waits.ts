/** Waits that grow by a factor up to a longest one, without end. Milliseconds. */
export function* growingWaits(first: number, factor: number, longest: number): Generator<number, never> {
  for (let wait = first; ; wait = Math.min(wait * factor, longest)) yield wait;
}
