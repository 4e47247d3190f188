/** What a server takes at a dispatch, and what it answers. */

export interface Server {
  /** It answers a dispatch with the run that was started. */
  readonly namesRuns: boolean;
  /** How many inputs a dispatch may have. */
  readonly mostInputs: number;
}

/** https://docs.github.com/rest/actions/workflows#create-a-workflow-dispatch-event */
const current: Server = { namesRuns: true, mostInputs: 25 };

/** https://docs.github.com/enterprise-server@3.20/rest/actions/workflows#create-a-workflow-dispatch-event */
const upTo320: Server = { namesRuns: false, mostInputs: 10 };

/** Every reply of an Enterprise Server carries its version. `headers` are those of any reply. */
export function serverOf(headers: Readonly<Record<string, unknown>>): Server {
  const version = headers['x-github-enterprise-version'];
  const [, major, minor] = /^(\d{1,4})\.(\d{1,4})/.exec(typeof version === 'string' ? version : '') ?? [];
  if (major === undefined || minor === undefined) return current;
  const isOld = Number(major) < 3 || (Number(major) === 3 && Number(minor) <= 20);
  return isOld ? upTo320 : current;
}
