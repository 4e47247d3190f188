/** Names what keeps a file of the runner's from being written, by its code alone: a message may name more than one likes. */
export function fileFault(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'the disk is full';
  // The toolkit gives no code to the file that it misses.
  return /^[A-Z][A-Z0-9_]+$/.test(code) ? code : 'there is no such file';
}
