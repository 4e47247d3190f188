/**
 * Ends the process once all that was written has left it; a request that was given up would keep it alive.
 */
export function exit(status: number): void {
  process.exitCode = status;
  process.stdout.write('', () => process.exit());
}
