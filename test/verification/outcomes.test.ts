import { expect, test } from 'vitest';
import { status } from '../fakes/faults.ts';
import { badOutcomes, oddOutcomes } from '../fakes/index.ts';
import {
  after,
  before,
  expectBothValid,
  holding,
  listed,
  pending,
  rig,
  type Acted,
  type Rig,
} from './rig.ts';

const others = 'VTEX_APP_TOKEN\nVTEX_APP_TOKEN_BACKOFFICE\nrepos/acme/api/actions/secrets/VTEX_APP_TOKEN';
const everyListed = [listed, `${listed}_BACKOFFICE`, 'repos/acme/api/actions/secrets/VTEX_APP_TOKEN'];
const outcomes = Object.entries({ ...badOutcomes, ...oddOutcomes });
const endless = new Set(['never ends', 'waits for approval']);

async function scene(name: string): Promise<Rig> {
  const behaviour = { ...badOutcomes, ...oddOutcomes }[name];
  const made = await rig(behaviour === undefined ? {} : { workflow: { behaviour } });
  const { github } = made.store;
  github.addRepository('acme/api');
  for (const path of everyListed.slice(1)) github.setSecret(path, made.oldToken);
  return made;
}

function expectRed(made: Rig, run: Acted, name: string, result: 'restored' | 'failed'): void {
  const code = endless.has(name) ? 'verification-timeout' : 'verification-failed';
  expect(run.ending).toBe(`${result} [${code}] 1`);
  expectBothValid(made);
  expect(holding(made, pending)).toBe('new');
  const dispatched = made.store.github.runs.all.at(-1);
  const page = `https://github.com/acme/store/actions/runs/${String(dispatched?.id)}`;
  const conclusion = endless.has(name) ? 'cancelled' : dispatched?.conclusion;
  expect(run.runs).toEqual([{ workflow: 'verify-vtex-token.yml', url: page, conclusion }]);
  expect(dispatched).toMatchObject({ status: 'completed', conclusion });
  expect(made.requests(/dispatches$/)).toHaveLength(1);
  // The message leads to the run; the summary tells the state and both of the Admin's ways out of it.
  expect(run.said).toContain(page);
  expect(run.said).toMatch(/Both tokens work|There is no old token/);
  expect(run.page).toMatch(/Undo Renewal|operation: undo/);
  expect(run.page).toContain('Delete old token');
  expect(run.page).toContain('pending-token');
  expect(run.log).toContain('✗ Verify with the workflows');
}

test.each(outcomes)('before the update, %s touches no consumer', async (name) => {
  await using made = await scene(name);
  const run = await made.act({ ...before, secrets: others, 'verification-timeout-minutes': '2' });
  expectRed(made, run, name, 'failed');
  expect(everyListed.map((path) => holding(made, path))).toEqual(['old', 'old', 'old']);
  expect(made.requests(/^PUT /).map(({ label }) => label.split('/').at(-1))).toEqual([
    'VTEX_APP_TOKEN_OLD',
    'VTEX_APP_TOKEN_PENDING',
  ]);
  expect(run.outputs['updated-secrets']).toBe('[]');
});

test.each(outcomes)('after the update, %s has the old token restored', async (name) => {
  await using made = await scene(name);
  const run = await made.act({ ...after, secrets: others, 'verification-timeout-minutes': '2' });
  expectRed(made, run, name, 'restored');
  expect(everyListed.map((path) => holding(made, path))).toEqual(['old', 'old', 'old']);
  expect(run.outputs['updated-secrets']).toBe('[]');
  const updated = (path: string): number =>
    Math.floor((made.store.github.secret(path)?.updatedAt ?? 0) / 1000);
  for (const path of everyListed) {
    // Later than the pending secret, so nothing takes it for one that holds the new token.
    expect(updated(path)).toBeGreaterThan(updated(pending));
    const written = made.requests(new RegExp(`^PUT .*/${path.split('/').slice(1).join('/')}$`));
    expect(written).toHaveLength(2);
  }
  expect(run.page.match(/<td>🟢&nbsp;old<\/td>/g)).toHaveLength(3);
  // The pending secret.
  expect(run.page.match(/<td>.{1,2}&nbsp;new<\/td>/g)).toHaveLength(1);
});

test.each(['failure', 'never ends', 'unknown conclusion'])('after the update, %s: keep', async (name) => {
  await using made = await scene(name);
  const inputs = { ...after, secrets: others, 'verification-timeout-minutes': '2' };
  const run = await made.act({ ...inputs, 'on-verification-failure': 'keep' });
  expectRed(made, run, name, 'failed');
  expect(everyListed.map((path) => holding(made, path))).toEqual(['new', 'new', 'new']);
  expect(JSON.parse(run.outputs['updated-secrets'] ?? '')).toEqual(everyListed);
  expect(run.page.match(/<td>🟢&nbsp;new<\/td>/g)).toHaveLength(4);
});

test('restore without current-token is announced, and leaves the new token', async () => {
  await using made = await scene('failure');
  const run = await made.act({ ...after, 'current-token': 'none' });
  expectRed(made, run, 'failure', 'failed');
  expect(run.said).toMatch(/warning: .*without current-token there is nothing to restore/);
  expect(holding(made, listed)).toBe('new');
});

test('the failed job and its step are named', async () => {
  await using made = await scene('failure');
  const run = await made.act(after);
  expect(run.said).toMatch(/ended with failure in job verify, step Sign in to VTEX: https:/);
});

test('an approval that is waited for is said at once, with a link', async () => {
  await using made = await scene('waits for approval');
  const { runs } = made.store.github;
  const begun = made.begin(
    { ...after, secrets: others },
    {
      onLine: ({ text }) => {
        const waiting = runs.all.at(-1);
        if (text.includes('waits for an approval') && waiting?.status === 'waiting') runs.approve(waiting);
      },
    },
  );
  const run = await begun.done;
  expect(run.ending).toBe('rotated [] 0');
  expect(run.said).toMatch(
    /notice: verify-vtex-token\.yml: the run waits for an approval: https:\/\/github\.com\/acme\/store\/actions\/runs\/9000002$/,
  );
});

test('GitHub answers 403 to the looks after a restore: github-forbidden, with its reason', async () => {
  await using made = await rig({ workflow: { behaviour: { conclusion: 'failure' } } });
  const { world } = made.store;
  let writes = 0;
  world.intercept = ({ label }, phase) => {
    if (/^PUT .*VTEX_APP_TOKEN$/.test(label) && phase === 'after') writes += 1;
    return writes >= 2 && /^GET github .*secrets/.test(label)
      ? status(403, { message: 'Resource not accessible by integration' })
      : undefined;
  };
  const run = await made.act(after);
  expect(run.ending).toBe('failed [verification-failed,github-forbidden] 1');
  expect(run.said).toMatch(/not seen to arrive in: \S*VTEX_APP_TOKEN\. GitHub refused to read/);
  expect(holding(made, listed)).toBe('old');
});
