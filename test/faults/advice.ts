/** What a run tells a person to do in VTEX Admin. */

/** A summary is HTML and Markdown; what is quoted in it may be written as entities. */
function plain(text: string): string {
  return text
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&#(\d+);/g, (_entity, code: string) => String.fromCharCode(Number(code)))
    .replaceAll('&quot;', '"')
    .replaceAll('&nbsp;', ' ');
}

/** Neither tells anybody to undo anything; any other mention does. */
const innocent = [
  /do not\s+choose "undo renewal"[^.:]*[.:]/gi,
  /"undo renewal" \([^)]*\) fits only if no listed secret and no other system holds the new token/gi,
];

/** Whether *Undo Renewal*, which kills the new token, is advised. */
export function advisesUndo(words: string): boolean {
  const told = innocent.reduce((text, phrase) => text.replaceAll(phrase, ''), plain(words));
  return /undo renewal/i.test(told);
}
