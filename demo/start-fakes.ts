/**
 * For a step of a workflow: starts the fakes in a process of their own, which outlives the step, and sets the
 * outputs with which the action finds them.
 */
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Opened } from './fakes-server.ts';

const patienceMs = 60_000;

const outputFile = process.env.GITHUB_OUTPUT ?? '';
if (outputFile === '') {
  process.stderr.write('This sets outputs, so it needs GITHUB_OUTPUT, as a step of a workflow has it.\n');
  process.exit(2);
}

const server = fork(fileURLToPath(new URL('./fakes-server.ts', import.meta.url)), {
  detached: true,
  // Nothing of this process's may stay open in it, or the step would not end.
  stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
});
const { outputs, tokens } = await new Promise<Opened>((resolve, reject) => {
  const fail = (reason: string): void => {
    server.kill();
    reject(new Error(`The fakes did not start: ${reason}.`));
  };
  const timer = setTimeout(fail, patienceMs, 'they took too long');
  server.once('exit', (code) => {
    fail(`exit code ${code ?? '-'}`);
  });
  server.once('message', (message) => {
    clearTimeout(timer);
    resolve(message as Opened);
  });
});

for (const token of tokens) process.stdout.write(`::add-mask::${token}\n`);
// Any answer will do; they refuse whoever brings no token.
for (const name of ['github-url', 'vtex-url']) await fetch(outputs[name] ?? '');
for (const [name, value] of Object.entries(outputs)) {
  const end = randomUUID();
  appendFileSync(outputFile, `${name}<<${end}\n${value}\n${end}\n`);
}
process.stdout.write(
  `The fakes answer at ${outputs['github-url'] ?? ''} and ${outputs['vtex-url'] ?? ''}.\n`,
);
server.removeAllListeners('exit');
server.disconnect();
server.unref();
