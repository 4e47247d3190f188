/** Stands in the bundle for `@actions/exec`, with which `@actions/core` asks what platform this is; nobody asks it. */

export function getExecOutput(): never {
  throw new Error('@actions/exec is not part of this bundle');
}
