/** Makes of one key of the list what its job has to know, and tells all that is wrong with it. */
import { type Inputs, parseInputs } from '../inputs/inputs.ts';
import type { InputName } from '../inputs/names.ts';
import { parseSecretTarget } from '../paths/parse-secret-path.ts';
import { environmentName, InvalidSecretPath } from '../paths/secret-names.ts';
import { keyOf } from '../paths/secret-path.ts';
import { type Access, accessOf, obstacleOf } from './access.ts';
import type { Duplicates } from './duplicates.ts';
import { approvalField, policyFields } from './fields.ts';
import { type ListedKey, shown } from './list.ts';
import { placeholders } from './placeholders.ts';

/** In the workflow `fromJSON(inputs.key)`. */
export interface Key extends Access {
  /** Its place in the list, from `001`: what names of artifacts are made with. */
  readonly number: string;
  /** `account/name`. */
  readonly id: string;
  readonly account: string;
  readonly environment: string;
  /** Empty: nobody has to approve. */
  readonly 'approval-environment': string;
  readonly 'job-minutes': number;
  /** Inputs of the action; what is missing has its default. */
  readonly inputs: Readonly<Partial<Record<InputName, string>>>;
}

/** What the run that makes the plan says of all keys. */
export interface Run {
  /** `owner/repo` that calls the workflow. */
  readonly repository: string;
  /** The full ref of this run. */
  readonly ref: string;
  /** For this run, in the place of what the list says; empty: as the list says. */
  readonly renewAfterDays: string;
}

interface ReadKey {
  readonly key: Key | undefined;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/** Names of the secrets that the workflow reads. */
const tokenSecret = 'VTEX_APP_TOKEN';
const pendingSecret = `${tokenSecret}_PENDING`;

export class KeyReader {
  readonly #listed: ListedKey;
  readonly #index: number;
  readonly #run: Run;
  readonly #duplicates: Duplicates;
  readonly #problems: string[] = [];

  constructor(listed: ListedKey, index: number, run: Run, duplicates: Duplicates) {
    this.#listed = listed;
    this.#index = index;
    this.#run = run;
    this.#duplicates = duplicates;
  }

  read(): ReadKey {
    const environment = this.#environment('environment');
    const approval = this.#environment(approvalField);
    const id = `${this.#value('account')}/${this.#name()}`;
    const given = this.#inputs(environment);
    const { inputs, problems } = parseInputs(placeholders(given, this.#run), Number.MAX_SAFE_INTEGER);
    for (const { message } of problems ?? []) this.#problems.push(`${this.#listed.place}: ${message}`);
    if (inputs === undefined || this.#problems.length > 0)
      return { key: undefined, problems: this.#problems, warnings: [] };
    this.#expectReach(inputs);
    const { secrets, pendingSecret: pending, oldSecret: old } = inputs.settings;
    this.#duplicates.add(this.#listed.place, [
      { kind: 'name', value: id },
      { kind: 'environment', value: environment },
      { kind: 'API key', value: inputs.settings.apiKey },
      ...[...secrets, pending, old].map((path) => ({ kind: 'secret' as const, value: keyOf(path) })),
    ]);
    const key: Key = {
      number: String(this.#index + 1).padStart(3, '0'),
      id,
      account: inputs.account,
      environment,
      'approval-environment': approval,
      'job-minutes': jobMinutes(inputs),
      ...accessOf(inputs, this.#run.repository),
      inputs: given,
    };
    const warnings = inputs.warnings.map((warning) => `${id}: ${warning}`);
    return { key, problems: this.#problems, warnings };
  }

  #value(name: string): string {
    return this.#listed.values.get(name) ?? '';
  }

  #say(what: string, allowed: string): void {
    this.#problems.push(`${this.#listed.place}: ${what}. Allowed: ${allowed}.`);
  }

  /** What a run, an artifact and the list of failures call it. */
  #name(): string {
    const given = this.#value('name');
    const name =
      given === '' ? this.#value('api-key').replace(`vtexappkey-${this.#value('account')}-`, '') : given;
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name))
      this.#say(`"name" is "${shown(name)}"`, 'letters, digits, ".", "_" and "-", at most 64');
    return name;
  }

  #environment(field: string): string {
    const text = this.#value(field);
    if (text === '') return '';
    try {
      return environmentName(encodeURIComponent(text.trim()));
    } catch (error) {
      if (!(error instanceof InvalidSecretPath || error instanceof URIError)) throw error;
      this.#say(
        `"${field}" is not the name of an environment`,
        'a name of GitHub, as it stands in the settings',
      );
      return '';
    }
  }

  #inputs(environment: string): Partial<Record<InputName, string>> {
    const { repository, renewAfterDays } = this.#run;
    const home = `repos/${repository}/environments/${encodeURIComponent(environment)}/secrets`;
    const policy = Object.keys(policyFields).flatMap((name) => {
      const value = this.#listed.values.get(name);
      return value === undefined ? [] : [[name, value] as const];
    });
    return {
      ...Object.fromEntries(policy),
      ...(renewAfterDays === '' ? {} : { 'renew-after-days': renewAfterDays }),
      'app-key': this.#value('app-key'),
      'api-key': this.#value('api-key'),
      account: this.#value('account'),
      secrets: [`${home}/${tokenSecret}`, ...this.#further()].join('\n'),
      'pending-secret': `${home}/${pendingSecret}`,
    };
  }

  /** Those of `secrets` that are paths; the others are told by their place in the list. */
  #further(): readonly string[] {
    return this.#listed.secrets.filter((text, index) => {
      try {
        parseSecretTarget(text.trim(), this.#run.repository);
        return true;
      } catch (error) {
        if (!(error instanceof InvalidSecretPath)) throw error;
        this.#say(`secrets[${index}] is wrong: ${error.message}`, 'see "Paths of secrets" in the README');
        return false;
      }
    });
  }

  #expectReach({ settings, workflows }: Inputs): void {
    const [owner = ''] = this.#run.repository.split('/');
    for (const target of [...settings.secrets, ...settings.patterns]) {
      const obstacle = obstacleOf(target, owner);
      if (obstacle === undefined) continue;
      this.#say(
        `${target.path}: ${obstacle}`,
        `Actions, environment and Dependabot secrets of ${owner}'s repositories, and its Actions secrets`,
      );
    }
    for (const workflow of workflows.filter((one) => one.owner.toLowerCase() !== owner.toLowerCase()))
      this.#say(`the workflow ${workflow.input} belongs to another owner`, `workflows of ${owner}`);
  }
}

/** A token that has nowhere to go is tried for an hour; the rest is what the key asks for. GitHub's own limit is 360. */
function jobMinutes({ settings, verificationTimeoutMs, workflows }: Inputs): number {
  const verification = workflows.length === 0 ? 0 : verificationTimeoutMs;
  return Math.min(360, 90 + Math.ceil((verification + settings.drainTimeoutMs) / 60_000));
}
