/** The job summaries as a page that looks like the "Summary" tab of a run on GitHub. */
import { readFileSync } from 'node:fs';
import { packageFile } from '../scripts/packages.ts';
import { durationText } from '../src/report/times.ts';
import { toHtml } from './markdown.ts';
import type { Claim, TokenFate } from './proof.ts';
import type { Scene } from './scene.ts';
import type { Holding } from './shop.ts';

export interface PageContent {
  readonly title: string;
  readonly scenes: readonly Scene[];
  readonly before: readonly Holding[];
  readonly tokens: readonly TokenFate[];
  readonly claims: readonly Claim[];
}

const icons = {
  success:
    '<svg class="icon success" viewBox="0 0 16 16" role="img" aria-label="success"><circle cx="8" cy="8" r="8"/><path d="M4.6 8.3 7 10.7l4.5-5"/></svg>',
  failure:
    '<svg class="icon failure" viewBox="0 0 16 16" role="img" aria-label="failure"><circle cx="8" cy="8" r="8"/><path d="m5.3 5.3 5.4 5.4m0-5.4-5.4 5.4"/></svg>',
  warning:
    '<svg class="icon warning" viewBox="0 0 16 16" role="img" aria-label="warning"><path d="M8 1.6 15 14H1Z"/><path d="M8 6.2v3.6m0 1.9v.3"/></svg>',
  notice:
    '<svg class="icon notice" viewBox="0 0 16 16" role="img" aria-label="notice"><circle cx="8" cy="8" r="7"/><path d="M8 7.4V12m0-7.6v.3"/></svg>',
} as const;

export function renderPage(content: PageContent): string {
  const styles = [
    readFileSync(packageFile('github-markdown-css', 'github-markdown.css'), 'utf8'),
    readFileSync(new URL('./page.css', import.meta.url), 'utf8'),
  ].join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escape(content.title)} · acme/store</title>
<style>
${styles}
</style>
</head>
<body>
<header class="top"><span>acme</span> / <strong>store</strong><span class="demo">demo: ${escape(content.title)}</span></header>
<main>
${content.scenes.map(runSection).join('\n')}
${demoSection(content)}
</main>
</body>
</html>
`;
}

function runSection({ act, number, event, run, tookMs, act: { tells } }: Scene): string {
  const succeeded = run.conclusion === 'success';
  const facts = [
    ['Triggered via', event],
    ['Status', succeeded ? 'Success' : 'Failure'],
    ['Total duration', durationText(tookMs)],
    ['Artifacts', '–'],
  ];
  return `<section class="run">
<p class="workflow">${escape(act.workflow)}</p>
<h1>${succeeded ? icons.success : icons.failure}<span>${escape(act.workflow)} <span class="number">#${number}</span></span></h1>
<p class="tells">${escape(tells)}</p>
<dl class="box facts">${facts.map(([name = '', value = '']) => `<div><dt>${name}</dt><dd>${escape(value)}</dd></div>`).join('')}</dl>
${annotationBox(run.post === undefined ? run.annotations : [...run.annotations, ...run.post.annotations])}
${box('rotate summary', toHtml(run.summary), 'Job summary generated at run-time')}
</section>`;
}

function annotationBox(annotations: Scene['run']['annotations']): string {
  if (annotations.length === 0) return '';
  const count = (level: 'error' | 'warning' | 'notice'): string[] => {
    const found = annotations.filter((one) => one.level === level).length;
    return found === 0 ? [] : [`${found} ${level}${found === 1 ? '' : 's'}`];
  };
  const counts = [...count('error'), ...count('warning'), ...count('notice')].join(', ');
  const items = annotations.map(({ level, title, message }) => {
    const icon = icons[level === 'error' ? 'failure' : level];
    return `<li>${icon}<div><strong>${escape(title === '' ? 'rotate' : title)}</strong><p>${escape(message)}</p></div></li>`;
  });
  return `<div class="box annotations"><div class="box-head"><strong>Annotations</strong><span>${counts}</span></div><ul>${items.join('')}</ul></div>`;
}

function box(title: string, html: string, footer: string): string {
  return `<div class="box summary"><div class="box-head"><strong>${escape(title)}</strong></div>
<div class="markdown-body">
${html}
</div>
<div class="box-foot">${escape(footer)}</div></div>`;
}

/** What GitHub would not show: it does not know the tokens. */
function demoSection({ scenes, before, tokens, claims }: PageContent): string {
  const numbered = scenes.length > 1;
  const holdings = table(
    ['Secret', 'Before', ...scenes.map(({ number }) => (numbered ? `After run ${number}` : 'After'))],
    before.map((holding, index) => [
      code(holding.path),
      held(holding),
      ...scenes.map(({ after }) => held(after[index])),
    ]),
  );
  const fates = table(
    ['Token', 'Fingerprint', 'Sign-in at VTEX now'],
    tokens.map(({ name, fingerprint, status, alive }) => [
      name,
      code(fingerprint),
      `${alive ? 'accepted' : 'refused'} (${status}): ${alive ? 'alive' : 'dead'}`,
    ]),
  );
  const checked = claims.map(
    ({ text, holds }) => `<li>${holds ? icons.success : icons.failure}<span>${escape(text)}</span></li>`,
  );
  const outputs = scenes.map(
    ({ number, run }) =>
      `<details><summary>Outputs${numbered ? ` of run ${number}` : ''}</summary>${table(
        ['Output', 'Value'],
        Object.entries(run.outputs).map(([name, value]) => [
          code(name),
          value === '' ? '(empty)' : code(value),
        ]),
      )}</details>`,
  );
  const html = [
    '<h2>What each secret held</h2><p>Fingerprints, never tokens.</p>',
    holdings,
    '<h2>The tokens</h2>',
    fates,
    `<h2>Checked</h2><ul class="claims">${checked.join('')}</ul>`,
    ...outputs,
  ].join('\n');
  return `<section>${box('What the demo saw', html, 'Seen in the fake VTEX and the fake GitHub; GitHub shows none of this')}</section>`;
}

function held(holding: Holding | undefined): string {
  if (holding === undefined || holding.token === 'absent') return '–';
  return `${code(holding.fingerprint)} ${holding.token}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (tag: string, cells: readonly string[]): string =>
    `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
  return `<table><thead>${row('th', head)}</thead><tbody>${rows.map((cells) => row('td', cells)).join('')}</tbody></table>`;
}

function code(text: string): string {
  return `<code>${escape(text)}</code>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
