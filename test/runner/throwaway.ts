import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

export interface ThrowawayAction {
  /** Text of ES modules. */
  readonly main: string;
  readonly post?: string;
  /** YAML under `inputs:`, indented by two. */
  readonly inputs?: string;
}

/** Writes an action into a directory that is removed after the test, and returns the directory. */
export function throwawayAction(action: ThrowawayAction): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'action-'));
  onTestFinished(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  const post = action.post === undefined ? '' : '  post: post.mjs\n';
  writeFileSync(
    path.join(directory, 'action.yml'),
    `name: throw-away\ndescription: for a test\ninputs:\n${action.inputs ?? '  {}'}\nruns:\n  using: node24\n  main: index.mjs\n${post}`,
  );
  const head = `import { appendFileSync, writeFileSync } from 'node:fs';
const say = (text) => process.stdout.write(text + '\\n');
const append = (file, text) => appendFileSync(process.env['GITHUB_' + file], text);
`;
  writeFileSync(path.join(directory, 'index.mjs'), head + action.main);
  if (action.post !== undefined) writeFileSync(path.join(directory, 'post.mjs'), head + action.post);
  return directory;
}
