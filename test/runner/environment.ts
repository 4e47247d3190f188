import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Directories of one run, below a temporary one of its own. */
export interface Places {
  readonly root: string;
  readonly workspace: string;
  readonly home: string;
  readonly temp: string;
  /** Where the files are through which the step talks to the runner. */
  readonly commands: string;
}

export function makePlaces(root: string): Places {
  const place = (name: string): string => {
    const directory = path.join(root, name);
    mkdirSync(directory);
    return directory;
  };
  return {
    root,
    workspace: place('workspace'),
    home: place('home'),
    temp: place('temp'),
    commands: place('commands'),
  };
}

/** What a process cannot do without; nothing else of this one's environment, so no tokens and no proxies. */
const kept = ['PATH', 'Path', 'SystemRoot', 'SYSTEMROOT', 'ComSpec', 'COMSPEC', 'PATHEXT', 'windir', 'LANG'];

/**
 * A runner's environment. The API URL leads nowhere, so that a test which forgets to name its fake server cannot
 * reach GitHub.
 */
export function baseEnvironment(places: Places): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of kept) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  const event = path.join(places.commands, 'event.json');
  writeFileSync(event, '{}');
  return {
    ...env,
    HOME: places.home,
    USERPROFILE: places.home,
    TMPDIR: places.temp,
    TMP: places.temp,
    TEMP: places.temp,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: '__self',
    GITHUB_ACTOR: 'octocat',
    GITHUB_API_URL: 'http://127.0.0.1:9',
    GITHUB_EVENT_NAME: 'workflow_dispatch',
    GITHUB_EVENT_PATH: event,
    GITHUB_GRAPHQL_URL: 'http://127.0.0.1:9/graphql',
    GITHUB_JOB: 'rotate',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_REF_NAME: 'main',
    GITHUB_REF_TYPE: 'branch',
    GITHUB_REPOSITORY: 'acme/store',
    GITHUB_REPOSITORY_OWNER: 'acme',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_RUN_ID: '1',
    GITHUB_RUN_NUMBER: '1',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_SHA: '0000000000000000000000000000000000000000',
    GITHUB_WORKFLOW: 'Rotate VTEX token',
    GITHUB_WORKSPACE: places.workspace,
    RUNNER_ARCH: process.arch === 'arm64' ? 'ARM64' : 'X64',
    RUNNER_OS: process.platform === 'win32' ? 'Windows' : process.platform === 'darwin' ? 'macOS' : 'Linux',
    RUNNER_TEMP: places.temp,
  };
}

/** Every file that the step left in its workspace, home or temporary directory: path below the root → text. */
export function filesLeft(places: Places): Record<string, string> {
  const files: Record<string, string> = {};
  for (const directory of [places.workspace, places.home, places.temp]) {
    for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = path.join(entry.parentPath, entry.name);
      files[path.relative(places.root, file).replaceAll(path.sep, '/')] = readFileSync(file, 'utf8');
    }
  }
  return files;
}
