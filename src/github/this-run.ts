/** What the runner's environment says of the workflow run that this action is part of. */

export interface ThisRun {
  /** `owner/repo`; empty outside of GitHub. */
  readonly repository: string;
  readonly id: number | undefined;
  /** Path of its workflow's file: `.github/workflows/rotate.yml`. */
  readonly workflowFile: string | undefined;
}

/** https://docs.github.com/actions/reference/workflows-and-actions/variables#default-environment-variables */
export function readThisRun(environment: Readonly<Record<string, string | undefined>>): ThisRun {
  const id = environment.GITHUB_RUN_ID ?? '';
  // owner/repo/.github/workflows/rotate.yml@refs/heads/main
  const [, file] = /^[^/@]+\/[^/@]+\/([^@]+)@/.exec(environment.GITHUB_WORKFLOW_REF ?? '') ?? [];
  return {
    repository: environment.GITHUB_REPOSITORY ?? '',
    id: /^[1-9]\d{0,15}$/.test(id) ? Number(id) : undefined,
    workflowFile: file,
  };
}
