/** Page of a run. `serverUrl` is `GITHUB_SERVER_URL`; `repository` is `owner/repo`. */
export function runPage(serverUrl: string, repository: string, runId: number): string {
  return `${serverUrl.replace(/\/+$/, '')}/${repository}/actions/runs/${runId}`;
}
