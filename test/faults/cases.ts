/** Which cases there are, and their names. */
import type { Phase } from '../fakes/index.ts';
import { isGap } from './deeds.ts';
import { flowNamed } from './flows.ts';
import { kinds, type Kind } from './kinds.ts';
import type { Target } from './story.ts';
import type { Case } from './try-case.ts';

export interface NumberedCase extends Case {
  /** Position of the request in its flow. */
  readonly k: number;
}

/** Replies that only GitHub gives. */
const gitHubsAlone = /^(?:single sign-on|primary limit)/;

const phases: readonly Phase[] = ['before', 'after'];

/** `rotate-now:7:reset:after`: what `--only` takes. */
export function idOf({ flow, k, kind, phase }: NumberedCase): string {
  return `${flow}:${k}:${kind}:${phase}`;
}

/** Every case of a flow with these requests. */
export function casesOf(flow: string, targets: readonly Target[]): NumberedCase[] {
  const last = new Map(targets.map(({ label, occurrence }) => [label, occurrence]));
  const isMiddle = ({ label, occurrence }: Target): boolean =>
    isPoll(label) && occurrence > 0 && occurrence < (last.get(label) ?? 0);
  return targets.flatMap((target, k) =>
    isMiddle(target)
      ? []
      : [...kinds].flatMap(([kind, what]) =>
          phases
            .filter((phase) => makesSense(kind, what, phase, { flow, k, target }))
            .map((phase) => ({ flow, k, target, kind, phase })),
        ),
  );
}

/** A wait asks the same again and again: its first question and its last stand for those between. */
function isPoll(label: string): boolean {
  return label.includes('/actions/runs');
}

/** A read has no effect, so before and after it are the same to whoever gets the reply; but not to a signal. */
function makesSense(
  name: string,
  kind: Kind,
  phase: Phase,
  { flow, k, target }: Pick<NumberedCase, 'flow' | 'k' | 'target'>,
): boolean {
  const { label } = target;
  const isRead = / (GET|POST vtex) /.test(` ${label} `);
  switch (kind.does) {
    case 'token':
      return phase === 'after' && label.endsWith('/apitoken/renew');
    case 'signal':
      return true;
    case 'condition':
      return k === 0 && phase === 'before';
    case 'act':
      return !isRead && !isGap(kind, phase, target, flowNamed(flow));
    case 'reply':
      if (gitHubsAlone.test(name) && !label.includes(' github ')) return false;
      // A poll that drips for good would take as much real time.
      if (name === 'drip for good' && isPoll(label)) return false;
      return phase === 'before' || !isRead;
    case 'down':
      return !isRead || (phase === 'before' && !name.endsWith('minutes'));
  }
}

/** A signal ends the process that gets it, and Node reads which certificates it trusts when it starts. */
export function needsOwnProcess({ kind }: Case): boolean {
  const what = kinds.get(kind);
  return what?.does === 'signal' || (what?.does === 'down' && what.distrusted);
}

/**
 * Whether a reply is disturbed on the built files too: once for every fault of the plainest flow, and in turn for the
 * others, so that each of their requests meets some.
 */
export function onBuiltFilesToo({ flow, k, kind }: NumberedCase): boolean {
  const what = kinds.get(kind);
  if (what?.does === 'reply' && what.persistent) return false;
  return flow === 'rotate-now' || ([...kinds.keys()].indexOf(kind) + k) % 10 === 0;
}

export function parseId(id: string): { flow: string; k: number; kind: string; phase: Phase } {
  const [, flow, k, kind, phase] = /^([^:]+):(\d+):(.+):(before|after)$/.exec(id) ?? [];
  if (flow === undefined || kind === undefined) throw new Error(`not the name of a case: ${id}`);
  return { flow, k: Number(k), kind, phase: phase as Phase };
}
