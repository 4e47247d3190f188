import { describe, expect, it } from 'vitest';
import { runAction, startAction } from './runner.ts';
import { throwawayAction } from './throwaway.ts';
import { VirtualTime } from './virtual-time.ts';

const patience = { interrupt: 300, terminate: 200, stragglers: 5_000 };

/** Resolves when the step has printed the line. */
function announced(text: string): {
  readonly seen: Promise<void>;
  readonly onLine: (line: { text: string }) => void;
} {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  return {
    seen: promise,
    onLine: (line) => {
      if (line.text === text) resolve(undefined);
    },
  };
}

describe('inputs and environment', () => {
  const inputs = `  app-key:
    required: true
  two words:
    default: 7
  flag:
    default: true
  old:
    deprecationMessage: use new`;

  it('gives every declared input, defaults, and a clean environment', async () => {
    const actionDir = throwawayAction({
      inputs,
      main: 'say(JSON.stringify({ env: process.env, cwd: process.cwd() }))',
    });
    process.env.HTTPS_PROXY = 'http://proxy.invalid';
    const run = await runAction({
      actionDir,
      inputs: { 'App-Key': 'k', nope: 'n', old: 'o' },
      env: { EXTRA: 'e' },
    });
    delete process.env.HTTPS_PROXY;
    const { env, cwd } = JSON.parse(run.rawStdout) as { env: Record<string, string>; cwd: string };
    expect(env).toMatchObject({
      'INPUT_APP-KEY': 'k',
      INPUT_TWO_WORDS: '7',
      INPUT_FLAG: 'true',
      INPUT_OLD: 'o',
      INPUT_NOPE: 'n',
      EXTRA: 'e',
      GITHUB_ACTIONS: 'true',
    });
    expect(env).not.toHaveProperty('HTTPS_PROXY');
    expect(env).not.toHaveProperty('NODE_OPTIONS');
    expect(cwd).toContain('workspace');
    expect(run.annotations.map(({ level, message }) => [level, message])).toEqual([
      ['warning', `Unexpected input(s) 'nope', valid inputs are ['app-key', 'two words', 'flag', 'old']`],
      ['warning', `Input 'old' has been deprecated with message: use new`],
    ]);
  });

  it('gives an absent input as an empty string and shows the others, masked, in the log', async () => {
    const actionDir = throwawayAction({ inputs, main: `say('[' + process.env['INPUT_APP-KEY'] + ']')` });
    const run = await runAction({
      actionDir,
      inputs: { flag: 'top secret' },
      secrets: ['secret'],
      title: 'it@v1',
    });
    expect(run.log).toBe('Run it@v1\nwith:\n  flag: top ***\n  two words: 7\n[]\n');
  });

  it('tells which files the step left', async () => {
    const actionDir = throwawayAction({
      main: `writeFileSync('left.txt', 'x'); writeFileSync(process.env.HOME + '/h', 'y')`,
    });
    expect((await runAction({ actionDir })).files).toEqual({ 'workspace/left.txt': 'x', 'home/h': 'y' });
  });
});

describe('output', () => {
  it('obeys commands on both streams and masks everything after add-mask', async () => {
    const actionDir = throwawayAction({
      main: `say('before hush-hush');
say('::add-mask::hush-hush');
say('after hush-hush and ' + Buffer.from('khush-hush').toString('base64'));
say('::group::Step hush-hush');
say('::error title=Bad::it broke%0Ahush-hush');
say('x ##[warning]careful');
say('::endgroup::');
say('::debug::not shown');
say('::unknown::shown');
process.stderr.write('::notice::from stderr\\n');`,
    });
    const run = await runAction({ actionDir });
    const lines = run.log.split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'before hush-hush',
        'after *** and a2h1***',
        'Step ***',
        'Error: it broke',
        '***',
        'Warning: careful',
        '::unknown::shown',
        'Notice: from stderr',
      ]),
    );
    expect(run.log).not.toContain('not shown');
    expect(run.annotations).toHaveLength(3);
    expect(run.annotations).toContainEqual({ level: 'error', title: 'Bad', message: 'it broke\n***' });
    expect(run.masks).toEqual(['hush-hush']);
    expect(run.rawStdout).not.toContain('add-mask');
    expect(run.rawStdout).toContain('after hush-hush');
    expect(run.fullStdout).toContain('::add-mask::hush-hush');
    expect(run.conclusion).toBe('success');
  });

  it('obeys nothing between stop-commands and its token', async () => {
    const actionDir = throwawayAction({
      main: `say('::stop-commands::Abc');
say('::error::no');
say('::add-mask::visible');
say('::abc::');
say('::error::yes');
say('::stop-commands::error');`,
    });
    const run = await runAction({ actionDir });
    expect(run.log).toContain('::error::no\n::add-mask::visible\n');
    expect(run.rawStdout).toContain('::add-mask::visible');
    expect(run.masks).toEqual([]);
    expect(run.annotations[0]).toMatchObject({ message: 'yes' });
    expect(run.conclusion).toBe('failure');
  });

  it('still knows the old commands for outputs and state, and refuses set-env', async () => {
    const actionDir = throwawayAction({
      main: `say('::set-output name=a::1'); say('::save-state name=b::2'); say('::set-env name=c::3');`,
      post: 'say(process.env.STATE_b)',
    });
    const run = await runAction({ actionDir });
    expect(run.outputs).toEqual({ a: '1' });
    expect(run.post?.log).toBe('2\n');
    expect(run.conclusion).toBe('failure');
    expect(run.commands.map(({ name }) => name)).toEqual(['set-output', 'save-state', 'set-env']);
  });
});

describe('files', () => {
  it('reads outputs, state, environment and summary, and drops job outputs that hold a mask', async () => {
    const actionDir = throwawayAction({
      main: `say('::add-mask::hidden');
append('OUTPUT', 'plain=1\\nnone=\\nbad=a hidden one\\nlong<<E\\nx\\ny\\nE\\n');
append('STATE', 'key=value\\n');
append('ENV', 'later=1\\nNODE_OPTIONS=--x\\n');
append('PATH', '/bin/x\\n');
append('STEP_SUMMARY', '# Title\\nhidden text');`,
      post: `say(process.env.STATE_key + process.env.INPUT_X); say('hidden')`,
      inputs: '  x:\n    default: "!"',
    });
    const run = await runAction({ actionDir });
    expect(run.outputs).toEqual({ plain: '1', none: '', bad: 'a hidden one', long: 'x\ny' });
    expect(run.jobOutputs).toEqual({ plain: '1', long: 'x\ny' });
    expect(run.state).toEqual({ key: 'value' });
    expect(run.exported).toEqual({ later: '1' });
    expect(run.paths).toEqual(['/bin/x']);
    expect(run.summary).toBe('# Title\n*** text\n');
    expect(run.rawSummary).toBe('# Title\nhidden text');
    expect(run.post?.log).toBe('value!\n***\n');
  });

  it('fails the step when a file has a bad format', async () => {
    const actionDir = throwawayAction({ main: `append('OUTPUT', 'nonsense\\n'); append('STATE', 'a=1\\n')` });
    const run = await runAction({ actionDir });
    expect(run).toMatchObject({ exitCode: 0, conclusion: 'failure', outputs: {}, state: { a: '1' } });
    expect(run.annotations.map(({ message }) => message)).toEqual([
      `Unable to process file command 'output' successfully.`,
      `Invalid format 'nonsense'`,
    ]);
  });

  it('drops a summary that is too large, and the step stays as it is', async () => {
    const actionDir = throwawayAction({ main: `append('STEP_SUMMARY', 'x'.repeat(1024 * 1024 + 1))` });
    const run = await runAction({ actionDir });
    expect(run).toMatchObject({ conclusion: 'success', summary: '' });
    expect(run.annotations[0]?.message).toContain('supports content up to a size of 1024k');
  });
});

describe('the end of a step', () => {
  it('runs post after a failure, with the state', async () => {
    const actionDir = throwawayAction({
      main: `append('STATE', 'a=1\\n'); process.exitCode = 3`,
      post: 'say(process.env.STATE_a)',
    });
    const run = await runAction({ actionDir });
    expect(run).toMatchObject({ exitCode: 3, conclusion: 'failure' });
    expect(run.post).toMatchObject({ exitCode: 0, log: '1\n' });
  });

  const killed = {
    main: `append('STATE', 'a=1\\n'); append('OUTPUT', 'b=2\\n'); say('ready'); setInterval(() => {}, 1000)`,
    post: `say('post ' + process.env.STATE_a)`,
  };

  it.skipIf(process.platform === 'win32')('reads the files of a killed main and runs post', async () => {
    const { seen, onLine } = announced('ready');
    const run = await runAction({
      actionDir: throwawayAction(killed),
      onLine,
      kill: { signal: 'SIGKILL', when: seen },
    });
    expect(run).toMatchObject({
      exitCode: null,
      signal: 'SIGKILL',
      conclusion: 'failure',
      outputs: { b: '2' },
    });
    expect(run.post?.log).toBe('post 1\n');
  });

  it('runs no post on a machine that is lost', async () => {
    const { seen, onLine } = announced('ready');
    const handle = startAction({ actionDir: throwawayAction(killed), onLine, runPost: false });
    await seen;
    handle.kill('SIGKILL');
    const run = await handle.done;
    expect(run).not.toHaveProperty('post');
    expect(run.exitCode).not.toBe(0);
  });

  it('kills what does not end in time', async () => {
    const run = await runAction({ actionDir: throwawayAction(killed), timeoutMs: 500 });
    expect(run.timedOut).toBe(true);
  });
});

// Windows has no signals: there the runner sends console events, which cannot be sent from here.
describe.skipIf(process.platform === 'win32')('cancelling', () => {
  it('lets a step that obeys SIGINT end, and calls it cancelled', async () => {
    const { seen, onLine } = announced('ready');
    const actionDir = throwawayAction({
      main: `process.on('SIGINT', () => { say('tidy'); process.exit(0); }); say('ready'); setInterval(() => {}, 1000)`,
      post: `say('post')`,
    });
    const handle = startAction({ actionDir, onLine });
    await seen;
    handle.cancel();
    const run = await handle.done;
    expect(run).toMatchObject({ exitCode: 0, conclusion: 'cancelled', log: 'ready\ntidy\n' });
    expect(run.post?.log).toBe('post\n');
  });

  it('sends SIGINT, then SIGTERM, then ends the process', async () => {
    const { seen, onLine } = announced('ready');
    const actionDir = throwawayAction({
      main: `for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => say(name));
say('ready');
setInterval(() => {}, 1000);`,
    });
    // In virtual time patience only ends when the step has nothing left to do, however busy the machine is.
    const handle = startAction({ actionDir, onLine, virtualTime: new VirtualTime() });
    await seen;
    handle.cancel();
    const run = await handle.done;
    expect(run).toMatchObject({ signal: 'SIGKILL', conclusion: 'cancelled', timedOut: false });
    expect(run.log).toBe('ready\nSIGINT\nSIGTERM\n');
  });

  it('ends the children of a process with it', async () => {
    const { seen, onLine } = announced('ready');
    const actionDir = throwawayAction({
      main: `import { spawn } from 'node:child_process';
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
say('ready');
setInterval(() => {}, 1000);`,
    });
    const handle = startAction({ actionDir, onLine, patience });
    await seen;
    handle.cancel();
    const run = await handle.done;
    expect(run).toMatchObject({ signal: 'SIGKILL', conclusion: 'cancelled', timedOut: false });
    // The child holds the same streams: had it been left alive, the step would have waited for it.
    expect(run.leftStragglers).toBe(false);
  });

  it('ends the children of a process that ended by itself', async () => {
    const actionDir = throwawayAction({
      main: `import { spawn } from 'node:child_process';
spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' }).unref();`,
    });
    const run = await runAction({ actionDir, patience: { ...patience, stragglers: 300 } });
    expect(run).toMatchObject({ exitCode: 0, timedOut: false, leftStragglers: true });
  });
});
