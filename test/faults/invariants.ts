/** What must be true of a run when it has ended: no lost token (2), no leak (4), truth (5), no remote text (7),
 * no dead secret behind a green run (8), no wrong advice (9). */
import { marked } from 'marked';
import { toldBy } from '../world/truth.ts';
import { leaksOf } from '../world/written.ts';
import { advisesUndo } from './advice.ts';
import { isToldNo, stagesOf, wordsOf, type Ended } from './ended.ts';
import { keyOf, oldPath, ownTokens, pendingPath } from './flows.ts';
import { hostileMark } from './kinds.ts';
import { homesOfPending } from './timeline.ts';
import { truth } from './truth.ts';

export function problemsOf(ended: Ended): string[] {
  return [
    ...endings(ended).map((text) => `ending: ${text}`),
    ...lostToken(ended).map((text) => `2 no lost token: ${text}`),
    ...leaksOf(ended.store, ended.run).map((text) => `4 no leak: ${text}`),
    ...truth(ended).map((text) => `5 truth: ${text}`),
    ...quoter(ended).map((text) => `7 no remote text: ${text}`),
    ...deadBehindGreen(ended).map((text) => `8 no dead secret behind a green run: ${text}`),
    ...wrongAdvice(ended).map((text) => `9 no wrong advice: ${text}`),
  ];
}

/** By what VTEX accepts, not by what any node of it says. */
function deadBehindGreen({ flow, store, run }: Ended): string[] {
  if (run.exitCode !== 0) return [];
  const key = keyOf(flow, store);
  return flow.secrets.filter((path) => !store.vtex.accepts(key, store.github.secret(path)?.value ?? ''));
}

/** *Undo Renewal* kills the new token. */
function wrongAdvice({ flow, store, run }: Ended): string[] {
  const homes = homesOfPending(flow, store).filter((path) => path !== pendingPath);
  return homes.length > 0 && advisesUndo(wordsOf(run))
    ? [`Undo Renewal is advised, and ${homes.join(' and ')} hold the new token`]
    : [];
}

/** The process ends by itself, says what became of it, and prints nothing that it did not mean to. */
function endings({ flow, run, disturbance }: Ended): string[] {
  const { kind } = disturbance ?? {};
  const killed = kind?.does === 'signal' && kind.signal === 'SIGKILL';
  const problems: string[] = [];
  for (const [name, stage] of stagesOf(run)) {
    if (stage.timedOut) problems.push(`${name} did not end`);
    if (stage.rawStderr !== '') problems.push(`${name} wrote to stderr: ${stage.rawStderr.slice(0, 300)}`);
    if (name === 'main' && killed) continue;
    if (stage.exitCode !== 0 && stage.exitCode !== 1) {
      problems.push(`${name} ended with ${stage.exitCode ?? String(stage.signal)}`);
    }
  }
  const isMuted = kind?.does === 'condition' && kind.unwritable.includes('GITHUB_OUTPUT');
  if (!killed && !isMuted && toldBy(run) === undefined) problems.push('main set no outputs');
  // A machine of VTEX that has not heard of the manager's own new token refuses the manager (401): told, and the next run ends well.
  const mayStop =
    kind?.does === 'condition' && kind.conditions.vtexNodes !== undefined && flow.renewsItself === true;
  if (kind?.does === 'condition' && !mayStop && !run.log.includes(`\nResult: ${flow.ends} ·`))
    problems.push('it did not end as it does where nothing is wrong');
  if (run.log.includes('error of its own')) problems.push('main stopped on an error of its own');
  return problems;
}

/**
 * Allowed is a lost token only where nothing could have saved it: the reply of `renew` never came to the client
 * or held no token that anything could use, the machine was lost before the token was saved, or GitHub did not
 * take it until the end, `post` included. And then a person is told to undo the renewal, unless the process was
 * killed: in that case the next run must say so, which convergence checks.
 */
function lostToken(ended: Ended): string[] {
  const { flow, store, run } = ended;
  if (ownTokens(flow, store).pending === undefined || homesOfPending(flow, store).length > 0) return [];
  const problems: string[] = [];
  if (!mayLose(ended)) problems.push('the new token is in no secret, although it could have been saved');
  const told = toldBy(run);
  if (told === undefined) return problems;
  if (told.result !== 'failed' || told.codes.length === 0) problems.push('the run did not fail with a code');
  const believesNo = isToldNo(ended) && [400, 401, 403, 429].includes(ended.trouble.hit?.status ?? 0);
  if (!believesNo && !/undo renewal/i.test(wordsOf(run))) problems.push('nobody is told of Undo Renewal');
  return problems;
}

function mayLose({ flow, store, disturbance, trouble, lostBefore }: Ended): boolean {
  if (lostBefore !== undefined && lostBefore === store.vtex.tokens(keyOf(flow, store)).pending) return true;
  if (disturbance === undefined || trouble.hit === undefined) return false;
  const { kind } = disturbance;
  const atStage = trouble.hit.label === `PUT github ${pendingPath}`;
  const atRenew = trouble.hit.label.endsWith('/apitoken/renew');
  switch (kind.does) {
    case 'token':
      return atRenew;
    case 'down':
      // Ten minutes are more than main and post try together.
      return atRenew || (trouble.hit.upstream === 'github' && kind.forMs >= 10 * 60_000);
    case 'reply':
      return atRenew || (atStage && kind.persistent);
    case 'act':
    case 'condition':
      return false;
    case 'signal': {
      // Read side by side with the renewal: the token may have come, and be on its way to the state of the step.
      const isBeside = trouble.hit.label === `GET github ${oldPath}`;
      return kind.lost || ((atRenew || isBeside) && (kind.signal === 'SIGKILL' || (atRenew && kind.hang)));
    }
  }
}

const ownCommands = ['add-mask', 'group', 'endgroup', 'error', 'warning', 'notice'];

/** Words of a server may be quoted; what they may not do is act. */
function quoter({ run }: Ended): string[] {
  const problems: string[] = [];
  for (const [name, stage] of stagesOf(run)) {
    for (const command of stage.commands) {
      const foreign = !ownCommands.includes(command.name) || command.data.startsWith(hostileMark);
      if (foreign) problems.push(`${name} obeyed ${command.name} with "${command.data.slice(0, 40)}"`);
    }
    if (/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.test(stage.rawStdout)) {
      problems.push(`${name} printed a control character`);
    }
    problems.push(...markupIn(stage.rawSummary).map((found) => `markup in the summary: ${found}`));
  }
  return problems;
}

/** The elements that the summary is made of, and links to GitHub. */
const ownMarkup =
  /^<(?:\/?(?:h2|blockquote|p|table|tr|th|td|ul|li|code|b|br|wbr|details|summary)|\/a|a href="https:\/\/(?:github\.com\/|status\.vtex\.com|[a-z]+\.myvtex\.com\/admin\/)[^"]*")>$/;

/** What GitHub would make of a summary beyond that: the page is rendered, then each of its tags is looked at. */
function markupIn(summary: string): string[] {
  const html = marked.parse(summary, { async: false });
  const tags = html.match(/<[^>]*>?/g) ?? [];
  const foreign = tags.filter((tag) => !ownMarkup.test(tag)).map((tag) => tag.slice(0, 60));
  return summary.includes('@octocat') ? [...foreign, 'a mention'] : foreign;
}
