/** A workflow file in a repository, as a line of the input `verification-workflow` names it. */

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

const file = String.raw`([A-Za-z0-9._-]+\.ya?ml)`;
const here = new RegExp(String.raw`^(?:(?:\./)?\.github/workflows/)?${file}$`);
const elsewhere = new RegExp(String.raw`^([^/]+)/([^/]+)/\.github/workflows/${file}$`);
const name = /^[A-Za-z0-9._-]+$/;

/**
 * Parses one line. `thisRepository` is `owner/repo` and `thisRef` the full ref of this run. Without `@ref`, a
 * workflow of this repository runs at the ref of this run, one of another on its default branch. Gives the
 * reason as a text if the line is wrong; the text repeats nothing of the line.
 */
export function parseWorkflowRef(
  text: string,
  thisRepository: string,
  thisRef: string,
): WorkflowRef | string {
  const at = text.indexOf('@');
  const path = at === -1 ? text : text.slice(0, at);
  const ref = at === -1 ? undefined : text.slice(at + 1);
  const wrongRef = ref === undefined ? undefined : reasonAgainstRef(ref);
  const place = placeOf(path, thisRepository);
  if (typeof place === 'string') return place;
  if (wrongRef !== undefined) return wrongRef;
  const isHere = `${place.owner}/${place.repo}`.toLowerCase() === thisRepository.toLowerCase();
  return { input: text, ...place, ref: ref ?? (isHere ? branchOrTag(thisRef) : undefined) };
}

function placeOf(
  path: string,
  thisRepository: string,
): Pick<WorkflowRef, 'owner' | 'repo' | 'file'> | string {
  if (hasDotSegments(path)) return 'a path with the segment "." or ".." is not allowed';
  const [, local] = here.exec(path) ?? [];
  if (local !== undefined) return placeHere(local, thisRepository);
  const [, owner, repo, file] = elsewhere.exec(path) ?? [];
  if (owner === undefined || repo === undefined || file === undefined) return reasonAgainstPath(path);
  return areNames(owner, repo) ? { owner, repo, file } : 'the owner or repository is no GitHub name';
}

/** "." as an owner is what "./" begins with. */
function areNames(owner: string, repo: string): boolean {
  return owner !== '.' && name.test(owner) && name.test(repo);
}

function hasDotSegments(path: string): boolean {
  return path.split('/').some((segment, index) => segment === '..' || (segment === '.' && index > 0));
}

function placeHere(
  file: string,
  thisRepository: string,
): Pick<WorkflowRef, 'owner' | 'repo' | 'file'> | string {
  const [owner = '', repo = ''] = thisRepository.split('/');
  if (owner === '' || repo === '') return 'GITHUB_REPOSITORY is not set, so the repository must be named';
  return { owner, repo, file };
}

/** The near misses have a text of their own. */
function reasonAgainstPath(path: string): string {
  if (/^https?:/i.test(path)) return 'it is an address; write owner/repo/.github/workflows/verify.yml';
  if (path.includes(',')) return 'it has a comma; write one workflow a line';
  if (/^\d+$/.test(path)) return 'it is a number; write the name of the file';
  if (!/\.ya?ml$/.test(path)) return 'it does not end in .yml or .yaml, as the file of a workflow does';
  return 'it is neither the name of a workflow file nor the path of one';
}

/** What `ref` of a dispatch takes: the name of a branch or tag. A pull request's merge ref is neither. */
function branchOrTag(ref: string): string | undefined {
  return /^refs\/(?:heads|tags)\/(.+)$/.exec(ref)?.[1];
}

/** https://docs.github.com/rest/actions/workflows#create-a-workflow-dispatch-event */
function reasonAgainstRef(ref: string): string | undefined {
  if (/^[0-9a-f]{40}$/i.test(ref)) {
    return 'the ref after "@" is the SHA of a commit, and a dispatch takes a branch or a tag only';
  }
  return isRef(ref) ? undefined : 'the ref after "@" is not the name of a branch or tag';
}

/** https://git-scm.com/docs/git-check-ref-format */
function isRef(ref: string): boolean {
  return (
    ref.length <= 250 &&
    /^[^\s~^:?*[\\\p{Cc}]+$/u.test(ref) &&
    !/\.\.|@\{|\.$|^@$|^-/.test(ref) &&
    ref.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'))
  );
}
