/** The three tasks of the action in fleet/: plan, record, report. Each gives outputs, and what is wrong. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Environment } from '../inputs/names.ts';
import { isObject } from './fields.ts';
import type { News } from './issue-text.ts';
import { type KeyName, type KeyOutcome, outcomeOfList, outcomesOf } from './outcome.ts';
import { plan } from './plan.ts';
import { type JobRecord, jobs, jsonOf, parseRecord } from './record.ts';
import { type Pages, summaryOf } from './summary.ts';
import { jobUrl, pagesFor } from './urls.ts';

/** What a task leaves with the runner. */
export interface Done {
  readonly outputs: Readonly<Record<string, string>>;
  readonly lines: readonly string[];
  readonly warnings: readonly string[];
  readonly problems: readonly string[];
  readonly summary: string;
  /** Files in the runner's temporary directory, by their names. */
  readonly files: Readonly<Record<string, string>>;
  /** For the issue; undefined: it is left alone. */
  readonly news: News | undefined;
}

const nothing: Done = {
  outputs: {},
  lines: [],
  warnings: [],
  problems: [],
  summary: '',
  files: {},
  news: undefined,
};

export class Tasks {
  readonly #env: Environment;
  readonly #now: string;

  constructor(env: Environment, now: Date) {
    this.#env = env;
    this.#now = now.toISOString();
  }

  run(): Done {
    const task = this.#input('task');
    if (task === 'plan') return this.#plan();
    if (task === 'record') return this.#record();
    if (task === 'report') return this.#report();
    return wrong(`Input "task" is wrong. Allowed: plan, record, report.`);
  }

  #plan(): Done {
    const list = this.#list();
    if (typeof list !== 'string') return list;
    const planned = plan({
      list,
      repository: this.#env.GITHUB_REPOSITORY ?? '',
      ref: this.#env.GITHUB_REF ?? '',
      only: this.#input('only'),
      renewAfterDays: this.#input('renew-after-days'),
    });
    if (planned.problems !== undefined) return wrong(...planned.problems);
    const { keys, ids, warnings } = planned;
    const names = keys.map(({ id, environment }) => `${id} (environment ${environment})`);
    return {
      ...nothing,
      outputs: { keys: JSON.stringify(keys), ids: JSON.stringify(ids) },
      lines: [`${keys.length} of ${ids.length} keys of the list:`, ...names],
      warnings,
    };
  }

  #list(): string | Done {
    const given = this.#input('fleet');
    if (given !== '') return given;
    const name = this.#input('fleet-file');
    const workspace = this.#env.GITHUB_WORKSPACE ?? '.';
    const file = path.resolve(workspace, name);
    const way = path.relative(workspace, file);
    const isInside = !way.startsWith('..') && !path.isAbsolute(way);
    try {
      if (isInside && name !== '') return readFileSync(file, 'utf8');
    } catch {
      // Told below.
    }
    return wrong(
      'There is no list. Allowed: the list as JSON in "fleet", or in "fleet-file" the path of a file in the repository that calls the workflow.',
    );
  }

  #record(): Done {
    const key = keyOf(jsonOf(this.#input('key')));
    const job = jobs.find((one) => one === this.#input('job'));
    if (key === undefined || job === undefined)
      return wrong(
        'Inputs "key" and "job" are wrong. Allowed: a key as "plan" gives it, and rotate or finish.',
      );
    const given = jsonOf(this.#input('record'));
    const record: JobRecord = {
      ...key,
      job,
      at: this.#now,
      url: jobUrl(this.#env, this.#input('job-id')),
      record: isObject(given) ? given : null,
    };
    const text = JSON.stringify(record);
    const name = `${key.number}-${job}`;
    return {
      ...nothing,
      outputs: { record: text, artifact: `vtex-rotation-${name}`, file: this.#temp(`${name}.json`) },
      files: { [`${name}.json`]: text },
    };
  }

  #report(): Done {
    const keys = jsonOf(this.#input('keys'));
    const names = Array.isArray(keys) ? keys.flatMap((key) => keyOf(key) ?? []) : [];
    const records = this.#records();
    const isPlanned = names.length > 0;
    const isWhole = this.#input('records') !== '';
    const outcomes = isPlanned ? outcomesOf(names, records) : [];
    const all = isWhole ? [outcomeOfList(isPlanned), ...outcomes] : outcomes;
    const operation = this.#input('operation');
    const pages = pagesFor(this.#env);
    const audit = {
      run: pages.run,
      at: this.#now,
      actor: this.#env.GITHUB_ACTOR ?? '',
      operation,
      keys,
      records,
    };
    return {
      ...nothing,
      summary: isWhole ? summaryOf(isPlanned ? outcomes : all, operation, pages) : '',
      lines: outcomes.map(({ id, text }) => `${id}: ${text}`),
      outputs: { audit: this.#temp('vtex-rotation-audit.json') },
      files: isWhole ? { 'vtex-rotation-audit.json': JSON.stringify(audit, undefined, 2) } : {},
      news: this.#news(all, operation, pages),
    };
  }

  /** A check says nothing of how a rotation fares, and an undo is in the hands of a person. */
  #news(outcomes: readonly KeyOutcome[], operation: string, pages: Pages): News | undefined {
    if (this.#input('report-issue') !== 'true' || !['rotate', 'finish'].includes(operation)) return undefined;
    const ids = jsonOf(this.#input('ids'));
    const known = Array.isArray(ids) ? [...ids.map(String), outcomeOfList(true).id] : undefined;
    return { outcomes, ids: known, pages, now: this.#now };
  }

  /** From a folder of artifacts, or the only one. */
  #records(): JobRecord[] {
    const folder = this.#input('records');
    const texts = [this.#input('job-record')];
    if (folder !== '') {
      try {
        for (const name of readdirSync(folder)) texts.push(readFileSync(path.join(folder, name), 'utf8'));
      } catch {
        // No job has left any: then there is no folder.
      }
    }
    return texts.flatMap((text) => parseRecord(text) ?? []);
  }

  #input(name: string): string {
    return this.#env[`INPUT_${name.toUpperCase()}`]?.trim() ?? '';
  }

  #temp(name: string): string {
    return path.join(this.#env.RUNNER_TEMP ?? '.', name);
  }
}

function wrong(...problems: readonly string[]): Done {
  return { ...nothing, problems };
}

function keyOf(value: unknown): KeyName | undefined {
  if (!isObject(value) || typeof value.number !== 'string' || typeof value.id !== 'string') return undefined;
  return /^\d{3,}$/.test(value.number) ? { number: value.number, id: value.id } : undefined;
}
