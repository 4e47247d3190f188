/**
 * Shows the action at work: the built files, run as GitHub's runner runs them, against a fake VTEX and a fake
 * GitHub on this machine.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readArguments, usage, type Arguments } from './arguments.ts';
import { renderPage } from './page.ts';
import { noLeak, prove, type Claim, type TokenFate } from './proof.ts';
import { perform, type Scene } from './scene.ts';
import { Shop, type Holding } from './shop.ts';
import { playOf } from './plays.ts';
import { paint, Terminal } from './terminal.ts';

const given = readArguments(process.argv.slice(2));
if (given === 'help') {
  process.stdout.write(usage);
} else if ('wrong' in given) {
  process.stderr.write(`${given.wrong}\n\n${usage}`);
  process.exitCode = 2;
} else {
  process.exitCode = (await show(given)) ? 0 : 1;
}

async function show({ choice, out }: Arguments): Promise<boolean> {
  await using shop = await Shop.open();
  const terminal = new Terminal();
  const play = playOf(choice);
  introduce(terminal, play.title, shop);

  const before = shop.holdings();
  const scenes: Scene[] = [];
  for (const act of play.acts) scenes.push(await perform(shop, act, scenes.length + 1, terminal));

  terminal.heading('What each secret held');
  terminal.line('Fingerprints, never tokens.');
  terminal.line();
  showHoldings(terminal, before, scenes);
  const { tokens, claims } = await prove(shop, play, scenes, before);
  terminal.heading('The tokens at VTEX now');
  terminal.table(['Token', 'Fingerprint', 'Sign-in now'], tokens.map(fateRow));
  for (const scene of scenes) showOutputs(terminal, scene, scenes.length > 1);

  const page = path.join(path.resolve(out), 'index.html');
  const html = renderPage({ title: play.title, scenes, before, tokens, claims });
  const all = [...claims, noLeak(shop, scenes, [terminal.text, html])];
  terminal.heading('Checked');
  for (const claim of all) terminal.line(claimLine(claim));
  mkdirSync(path.dirname(page), { recursive: true });
  writeFileSync(page, renderPage({ title: play.title, scenes, before, tokens, claims: all }));
  terminal.line();
  terminal.line(`The job summary as a page: ${path.relative(process.cwd(), page)}`);
  return all.every(({ holds }) => holds);
}

function introduce(terminal: Terminal, title: string, { store, secrets }: Shop): void {
  terminal.line(paint('bold', title));
  terminal.line();
  terminal.line(
    'The built action, run as GitHub’s runner runs it, against a fake VTEX and a fake GitHub on this',
  );
  terminal.line('machine. Nothing here is real, and nothing leaves it.');
  terminal.line();
  terminal.line(`  VTEX account     ${store.vtex.account}`);
  terminal.line(`  Manager key      ${store.managerKey}`);
  terminal.line(`  Renewed key      ${store.targetKey}`);
  terminal.line(`  Secrets          ${secrets.join('\n                   ')}`);
  terminal.line('  Verification     verify.yml signs in to VTEX with the pending secret');
}

function showHoldings(terminal: Terminal, before: readonly Holding[], scenes: readonly Scene[]): void {
  const after = scenes.map(({ number }) => (scenes.length === 1 ? 'After' : `After run ${number}`));
  terminal.table(
    ['Secret', 'Before', ...after],
    before.map((holding, index) => [
      holding.path,
      holdingText(holding),
      ...scenes.map((scene) => holdingText(scene.after[index])),
    ]),
  );
}

function holdingText(holding: Holding | undefined): string {
  if (holding === undefined || holding.token === 'absent') return '–';
  const color = holding.token === 'new' ? 'green' : 'yellow';
  return paint(color, `${holding.fingerprint} ${holding.token}`);
}

function fateRow({ name, fingerprint, status, alive }: TokenFate): string[] {
  return [
    name,
    fingerprint,
    alive ? paint('green', `accepted (${status}): alive`) : paint('yellow', `refused (${status}): dead`),
  ];
}

function showOutputs(terminal: Terminal, { number, run }: Scene, numbered: boolean): void {
  terminal.heading(numbered ? `Outputs of run ${number}` : 'Outputs');
  terminal.table(
    ['Output', 'Value'],
    Object.entries(run.outputs).map(([name, value]) => [name, brief(value)]),
  );
}

/** The record is long, and whole on the page. */
function brief(value: string): string {
  if (value === '') return '(empty)';
  return value.length <= 160 ? value : `${value.slice(0, 80)}… (${value.length} characters)`;
}

function claimLine({ text, holds, detail }: Claim): string {
  if (holds) return `${paint('green', '✓')} ${text}`;
  return paint('red', `✗ ${text}${detail === undefined || detail === '' ? '' : ` But: ${detail}`}`);
}
