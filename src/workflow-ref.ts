/** A workflow file in a repository, as the input `verification-workflow` names it. */
export interface WorkflowRef {
  /** The line as written; reports and outputs use it. */
  readonly input: string;
  readonly owner: string;
  readonly repo: string;
  /** File name within `.github/workflows`: `verify.yml`. */
  readonly file: string;
  /** Branch or tag; undefined stands for the default branch of the repository. */
  readonly ref: string | undefined;
}

const name = '[A-Za-z0-9._-]+';
const here = new RegExp(`^(${name}\\.ya?ml)(?:@(.+))?$`);
const elsewhere = new RegExp(`^(${name})/(${name})/\\.github/workflows/(${name}\\.ya?ml)(?:@(.+))?$`);

/**
 * Parses one line. `thisRepository` is `owner/repo` and `thisRef` the full ref of this run. Without `@ref`, a
 * workflow of this repository runs at the ref of this run, one of another on its default branch. Gives the
 * reason as a text if the line is wrong.
 */
export function parseWorkflowRef(
  text: string,
  thisRepository: string,
  thisRef: string,
): WorkflowRef | string {
  const [, owner = '', repo = '', file, ref] = elsewhere.exec(text) ?? [];
  if (file !== undefined) {
    if (ref !== undefined && !isRef(ref)) return 'the ref is not a branch or tag';
    const isHere = `${owner}/${repo}`.toLowerCase() === thisRepository.toLowerCase();
    return { input: text, owner, repo, file, ref: ref ?? (isHere ? branchOrTag(thisRef) : undefined) };
  }
  const [, localFile, localRef] = here.exec(text) ?? [];
  if (localFile === undefined) return 'it is neither the name of a workflow file nor the path of one';
  if (localRef !== undefined && !isRef(localRef)) return 'the ref is not a branch or tag';
  const [thisOwner = '', thisRepo = ''] = thisRepository.split('/');
  if (thisOwner === '' || thisRepo === '')
    return 'GITHUB_REPOSITORY is not set, so the repository must be named';
  return {
    input: text,
    owner: thisOwner,
    repo: thisRepo,
    file: localFile,
    ref: localRef ?? branchOrTag(thisRef),
  };
}

/** What `ref` of a dispatch takes: the name of a branch or tag. A pull request's merge ref is neither. */
function branchOrTag(ref: string): string | undefined {
  return /^refs\/(?:heads|tags)\/(.+)$/.exec(ref)?.[1];
}

/** https://git-scm.com/docs/git-check-ref-format, the part that could do harm. */
function isRef(ref: string): boolean {
  return (
    /^[^\s~^:?*[\\\p{Cc}]+$/u.test(ref) && !ref.includes('..') && !ref.startsWith('-') && ref.length <= 250
  );
}
