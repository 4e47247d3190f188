/** The command line of the demo. */
import { parseArgs } from 'node:util';

/** The steps of the procedure at which the demo can make something go wrong, in their order. */
export const failSteps = [
  'observe',
  'reserve',
  'renew',
  'stage',
  'check-token',
  'verify',
  'store',
  'drain',
  'confirm',
  'finish',
  'prove',
  'clean-up',
] as const;

export type FailStep = (typeof failSteps)[number];

export type Choice =
  { readonly play: 'rotate' | 'later' | 'check' } | { readonly play: 'fail'; readonly step: FailStep };

export interface Arguments {
  readonly choice: Choice;
  /** Directory for the page. */
  readonly out: string;
}

export const usage = `Usage: npm run demo [-- OPTION]

  (nothing)      a whole rotation
  --later        rotate with delete-old-token: later, and finish a week later
  --check        look at everything, change nothing
  --fail STEP    something goes wrong at STEP, and the next run takes it up
                 STEP: ${failSteps.slice(0, 6).join(', ')},
                       ${failSteps.slice(6).join(', ')}
  --out DIR      where the page goes (demo-output)
  --help         this text
`;

/** Gives what is asked for, or what is wrong with it. */
export function readArguments(args: readonly string[]): Arguments | 'help' | { readonly wrong: string } {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        later: { type: 'boolean' },
        check: { type: 'boolean' },
        fail: { type: 'string' },
        out: { type: 'string' },
        help: { type: 'boolean' },
      },
    }));
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : String(error) };
  }
  if (values.help === true) return 'help';
  const chosen: Choice[] = [];
  if (values.later === true) chosen.push({ play: 'later' });
  if (values.check === true) chosen.push({ play: 'check' });
  if (values.fail !== undefined) {
    const step = failSteps.find((one) => one === values.fail);
    if (step === undefined) return { wrong: `There is no step "${values.fail}" to fail at.` };
    chosen.push({ play: 'fail', step });
  }
  if (chosen.length > 1) return { wrong: 'Choose one of --later, --check and --fail.' };
  return { choice: chosen[0] ?? { play: 'rotate' }, out: values.out ?? 'demo-output' };
}
