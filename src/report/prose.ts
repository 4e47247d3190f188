/** Sentences of a message, with the secrets by their short names and links to pages that are known to be good. */
import type { Outcome } from '../rotation/model.ts';
import { type Links, placeOfSecret } from './links.ts';
import { code, escapeHtml, link } from './markup.ts';

/** Pages of the two services that our own texts name. */
const knownPages = ['https://status.vtex.com', 'https://www.githubstatus.com'];

/** A command line is to be copied as it is, so nothing in it becomes a link. */
const command = /(gh api --method PUT \S+(?: -[fF] \S+)+)/;

/** A message may quote a server, so only paths and addresses that this run knows become more than text. HTML. */
export function prose(text: string, outcome: Outcome, links: Links): string {
  const { standing, knowledge, earlier } = outcome;
  const paths = new Set([...standing.secrets, standing.pending, standing.old].map(({ path }) => path));
  const runs = [...(earlier?.runs ?? []), ...knowledge.runs].map(({ url }) => url);
  const pages = new Set([...knownPages, ...runs]);
  const sentences = (part: string): string =>
    part
      .split(/(\bDo not\b|(?:repos|orgs)\/[\w.%/-]+|https:\/\/[\w.%/-]*[\w%/])/)
      .map((part) => {
        if (part === 'Do not') return '<b>Do not</b>';
        if (pages.has(part)) return link(shortAddress(part), part);
        const [path, rest] = part.endsWith('.') ? [part.slice(0, -1), '.'] : [part, ''];
        return paths.has(path) ? secretText(path, links) + rest : escapeHtml(part);
      })
      .join('');
  return text
    .split(command)
    .map((part, index) => (index % 2 === 1 ? escapeHtml(part) : sentences(part)))
    .join('');
}

function secretText(path: string, links: Links): string {
  const { name, where, url } = placeOfSecret(path, links);
  return `${code(name)} in ${link(where, url)}`;
}

function shortAddress(url: string): string {
  const [, run] = /\/actions\/(runs\/\d+)$/.exec(url) ?? [];
  return run?.replace('runs/', 'run ') ?? url.replace('https://', '');
}
