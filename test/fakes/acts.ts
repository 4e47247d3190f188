// What somebody does at a certain request: a person, another program, GitHub or VTEX themselves.
import type { Fault } from './faults.ts';
import type { Phase, RecordedRequest } from './world.ts';

export interface Act {
  /** Of which requests, by their label; of all, if absent. */
  readonly label?: RegExp;
  /** At the n-th of them from now on, from 1; the first, if absent. */
  readonly nth?: number | 'every';
  /** Before the request has its effect, or after it and before the reply; before, if absent. */
  readonly phase?: Phase;
  /** What is done; the request goes on when it is done. */
  readonly does?: (request: RecordedRequest) => unknown;
  /** What the client then suffers. */
  readonly suffers?: (request: RecordedRequest) => Fault;
}

export class Acts {
  readonly #waiting = new Map<Act, Set<RecordedRequest>>();

  add(act: Act): () => void {
    this.#waiting.set(act, new Set());
    return () => this.#waiting.delete(act);
  }

  /** Lets everybody act whose moment it is; the first fault counts. */
  async at(request: RecordedRequest, phase: Phase): Promise<Fault | undefined> {
    const due = [...this.#waiting].filter(([act, seen]) => isDue(act, seen, request, phase));
    let fault: Fault | undefined;
    for (const [act] of due) {
      await act.does?.(request);
      fault ??= act.suffers?.(request);
    }
    return fault;
  }
}

function isDue(
  { label, nth = 1, phase = 'before' }: Act,
  seen: Set<RecordedRequest>,
  request: RecordedRequest,
  now: Phase,
): boolean {
  if (label?.test(request.label) === false) return false;
  // Counted when it arrives, whatever is done at what phase.
  if (now === 'before') seen.add(request);
  return now === phase && (nth === 'every' || [...seen].indexOf(request) === nth - 1);
}
