/** The stories that the demo tells, as runs of the action and what happens between them. */
import type { Choice } from './arguments.ts';
import { troubles } from './faults.ts';
import type { Shop } from './shop.ts';

/** One run of the action, and what comes before it. */
export interface Act {
  readonly workflow: string;
  /** What the audience is told first. */
  readonly tells: string;
  readonly happens?: (shop: Shop) => void;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly expected: { readonly result: string; readonly code?: string };
}

export interface Play {
  readonly title: string;
  readonly acts: readonly Act[];
  /** The token that is left at the end. */
  readonly survivor: 'old' | 'new';
}

const rotating = 'Rotate VTEX token';
const weekMs = 7 * 24 * 60 * 60 * 1000;
const deploying = 'A deployment is under way. It was given the old token and will use it for four minutes.';

export function playOf(choice: Choice): Play {
  switch (choice.play) {
    case 'rotate':
      return {
        title: 'A whole rotation',
        survivor: 'new',
        acts: [{ workflow: rotating, tells: deploying, happens: deploys, expected: { result: 'rotated' } }],
      };
    case 'later':
      return {
        title: 'Rotate now, delete the old token later',
        survivor: 'new',
        acts: [
          {
            workflow: rotating,
            tells: 'The workflow says delete-old-token: later, so that other systems can follow.',
            inputs: { 'delete-old-token': 'later' },
            expected: { result: 'pending' },
          },
          {
            workflow: 'Finish VTEX rotation',
            tells:
              'A week later every other system has the new token, and somebody starts the second workflow.',
            happens: ({ store }) => {
              store.world.advance(weekMs);
            },
            inputs: { operation: 'finish' },
            expected: { result: 'finished' },
          },
        ],
      };
    case 'check':
      return {
        title: 'Look at everything, change nothing',
        survivor: 'old',
        acts: [
          {
            workflow: rotating,
            tells: 'The workflow says operation: check.',
            inputs: { operation: 'check' },
            expected: { result: 'checked' },
          },
        ],
      };
    case 'fail': {
      const { tells, begins, mends, ends, code, results } = troubles[choice.step];
      return {
        title: `Something goes wrong at the step "${choice.step}"`,
        survivor: 'new',
        acts: [
          {
            workflow: rotating,
            tells,
            happens: (shop) => {
              deploys(shop);
              begins(shop);
            },
            expected: { result: results[0], ...(code === undefined ? {} : { code }) },
          },
          {
            workflow: rotating,
            tells: mends,
            happens: (shop) => {
              shop.store.world.intercept = undefined;
              ends?.(shop);
            },
            expected: { result: results[1] },
          },
        ],
      };
    }
  }
}

function deploys(shop: Shop): void {
  shop.deploy();
}
