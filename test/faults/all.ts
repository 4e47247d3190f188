/**
 * The fault matrix: every flow, every request of it, every fault, before and after the effect, each with `post` and
 * with a second run. Signals and a part of the replies are tried on the built files, in processes of their own and as
 * GitHub's runner runs them; all replies are tried on `src/` inside the workers. `npm run test:faults -- --help`.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { casesOf, idOf, needsOwnProcess, onBuiltFilesToo, parseId, type NumberedCase } from './cases.ts';
import { flows } from './flows.ts';
import { kinds } from './kinds.ts';
import { tryAll } from './pool.ts';
import { makeRandom, sampleOf } from './random.ts';
import { onBuiltFiles } from './story.ts';
import { targetsOf, tryCase } from './try-case.ts';

const usage = `npm run test:faults -- [options]
  --flows a,b      only these flows: ${[...flows.keys()].join(', ')}
  --kinds a,b      only these faults; a name of a group also: reply, down, signal, token, condition, act
  --only NAME      one case, with its log: flow:k:fault:before|after
  --sample N       N cases at random
  --seed N         for --sample
  --jobs N         cases side by side
  --built          all of them on the built files
  --part NAME      src: inside the workers; built: on the built files, in processes of their own; both by default
  --action DIR     another build of the action
  --list           the requests of the flows, numbered`;

const { values } = parseArgs({
  options: {
    flows: { type: 'string' },
    kinds: { type: 'string' },
    only: { type: 'string' },
    sample: { type: 'string' },
    seed: { type: 'string' },
    jobs: { type: 'string' },
    action: { type: 'string' },
    built: { type: 'boolean' },
    part: { type: 'string' },
    list: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});
const start = onBuiltFiles(values.action);
if (![undefined, 'src', 'built'].includes(values.part)) throw new Error('--part is src or built');

if (values.help === true) console.log(usage);
else if (values.only !== undefined) process.exitCode = await showOne(values.only);
else process.exitCode = await tryThem();
process.exit();

async function showOne(id: string): Promise<0 | 1> {
  const wanted = parseId(id.replace(/^flow:/, ''));
  const target = (await targetsOf(wanted.flow, start))[wanted.k];
  if (target === undefined) throw new Error(`${wanted.flow} has no request ${wanted.k}`);
  console.log(`request ${wanted.k} is ${target.label} (no. ${target.occurrence + 1} of its kind)`);
  const verdict = await tryCase({ ...wanted, target }, start);
  verdict.runs.forEach((run, index) => {
    console.log(
      `\n# run ${index + 1}: exit ${String(run.exitCode ?? run.signal)}\n\n${run.log}${run.rawStderr}`,
    );
    console.log(JSON.stringify(run.outputs, undefined, 2));
    if (run.post !== undefined && run.post.log !== '') console.log(`\n# post\n\n${run.post.log}`);
  });
  console.log(`\n# requests\n\n${verdict.requests.join('\n')}\n\n# states\n\n${verdict.states.join('\n')}`);
  console.log(`\n# ${verdict.hit ? 'reached' : 'NOT reached'}; problems: ${verdict.problems.length}`);
  for (const problem of verdict.problems) console.log(`- ${problem}`);
  return verdict.problems.length === 0 ? 0 : 1;
}

async function tryThem(): Promise<0 | 1> {
  const names = values.flows?.split(',') ?? [...flows.keys()];
  const wanted = values.kinds?.split(',');
  const all: NumberedCase[] = [];
  for (const name of names) {
    const targets = await targetsOf(name, start);
    if (values.list === true)
      targets.forEach(({ label }, k) => {
        console.log(`${name}:${k}  ${label}`);
      });
    all.push(...casesOf(name, targets));
  }
  if (values.list === true) return 0;
  const chosen = all.filter(
    ({ kind }) =>
      wanted === undefined || wanted.includes(kind) || wanted.includes(kinds.get(kind)?.does ?? ''),
  );
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  const cases =
    values.sample === undefined ? chosen : sampleOf(chosen, Number(values.sample), makeRandom(seed));
  console.log(
    `${cases.length} cases in ${names.length} flows${values.sample === undefined ? '' : `, seed ${seed}`}`,
  );
  return report(cases);
}

interface Count {
  tried: number;
  reached: number;
  failed: number;
}

async function report(cases: readonly NumberedCase[]): Promise<0 | 1> {
  const isBuilt = (one: NumberedCase): boolean =>
    values.part !== 'src' && (values.built === true || needsOwnProcess(one) || onBuiltFilesToo(one));
  const isHere = (one: NumberedCase): boolean =>
    values.part !== 'built' && values.built !== true && !needsOwnProcess(one);
  const parts = [
    { title: 'src/, inside the workers', here: true, cases: cases.filter(isHere) },
    { title: 'built files', here: false, cases: cases.filter(isBuilt) },
  ];
  let failed = 0;
  for (const part of parts) {
    if (part.cases.length === 0) continue;
    const started = performance.now();
    const counts = await tryPart(part.cases, part.here);
    console.log(`\n${part.title}\ntried  reached  failed  fault`);
    for (const [kind, count] of [...counts].sort(([one], [other]) => (one < other ? -1 : 1))) {
      const columns = [
        `${count.tried}`.padStart(5),
        `${count.reached}`.padStart(7),
        `${count.failed}`.padStart(6),
      ];
      console.log(`${columns.join('  ')}  ${kind}`);
    }
    const bad = [...counts.values()].reduce((sum, count) => sum + count.failed, 0);
    const minutes = ((performance.now() - started) / 60_000).toFixed(1);
    console.log(`${part.cases.length} cases tried in ${minutes} minutes, ${bad} failed.\n`);
    failed += bad;
  }
  return failed === 0 ? 0 : 1;
}

async function tryPart(cases: readonly NumberedCase[], here: boolean): Promise<ReadonlyMap<string, Count>> {
  const started = performance.now();
  const counts = new Map<string, Count>();
  // A worker that runs `src/` itself waits half of its time for its own sockets.
  const sideBySide = Number(values.jobs ?? availableParallelism() * (here ? 2 : 1));
  let done = 0;
  let failed = 0;
  await tryAll(cases, { sideBySide, here, actionDir: values.action }, (one, { hit, problems }) => {
    const count = counts.get(one.kind) ?? { tried: 0, reached: 0, failed: 0 };
    counts.set(one.kind, count);
    count.tried += 1;
    count.reached += hit ? 1 : 0;
    done += 1;
    if (problems.length > 0) {
      failed += 1;
      count.failed += 1;
      tellFailure(one, problems);
    }
    if (done % 200 === 0) {
      const seconds = Math.round((performance.now() - started) / 1000);
      console.log(`… ${done} of ${cases.length} in ${seconds} s, ${failed} failed`);
    }
  });
  return counts;
}

function tellFailure(one: NumberedCase, problems: readonly string[]): void {
  const { flow, k, kind, phase, target } = one;
  console.log(`flow=${flow} request=${k} (${target.label}) fault=${kind} phase=${phase}`);
  for (const problem of problems) console.log(`  - ${problem}`);
  console.log(`  → npm run test:faults -- --only '${idOf(one)}'`);
}
