/** Markdown as GitHub renders it, as far as a summary uses it. */
import { Marked } from 'marked';
import markedAlert from 'marked-alert';

const gitHub = new Marked({ async: false, gfm: true }).use(markedAlert());

export function toHtml(markdown: string): string {
  return gitHub.parse(markdown, { async: false });
}
