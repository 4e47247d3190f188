/** The runs whose summaries a user meets: of the built action, on the fakes. */
import { Shop } from '../../demo/shop.ts';
import { troubles } from '../../demo/faults.ts';
import { runAction, type ActionRun } from '../runner/runner.ts';
import { VirtualTime } from '../runner/virtual-time.ts';

export interface SummaryRun {
  readonly name: string;
  readonly result: string;
  /** The code that it fails with. */
  readonly code?: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly happens?: (shop: Shop) => void;
}

const afterUpdate = { 'verify-before-update': 'false', 'verification-inputs': 'secret-name=VTEX_APP_TOKEN' };

export const summaryRuns: readonly SummaryRun[] = [
  {
    name: 'rotated',
    result: 'rotated',
    inputs: { 'renew-after-days': '90' },
    happens: (shop) => {
      shop.deploy();
    },
  },
  { name: 'pending', result: 'pending', inputs: { 'delete-old-token': 'later', 'renew-after-days': '90' } },
  { name: 'checked', result: 'checked', inputs: { operation: 'check' } },
  { name: 'skipped', result: 'skipped', inputs: { 'renew-after-days': '180' } },
  {
    name: 'partial-failure',
    result: 'failed',
    code: 'secret-write-failed',
    happens: troubles.store.begins,
  },
  {
    name: 'restored',
    result: 'restored',
    code: 'verification-failed',
    inputs: afterUpdate,
    happens: troubles.verify.begins,
  },
  {
    name: 'renewal-pending',
    result: 'failed',
    code: 'renewal-pending',
    happens: ({ store }) => {
      store.vtex.adminRenew(store.targetKey);
    },
  },
  { name: 'lost', result: 'failed', code: 'renewal-lost', happens: troubles.renew.begins },
];

/** Its name is random, and would change every picture. */
const shownKey = 'vtexappkey-acmestore-HCOAEX';

export async function runFor({ inputs, happens }: SummaryRun): Promise<ActionRun> {
  await using shop = await Shop.open();
  const { store } = shop;
  happens?.(shop);
  const run = await runAction({
    inputs: shop.inputs(inputs),
    env: {
      ...store.env(),
      GITHUB_ACTION_REPOSITORY: 'your_organization/rotate-vtex-token',
      GITHUB_ACTION_REF: 'v1',
      GITHUB_WORKFLOW_REF: `${store.repository}/.github/workflows/rotate.yml@refs/heads/main`,
    },
    virtualTime: new VirtualTime(store.world),
  });
  return { ...run, summary: run.summary.replaceAll(store.targetKey, shownKey) };
}
