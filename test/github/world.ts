import { createGitHub, type GitHubClient } from '../../src/github/octokit.ts';
import { GitHubVerifier, type VerifierOptions } from '../../src/github/verification/verifier.ts';
import { createHttp } from '../../src/http/http.ts';
import { Quoter } from '../../src/common/quoter.ts';
import type { Clock } from '../../src/rotation/ports/clock.ts';
import type { Log } from '../../src/rotation/ports/runner.ts';
import { Secret } from '../../src/common/secret.ts';
import type { WorkflowRef } from '../../src/paths/workflow-ref.ts';
import type { World } from '../fakes/index.ts';
import { IdleClock } from './idle-clock.ts';

/** What our side needs to talk to the fake GitHub: its clock is the world's, and its log is kept. */
export class Client {
  readonly said: string[] = [];
  readonly clock: Clock;
  readonly log: Log;
  readonly octokit: GitHubClient;

  constructor(world: World, apiUrl: string, token: string, retries = 0) {
    const say = (message: string): void => {
      this.said.push(message);
    };
    this.log = { info: say, notice: say, warning: say };
    const clock = new IdleClock(world);
    this.clock = clock;
    const http = createHttp({ userAgent: 'test' });
    const octokit = createGitHub({
      token: new Secret(token),
      apiUrl,
      fetch: http.fetch,
      userAgent: 'test',
      // Its waits are part of a request.
      clock: hastyClock(world),
      log: this.log,
      retries,
    });
    this.octokit = {
      ...octokit,
      request: (route, parameters) => clock.during(() => octokit.request(route, parameters)),
    };
  }

  verifier(options: Partial<VerifierOptions> = {}): GitHubVerifier {
    return new GitHubVerifier({
      octokit: this.octokit,
      clock: this.clock,
      log: this.log,
      workflows: [verifyYml],
      inputs: new Map(),
      timeoutMs: 30 * 60_000,
      quoter: new Quoter(),
      serverUrl: 'https://github.com',
      ...options,
    });
  }
}

/** Every wait is over at once, having taken its time. */
function hastyClock(world: World): Clock {
  return {
    now: () => world.now(),
    sleep(ms) {
      world.advance(ms);
      return Promise.resolve();
    },
  };
}

export const verifyYml: WorkflowRef = {
  input: 'verify.yml',
  owner: 'acme',
  repo: 'store',
  file: 'verify.yml',
  ref: undefined,
};

export const never = new AbortController().signal;
