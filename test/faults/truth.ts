/** Invariant 5: what a run tells, against what both servers hold. */
import { placeOfSecret } from '../../src/report/links.ts';
import { contradictions, toldBy } from '../world/truth.ts';
import { isLookedAt } from './deeds.ts';
import { isToldNo, wordsOf, type Ended } from './ended.ts';
import { ownTokens } from './flows.ts';
import { homesOfPending } from './timeline.ts';

/** Nobody can know of that who has no reason to ask VTEX once more. */
function isDeletedByPerson({ disturbance }: Ended): boolean {
  return disturbance?.kind.does === 'act' && disturbance.kind.on === 'key at VTEX';
}

/** Somebody wrote the first secret, and the run has looked at it no more: it deletes nothing then. */
function isWrittenAfterLook({ flow, store, trouble, disturbance }: Ended): boolean {
  const isWritten = disturbance?.kind.does === 'act' && disturbance.kind.on === 'listed secret';
  return isWritten && trouble.hit !== undefined && !isLookedAt(store.world.requests, flow, trouble.hit);
}

/** What the run told against what both servers hold. */
export function truth(ended: Ended): string[] {
  const { flow, store, run } = ended;
  const told = toldBy(run);
  if (told === undefined) return [];
  const problems = contradictions(run);
  const { kind } = ended.disturbance ?? {};
  if (kind?.does === 'condition' && kind.unwritable.includes('GITHUB_STEP_SUMMARY')) return problems;
  const { result, codes, isDeleted, updated: listed } = told;
  if (!run.rawSummary.includes(`<td>Result</td><td>${result}</td>`))
    problems.push('another result in the summary');

  const { newToken, deleted } = standing(ended);
  const holders = flow.secrets.filter((path) => store.github.secret(path)?.value === newToken);
  // A run that had nothing to do, or no proof, knows of no renewal and claims nothing.
  const knowsNothing =
    result === 'skipped' || codes.includes('renewal-unproven') || codes.includes('renewal-pending');
  const mayDiffer =
    liedAboutFinish(ended) || isDeletedByPerson(ended) || (deleted && (unheardFinish(ended) || knowsNothing));
  if (isDeleted !== deleted && !mayDiffer) problems.push(`old-token-deleted is ${String(isDeleted)}`);
  const unheard = unheardWrites(ended);
  for (const path of flow.secrets) {
    const holds = holders.includes(path);
    const row = rowOf(run.rawSummary, path);
    // Nobody could tell: a no that was not true, or a renewal of which this run was given nothing.
    if (unheard.has(path) && isToldNo(ended)) continue;
    if (codes.includes('renewal-pending') && !listed.includes(path)) continue;
    if (knowsNothing && listed.length === 0) continue;
    if (path === flow.secrets[0] && isWrittenAfterLook(ended)) continue;
    const unknown = /(not known|does not exist)</.test(row);
    if (unknown && !unheard.has(path) && !sawLess(ended, path))
      problems.push(`why does it not know about ${path}?`);
    if (listed.includes(path) !== holds && !unknown) {
      problems.push(`updated-secrets ${holds ? 'misses' : 'claims'} ${path}`);
    }
    const wrong = holds ? / (old|not updated)</.test(row) : row.includes(' new<');
    if (row === '' || wrong) problems.push(`the summary is wrong about ${path}: ${row}`);
  }
  const isPending = ownTokens(flow, store).pending !== undefined;
  if (!isPending && run.rawSummary.includes('Both tokens work, ') && !mayDiffer)
    problems.push('only one token works');
  if (isPending && run.rawSummary.includes('⚪&nbsp;deleted') && !liedAboutFinish(ended)) {
    problems.push('both tokens work');
  }
  const everywhere = holders.length === flow.secrets.length;
  if (['rotated', 'finished'].includes(result) && !(everywhere && (deleted || liedAboutFinish(ended)))) {
    problems.push(`${result}, but not everything is done`);
  }
  if (result === 'pending' && !(everywhere && (isPending || isDeletedByPerson(ended))))
    problems.push('pending, but it is not');
  if (result === 'restored' && holders.length > 0) problems.push('restored, but not everywhere');
  return problems;
}

/**
 * Which token is the new one, and whether the old one is gone. A renewal whose token nobody holds does not count
 * where the run had just finished an earlier one and got no usable token of the other: it tells of the former.
 */
function standing({ flow, store, oldToken, trouble, disturbance }: Ended): {
  newToken: string | undefined;
  deleted: boolean;
} {
  const { current, pending } = ownTokens(flow, store);
  const isKnown =
    current === oldToken ||
    homesOfPending(flow, store).length > 0 ||
    (disturbance?.kind.does !== 'token' &&
      store.world.requests.slice(trouble.since).some(({ label, fault, status }) => {
        return label.endsWith('/apitoken/renew') && fault === undefined && status === 200;
      }));
  if (pending !== undefined && isKnown) return { newToken: pending, deleted: false };
  return { newToken: current === oldToken ? undefined : current, deleted: current !== oldToken };
}

/**
 * It was stopped, or failed, before it had seen everything; something that it asked was not answered truly; or it was
 * stopped while it asked, as a part of the write, who may use an organization's secret, or whether VTEX accepts the token.
 */
function sawLess({ run, trouble, disturbance }: Ended, path: string): boolean {
  const { steps } = JSON.parse(run.outputs.record ?? '{}') as { steps?: readonly { step: string }[] };
  if (steps?.at(-1)?.step === 'observe') return true;
  // GitHub did not answer any more, for a limit, or somebody else was at work.
  if (disturbance?.kind.does === 'reply' && disturbance.kind.long) return true;
  if (disturbance?.kind.does === 'act' && disturbance.kind.on !== 'keys') return true;
  // GitHub went away in the middle of writes that are sent side by side, or before they could be read back.
  if (disturbance?.kind.does === 'down' && trouble.hit?.upstream === 'github') return true;
  if (disturbance?.kind.does === 'signal') {
    const { label = '' } = trouble.hit ?? {};
    return label.startsWith(`GET github ${path}`) || label.endsWith('/login');
  }
  return trouble.hit?.method === 'GET' || trouble.hit?.label.endsWith('/login') === true;
}

function rowOf(summary: string, path: string): string {
  const { name, where } = placeOfSecret(path, {
    server: 'https://github.com',
    troubleshooting: '',
    workflow: '',
  });
  const text = summary
    .replaceAll(/&#(\d+);/g, (_entity, code: string) => String.fromCharCode(Number(code)))
    .replaceAll('<wbr>', '')
    .replaceAll('&nbsp;', ' ');
  const isRow = (line: string): boolean =>
    line.includes(`<td><code>${name}</code></td>`) && line.includes(`>${where}</a>`);
  return text.split('\n').find(isRow) ?? '';
}

/** The replies of `finish-renewal` were lost until the end, and the run says that it does not know. */
function unheardFinish({ run, store, trouble }: Ended): boolean {
  const heard = store.world.requests
    .slice(trouble.since)
    .filter(({ label }) => label.endsWith('finish-renewal'))
    .some(({ fault, status }) => fault === undefined && status === 200);
  const admits = /not (seen to be|known to be) deleted|may have been deleted|did not confirm|cannot be told/i;
  return !heard && admits.test(wordsOf(run));
}

/** VTEX itself said that nothing was pending (404) while it was, or refused what it did: the client believes the server. */
export function liedAboutFinish({ trouble, disturbance }: Pick<Ended, 'trouble' | 'disturbance'>): boolean {
  if (trouble.hit?.label.endsWith('finish-renewal') !== true) return false;
  const { status = 0 } = trouble.hit;
  return disturbance?.phase === 'before' ? status === 404 : isRefusal(status);
}

/** Of those that speak of the moment nothing is concluded. */
function isRefusal(status: number): boolean {
  return status >= 300 && status < 500 && ![404, 408, 429].includes(status);
}

/** Listed secrets whose write took effect while no reply of it came, nor any later look at them was possible. */
function unheardWrites({ store, trouble }: Ended): ReadonlySet<string> {
  const requests = store.world.requests.slice(trouble.since);
  const paths = requests
    .filter(({ method, upstream, fault, status }) => {
      return method === 'PUT' && upstream === 'github' && (fault !== undefined || status === undefined);
    })
    .map(({ label }) => label.replace('PUT github ', ''));
  return new Set(
    paths.filter((path) => {
      const heard = requests.findLast(({ label, fault, status }) => {
        return label === `PUT github ${path}` && fault === undefined && status !== undefined && status < 300;
      });
      const lastLost = requests.findLast(
        ({ label, fault }) => label === `PUT github ${path}` && fault !== undefined,
      );
      return heard === undefined || (lastLost !== undefined && lastLost.index > heard.index);
    }),
  );
}
