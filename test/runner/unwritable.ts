/** The files through which a step talks to the runner, on a disk that is full: a directory takes the place of a file. */

export const runnerFiles = ['GITHUB_STATE', 'GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY'] as const;

export type RunnerFile = (typeof runnerFiles)[number];

export interface Broken {
  /** Files whose place a directory takes. */
  readonly blocked?: readonly RunnerFile[];
  /** Files that the runner does not give at all. */
  readonly unset?: readonly RunnerFile[];
}

/** Arguments for Node. The runner sets the variables, so they are changed in the process itself, before the action begins. */
export function withoutFiles({ blocked = [], unset = [] }: Broken): string[] {
  const lines = [
    ...blocked.map((name) => `process.env.${name} = process.env.RUNNER_TEMP;`),
    ...unset.map((name) => `delete process.env.${name};`),
  ];
  return ['--import', `data:text/javascript,${encodeURIComponent(lines.join(''))}`];
}
