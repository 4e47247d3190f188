import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { failSteps } from '../demo/arguments.ts';

const demo = fileURLToPath(new URL('../demo/demo.ts', import.meta.url));
const out = mkdtempSync(path.join(tmpdir(), 'demo-'));
afterAll(() => {
  rmSync(out, { recursive: true, force: true });
});

interface Shown {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(...args: string[]): Promise<Shown> {
  const child = spawn(process.execPath, [demo, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => (text[name] += chunk));
  }
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  return { exitCode, ...text };
}

/** Tells a story and expects it to be true. Gives what was printed and the page. */
async function tell(...args: string[]): Promise<{ readonly stdout: string; readonly page: string }> {
  const directory = path.join(out, args.join('') || 'rotate');
  const { exitCode, stdout, stderr } = await run(...args, '--out', directory);
  expect({ exitCode, stderr, failed: stdout.match(/^✗ (?!The step).*/gm) }, stdout).toEqual({
    exitCode: 0,
    stderr: '',
    failed: null,
  });
  const page = readFileSync(path.join(directory, 'index.html'), 'utf8');
  expect(stdout).toContain(path.relative(process.cwd(), path.join(directory, 'index.html')));
  // A piece of an app token is 24 capitals in a row; the demo looks for all the other forms itself.
  for (const text of [stdout, page]) {
    expect(text).not.toMatch(/[A-Z]{24}|ghs_\w{8}|eyJ\w{20}/);
    expect(text).toContain('No token, in no encoding, in the log');
  }
  expect(stdout).not.toContain('\u001b');
  return { stdout, page };
}

describe.concurrent('the demo', () => {
  it('rotates', async () => {
    const { stdout, page } = await tell();
    for (const line of [
      'app-token: ***',
      '✓ Renew the token at VTEX',
      'Result: rotated',
      'of waiting were skipped',
      'refused (401): dead',
      'accepted (200): alive',
    ]) {
      expect(stdout).toContain(line);
    }
    expect(stdout).toMatch(
      /environments\/production\/secrets\/VTEX_APP_TOKEN +[0-9a-f]{8} old +[0-9a-f]{8} new/,
    );
    expect(page).toContain('<h2>✅ VTEX token rotated: all 3 secrets hold the new token</h2>');
    expect(page).toContain('rotate summary');
    expect(page.match(/<section class="run">/g)).toHaveLength(1);
  });

  it('rotates, and finishes later', async () => {
    const { stdout, page } = await tell('--later');
    expect(stdout.match(/Result: \w+/g)).toEqual(['Result: pending', 'Result: finished']);
    expect(page).toContain('<h2>⏳ Both VTEX tokens work: all 3 secrets hold the new token</h2>');
    expect(page).toContain('<h2>✅ Old VTEX token deleted: all 3 secrets hold the new token</h2>');
  });

  it('checks, and changes nothing', async () => {
    const { stdout, page } = await tell('--check');
    expect(stdout).toContain('Result: checked');
    expect(stdout).toContain('Nothing was written');
    expect(page).toContain('<h2>✅ Check passed: nothing wrong was seen, nothing was changed</h2>');
  });

  it('loses the reply of the renewal, and a person undoes it', async () => {
    const { stdout, page } = await tell('--fail', 'renew');
    expect(stdout).toMatch(/Error: renewal-lost: [^]*Undo Renewal/);
    expect(stdout.match(/Result: \w+/g)).toEqual(['Result: failed', 'Result: rotated']);
    expect(page).toContain('<strong>renewal-lost</strong>');
  });

  it('cannot save the new token, and saves it at the end of the job', async () => {
    const { stdout, page } = await tell('--fail', 'stage');
    expect(stdout).toMatch(/Post Rotate\n +Notice: .*its new token is now in .*VTEX_APP_TOKEN_PENDING/);
    expect(stdout).toContain('Resume the pending renewal');
    expect(page.match(/<section class="run">/g)).toHaveLength(2);
  });

  it.each([['--nonsense'], ['--fail'], ['--fail', 'nowhere'], ['--later', '--check'], ['extra']])(
    'shows its usage for %s',
    async (...args) => {
      const { exitCode, stdout, stderr } = await run(...args);
      expect([exitCode, stdout]).toEqual([2, '']);
      for (const allowed of ['--later', '--check', '--fail STEP', ...failSteps])
        expect(stderr).toContain(allowed);
    },
  );

  it('tells its usage when asked', async () => {
    const { exitCode, stdout, stderr } = await run('--help');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Usage: npm run demo');
  });
});
