/** Entry file of the action in fleet/, which the workflow for many keys calls: runs one task of it. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { IssueFailure, keepIssue } from './fleet/issue.ts';
import { type Done, Tasks } from './fleet/tasks.ts';
import { openNetwork } from './network.ts';
import { Quoter } from './common/quoter.ts';
import { systemClock } from './runner/clock.ts';
import { exit } from './runner/exit.ts';
import { RunnerLog } from './runner/log.ts';
import { publishError, publishOutputs, publishSummary } from './runner/publish.ts';
import { Secret } from './common/secret.ts';

const { env } = process;

async function run(): Promise<0 | 1> {
  const log = new RunnerLog();
  const done = new Tasks(env, new Date()).run();
  for (const line of done.lines) log.info(line);
  for (const warning of done.warnings) log.warning(warning);
  for (const problem of done.problems) publishError('fleet', problem);
  for (const [name, text] of Object.entries(done.files))
    writeFileSync(path.join(env.RUNNER_TEMP ?? '.', name), text);
  if (done.problems.length === 0) publishOutputs(done.outputs, env, log);
  if (done.summary !== '') await publishSummary(done.summary, log);
  return done.problems.length > 0 ? 1 : keepsIssue(done, log);
}

async function keepsIssue({ news }: Done, log: RunnerLog): Promise<0 | 1> {
  if (news === undefined) return 0;
  const token = new Secret(env['INPUT_GITHUB-TOKEN'] ?? '');
  const quoter = new Quoter();
  quoter.know(token);
  const [owner = '', repo = ''] = (env.GITHUB_REPOSITORY ?? '').split('/');
  const title = env['INPUT_ISSUE-TITLE'] ?? '';
  const network = openNetwork({ env, clock: systemClock, log, quoter });
  try {
    log.info(await keepIssue(network.gitHub(token), { owner, repo, title }, news));
    return 0;
  } catch (error) {
    if (!(error instanceof IssueFailure)) throw error;
    publishError('fleet', error.message);
    return 1;
  } finally {
    await network.http.close();
  }
}

exit(await run());
