export const id = 909;
export const ids = [909];
export const modules = {

/***/ 9909:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  runOperation: () => (/* binding */ runOperation)
});

// EXTERNAL MODULE: ./common/errors.js
var common_errors = __webpack_require__(9484);
;// CONCATENATED MODULE: ./github/purpose.js
const otherPermissions = {
    dispatch: 'the repository permission "Actions" (actions=write; classic token: scope repo)',
    runs: 'the repository permission "Actions" (actions=read; classic token: scope repo)',
    contents: 'the repository permission "Contents" (contents=read; classic token: scope repo)',
    repositories: 'the repository permission "Metadata" (metadata=read; classic token: scope repo)',
};
function permissionOf(need) {
    if (typeof need === 'string')
        return otherPermissions[need];
    const { permissionText, permission, classicScope } = need;
    return `the ${permissionText} (${permission}=write; classic token: scope ${classicScope})`;
}

;// CONCATENATED MODULE: ./http/failure.js
class HttpFailure extends Error {
    name = 'HttpFailure';
    kind;
    reason;
    fault;
    hint;
    constructor(kind, reason, { fault = 'other', hint = '', ...options } = {}) {
        super(reason, options);
        this.kind = kind;
        this.reason = reason;
        this.fault = fault;
        this.hint = hint;
    }
}
class TunnelError extends Error {
    name = 'TunnelError';
    status;
    constructor(status, options) {
        super('no tunnel', options);
        this.status = status;
    }
}
function explain(error, via, isSent) {
    if (via === undefined)
        return explainDirect(error);
    if (error instanceof TunnelError) {
        return error.status === undefined ? brokenProxy(via, error.cause) : refusedByProxy(via, error.status);
    }
    if (via.forwards && error instanceof Error) {
        if (!isSent)
            return brokenProxy(via, error);
        if (codeOf(error) === 'UND_ERR_INVALID_ARG')
            return refusedByProxy(via, 407);
    }
    const { reason, fault, hint } = explainDirect(error);
    return { reason, fault, hint: `${hint} The request went through the proxy in ${via.variable}.`.trim() };
}
function refusedByProxy({ variable }, status) {
    const says = (what) => `the proxy in ${variable} ${what} (HTTP status ${status})`;
    if (status === 407) {
        return {
            reason: says('wants a user name and a password, or other ones than it was given'),
            fault: 'proxy',
            hint: `Set the environment variable ${variable} to http://user:password@host:port, special characters percent-encoded; ` +
                'no other way to sign in to a proxy (NTLM, Kerberos) is known.',
        };
    }
    if (status < 500) {
        const hint = `The proxy must allow connections to this host; or list the host in no_proxy, if it needs no proxy.`;
        return { reason: says('refuses the connection'), fault: 'proxy', hint };
    }
    return {
        reason: says('could not connect to the host'),
        fault: 'proxy',
        hint: 'A proxy also answers so if the host name is wrong.',
    };
}
function brokenProxy({ variable }, error) {
    const { reason, fault, hint } = explainDirect(error);
    const check = `Check the environment variable ${variable} of the runner: is it the right proxy, does it run, and may the runner ` +
        'reach it?';
    return {
        reason: `the proxy in ${variable} cannot be used: ${reason}`,
        fault: 'proxy',
        hint: fault === 'certificate' ? hint : check,
    };
}
const reasons = [
    [/^ECONNREFUSED$/, 'connection refused'],
    [/^(ECONNRESET|EPIPE|ECONNABORTED)$/, 'connection reset'],
    [/^(ENOTFOUND|EAI_NODATA|EAI_NONAME)$/, 'host name not found', 'host-name'],
    [/^EAI_/, 'host name could not be looked up', 'host-name'],
    [/^(EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL)$/, 'host not reachable'],
    [/^(UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT)$/, 'connecting timed out'],
    [/^(UND_ERR_SOCKET|UND_ERR_RES_CONTENT_LENGTH_MISMATCH)$/, 'connection closed before the end of the reply'],
    [/^(UND_ERR_DESTROYED|UND_ERR_CLOSED)$/, 'connections are closed'],
    [/^UND_ERR_HEADERS_OVERFLOW$/, 'reply headers too large'],
    [/^UND_ERR_INVALID_ARG$/, 'not a valid request'],
    [
        /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/,
        'certificate expired or not valid yet',
        'certificate',
        'Either the certificate must be renewed, or the clock of the runner is wrong.',
    ],
    [
        /ALTNAME_INVALID|HOSTNAME_MISMATCH/,
        'certificate made for another host',
        'certificate',
        'Another machine answers under this name; check the name, and the proxy if there is one.',
    ],
    [
        /CERT|LEAF_SIGNATURE|INVALID_CA|INVALID_PURPOSE/,
        'certificate not trusted',
        'certificate',
        'If your network has a certificate authority of its own, as with a proxy that opens TLS, set NODE_EXTRA_CA_CERTS to a file ' +
            "with that authority's certificate (PEM): in the `env` of the job or step, or in the runner's own environment.",
    ],
    [/^(EPROTO|ERR_SSL_|ERR_TLS_)/, 'TLS handshake failed'],
];
function explainDirect(error) {
    if (typeof error === 'string')
        return { reason: error, fault: 'other', hint: '' };
    const isParserError = error instanceof Error && error.name === 'HTTPParserError';
    if (isParserError)
        return { reason: 'reply is not HTTP', fault: 'other', hint: '' };
    const code = codeOf(error);
    const [, reason, fault, hint] = reasons.find(([pattern]) => pattern.test(code)) ?? [];
    return { reason: reason ?? 'request failed', fault: fault ?? 'other', hint: hint ?? '' };
}
function codeOf(error) {
    return error instanceof Error && 'code' in error ? String(error.code) : '';
}

;// CONCATENATED MODULE: ./github/request.js

const lost = { status: undefined, headers: {}, data: undefined };
async function ask(octokit, route, parameters = {}, { signal, once = false, ...others } = {}) {
    if (signal?.aborted)
        return lost;
    const reply = octokit
        .request(route, {
        ...parameters,
        request: { ...others, ...(signal && { signal }), ...(once && { retries: 0 }) },
    })
        .then(toReply, replyOfError);
    return signal === undefined ? reply : Promise.race([reply, firing(signal, reply)]);
}
function firing(signal, reply) {
    return new Promise((resolve) => {
        const end = () => {
            resolve(lost);
        };
        signal.addEventListener('abort', end, { once: true });
        void reply.finally(() => {
            signal.removeEventListener('abort', end);
        });
    });
}
function toReply(response) {
    return { status: response.status, headers: { ...response.headers }, data: response.data };
}
function replyOfError(error) {
    const response = property(error, 'response');
    const status = property(response, 'status');
    if (typeof status !== 'number') {
        const cause = property(error, 'cause');
        return cause instanceof HttpFailure ? { ...lost, lost: cause } : lost;
    }
    const headers = property(response, 'headers');
    return {
        status,
        headers: typeof headers === 'object' ? { ...headers } : {},
        data: property(response, 'data'),
    };
}
function succeeded(reply) {
    return reply.status !== undefined && reply.status >= 200 && reply.status < 300;
}
function property(value, name) {
    return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
        ? value[name]
        : undefined;
}
function idOf(value) {
    return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}
const isoTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;
function instantOf(value) {
    if (typeof value !== 'string' || !isoTime.test(value))
        return undefined;
    const instant = Date.parse(value);
    return Number.isNaN(instant) ? undefined : instant;
}
function isoSeconds(instant) {
    return new Date(instant).toISOString().replace(/\.\d+Z$/, 'Z');
}
function answeredAt(reply, clock) {
    const date = reply.headers.date;
    const instant = typeof date === 'string' ? Date.parse(date) : Number.NaN;
    return Number.isNaN(instant) ? clock.now() : instant;
}

;// CONCATENATED MODULE: ./github/refusal.js


const integrationHint = 'Is it GITHUB_TOKEN? It cannot touch secrets, whatever its permissions. Use an installation token of a GitHub App ' +
    '(actions/create-github-app-token) or a fine-grained personal access token.';
const actionsHint = 'GITHUB_TOKEN serves within its own repository, with `permissions: actions: write` (`read` to wait for runs); ' +
    'another repository needs an installation token of a GitHub App or a personal access token.';
const personalHint = 'Edit the token in the settings of its owner; an organization may have to approve the change.';
const refusal_reasons = [
    [
        /\bSAML\b|single sign-?on|\bSSO\b/i,
        'Authorize the token for the organization (single sign-on), in the settings of its owner.',
    ],
    [
        /\bIP (?:allow list|address)/i,
        'Run the job on a runner whose address is in the IP allow list, or have it added.',
    ],
    [/\blifetime\b/i, 'Make a token with the lifetime that the organization or enterprise allows.'],
    [/\bsuspended\b/i, "Have the App's installation or the account unsuspended."],
    [/\barchived\b/i, 'Unarchive the repository, or take it out of `secrets`.'],
];
const acceptedPermissions = /^[A-Za-z_]+=[A-Za-z_]+(?:[,;] ?[A-Za-z_]+=[A-Za-z_]+)*$/;
function refusal(reply, purpose) {
    const said = property(reply.data, 'message');
    const message = typeof said === 'string' ? said : '';
    const sso = reply.headers['x-github-sso'];
    const [, holder] = /^Resource not accessible by (integration|personal access token)\b/i.exec(message) ?? [];
    if (holder !== undefined && sso === undefined) {
        const why = `the token of \`${purpose.token}\` needs ${neededBy(reply, purpose)}.`;
        return { why, hint: /integration/i.test(holder) ? hintFor(purpose) : personalHint };
    }
    const why = wordsOf(message, sso, purpose);
    const known = refusal_reasons.find(([pattern]) => pattern.test(sso === undefined ? message : 'SSO'));
    return {
        why,
        hint: known?.[1] ?? `Ask whoever gave out the token of \`${purpose.token}\` what this means for it.`,
    };
}
function wordsOf(message, sso, { quoter }) {
    const quote = (text) => quoter.quote(text, 300);
    const header = typeof sso === 'string' ? quote(sso.split('?')[0]) : '';
    const words = [quote(message), header && `x-github-sso: ${header}`].filter((part) => part !== '');
    return words.length === 0 ? 'it gave no reason.' : `it says "${words.join('; ')}".`;
}
function isRateLimit(reply) {
    if (reply.status === 429)
        return true;
    if (reply.status !== 403)
        return false;
    const message = property(reply.data, 'message');
    return (reply.headers['x-ratelimit-remaining'] === '0' ||
        reply.headers['retry-after'] !== undefined ||
        (typeof message === 'string' && /\bsecondary rate\b/i.test(message)));
}
function hintFor({ needs }) {
    if (typeof needs !== 'string')
        return integrationHint;
    return needs === 'repositories' ? 'The token must be able to see the repository.' : actionsHint;
}
function neededBy(reply, { needs }) {
    const accepted = reply.headers['x-accepted-github-permissions'];
    const own = permissionOf(needs);
    if (typeof accepted !== 'string' || accepted.length > 200 || !acceptedPermissions.test(accepted))
        return own;
    const alsoWrites = typeof needs !== 'string' && !accepted.includes('write');
    return `the permission ${accepted}${alsoWrites ? ` for that, and to write ${own}` : ''}`;
}

;// CONCATENATED MODULE: ./github/failure.js




const expiredHint = 'It may have expired or been revoked: an installation token of a GitHub App lives for one hour.';
const movedHint = 'Open the page of the repository or organization under the name that was given: GitHub leads from there to where it is ' +
    'now. Then write the new name.';
function gitHubFailure(reply, purpose, otherwise = 'github-unavailable', detail = quoted(reply, purpose)) {
    const { code, text, hint = '' } = meaningOf(reply, purpose, otherwise, detail);
    return new common_errors/* RotationError */.FL(code, text + requestOf(reply, purpose), hint);
}
function meaningOf(reply, purpose, otherwise, detail) {
    const { status, lost } = reply;
    if (status === undefined) {
        const reason = lost === undefined ? '' : `: ${lost.reason}`;
        const text = `GitHub gave no reply to the attempt to ${purpose.to}${reason}.`;
        return { code: 'github-unavailable', text, hint: lost?.hint };
    }
    if (status >= 500 || status === 408) {
        return { code: 'github-unavailable', text: `GitHub could not ${purpose.to} (HTTP ${status}).` };
    }
    const failed = `GitHub refused to ${purpose.to} (HTTP ${status})`;
    if (isRateLimit(reply))
        return { code: 'github-unavailable', text: `${failed}: its rate limit is used up.` };
    return (refusalOf(status, failed, reply, purpose) ??
        redirectOf(status, failed, purpose, otherwise) ?? {
        code: otherwise,
        text: textOfOther(status, failed, purpose, detail),
    });
}
function refusalOf(status, failed, reply, purpose) {
    if (status === 401) {
        const text = `${failed}: it does not accept the token of \`${purpose.token}\`.`;
        return { code: 'github-forbidden', text, hint: expiredHint };
    }
    if (status !== 403)
        return undefined;
    const { why, hint } = refusal(reply, purpose);
    return { code: 'github-forbidden', text: `${failed}: ${why}`, hint };
}
function redirectOf(status, failed, purpose, otherwise) {
    if (status >= 400)
        return undefined;
    if (![301, 307, 308].includes(status)) {
        return {
            code: 'github-unavailable',
            text: `${failed}: it answered with a redirect, and none is followed.`,
        };
    }
    const text = `${failed}: the repository or organization has been renamed or moved.`;
    return { code: purpose.ifMoved ?? otherwise, text, hint: movedHint };
}
function textOfOther(status, failed, purpose, detail) {
    if (status === 404)
        return `${failed}: ${absentOrForbidden(purpose)}`;
    return detail === '' ? `${failed}.` : `${failed}: "${detail}".`;
}
function absentOrForbidden({ token, needs }) {
    return ('it does not exist, or the token may not see it; GitHub answers 404 to both. ' +
        `The token of \`${token}\` needs ${permissionOf(needs)}.`);
}
function unreadable(reply, purpose) {
    return new common_errors/* RotationError */.FL('github-unavailable', `GitHub's reply to the attempt to ${purpose.to} cannot be read.${requestOf(reply, purpose)}`);
}
function requestOf({ headers }, { quoter }) {
    const id = quoter.quote(headers['x-github-request-id'], 64);
    return id === '' ? '' : ` (GitHub's request "${id}")`;
}
function quoted(reply, { quoter }) {
    return quoter.quote(property(reply.data, 'message'));
}

;// CONCATENATED MODULE: ./github/paging.js
const pageSize = 100;
class Paging {
    #known;
    #page = 0;
    #before = 0;
    constructor(known) {
        this.#known = known;
    }
    next() {
        this.#before = this.#known.size;
        this.#page += 1;
        return { per_page: pageSize, page: this.#page };
    }
    isLast(entries) {
        return entries.length < pageSize || this.#known.size === this.#before;
    }
}

;// CONCATENATED MODULE: ./github/run-lists.js




const unfinishedStatuses = ['requested', 'queued', 'pending', 'waiting', 'in_progress'];
const longestLifeMs = (35 + 30) * 24 * 60 * 60_000;
class RunLists {
    #octokit;
    #quoter;
    #busy = new Set();
    #seen = new Map();
    constructor(octokit, quoter) {
        this.#octokit = octokit;
        this.#quoter = quoter;
    }
    async probe(repository) {
        await this.#page(repository, { per_page: 1 });
    }
    async unfinished(repository, look) {
        const { until, counting, stop } = look;
        if (!this.#busy.has(repository)) {
            const created = `${isoSeconds(until - longestLifeMs)}..${isoSeconds(until)}`;
            const { total, runs } = await this.#page(repository, { created, per_page: pageSize }, stop);
            if (runs.length >= total)
                return counting(unfinishedOf(runs, until));
            this.#busy.add(repository);
        }
        const found = counting(unfinishedOf(await this.#byStatus(repository, until, stop), until));
        if (found.length > 0)
            return found;
        return counting(unfinishedOf(await this.#byStatus(repository, until, stop), until));
    }
    async #byStatus(repository, until, stop) {
        const created = `<=${isoSeconds(until)}`;
        const found = new Map();
        for (const status of unfinishedStatuses) {
            const ids = new Set();
            const paging = new Paging(ids);
            let isLast = false;
            while (!isLast) {
                const { runs } = await this.#page(repository, { status, created, ...paging.next() }, stop);
                for (const run of runs) {
                    ids.add(run.id);
                    found.set(run.id, run);
                }
                isLast = paging.isLast(runs);
            }
        }
        return [...found.values()];
    }
    async #page(repository, query, stop) {
        const key = `${repository} ${JSON.stringify(query)}`;
        const seen = this.#seen.get(key);
        const [owner, repo] = repository.split('/');
        const headers = seen === undefined ? {} : { 'if-none-match': seen.etag };
        const parameters = { owner, repo, exclude_pull_requests: true, ...query, headers };
        const reply = await ask(this.#octokit, 'GET /repos/{owner}/{repo}/actions/runs', parameters, {
            signal: stop,
        });
        if (reply.status === 304 && seen !== undefined)
            return seen.page;
        const page = pageOf(reply, purposeOf(repository, this.#quoter), repository);
        const { etag } = reply.headers;
        if (typeof etag === 'string')
            this.#seen.set(key, { etag, page });
        return page;
    }
}
function purposeOf(repository, quoter) {
    const to = `list the runs of ${repository}`;
    return { to, needs: 'runs', token: 'github-token', quoter, ifMoved: 'secret-missing' };
}
function pageOf(reply, purpose, repository) {
    if (reply.status === 404) {
        const message = `The runs of ${repository} cannot be listed: ${absentOrForbidden(purpose)}${requestOf(reply, purpose)}`;
        throw new common_errors/* RotationError */.FL('github-forbidden', message);
    }
    if (!succeeded(reply))
        throw gitHubFailure(reply, purpose);
    const total = property(reply.data, 'total_count');
    const runs = property(reply.data, 'workflow_runs');
    if (typeof total !== 'number' || !Array.isArray(runs))
        throw unreadable(reply, purpose);
    return { total, runs: runs.map((run) => runOf(run) ?? fail(unreadable(reply, purpose))) };
}
function unfinishedOf(runs, until) {
    return runs.filter(({ status, createdAt }) => status !== 'completed' && createdAt <= until);
}
function runOf(run) {
    const id = idOf(property(run, 'id'));
    const createdAt = instantOf(property(run, 'created_at'));
    const status = property(run, 'status');
    if (id === undefined || createdAt === undefined || !isStatus(status))
        return undefined;
    const path = property(run, 'path');
    return {
        id,
        createdAt,
        status,
        workflowId: idOf(property(run, 'workflow_id')),
        file: typeof path === 'string' ? path.split('@')[0] : undefined,
    };
}
function isStatus(value) {
    return typeof value === 'string' && /^[a-z_]{1,40}$/.test(value);
}
function fail(error) {
    throw error;
}

;// CONCATENATED MODULE: ./github/run-page.js
function runPage(serverUrl, repository, runId) {
    return `${serverUrl.replace(/\/+$/, '')}/${repository}/actions/runs/${runId}`;
}

// EXTERNAL MODULE: ./paths/secret-path.js
var secret_path = __webpack_require__(9862);
;// CONCATENATED MODULE: ./github/full-name.js

function fullNameOf(value, quoter) {
    if (typeof value !== 'string' || !/^[\w-]{1,100}\/(?!\.{1,2}$)[\w.-]{1,100}$/.test(value))
        return undefined;
    if (!quoter.isEcho(value))
        return value;
    throw new common_errors/* RotationError */.FL('github-unavailable', 'GitHub gave the name of a repository that repeats a secret of this run, so it cannot be used.', 'If a repository has such a name: the values of the secrets that this run is given, in current-values too, must not ' +
        'have it in them.');
}

;// CONCATENATED MODULE: ./github/secrets/organization-secret.js





function visibilityOf(secret, purpose) {
    const visibility = property(secret.data, 'visibility');
    if (visibility === 'all' || visibility === 'private' || visibility === 'selected')
        return visibility;
    throw unreadable(secret, purpose);
}
async function selectedRepositories(octokit, path, purposes) {
    const purpose = purposes.on(path, `list the repositories selected for ${path.path}`);
    const found = new Map();
    const paging = new Paging(found);
    for (;;) {
        const reply = await ask(octokit, `GET /${path.path}/repositories`, paging.next());
        if (!succeeded(reply))
            throw gitHubFailure(reply, purpose);
        const total = property(reply.data, 'total_count');
        const repositories = property(reply.data, 'repositories');
        if (typeof total !== 'number' || !Array.isArray(repositories))
            throw unreadable(reply, purpose);
        for (const repository of repositories) {
            const id = idOf(property(repository, 'id'));
            const fullName = fullNameOf(property(repository, 'full_name'), purposes.quoter);
            if (id === undefined || fullName === undefined)
                throw unreadable(reply, purpose);
            found.set(id, { id, fullName });
        }
        if (found.size === total)
            return [...found.values()];
        if (paging.isLast(repositories))
            throw invisible(path, total, found.size);
    }
}
function invisible(path, total, seen) {
    return new common_errors/* RotationError */.FL('github-forbidden', `${path.path} is given to ${total} repositories, of which the token of \`github-token\` sees ${seen}. ` +
        'Writing the secret would cut the others off.', 'Give the token access to all repositories of the organization.');
}

;// CONCATENATED MODULE: ./github/secrets/purposes.js

class Purposes {
    quoter;
    constructor(quoter) {
        this.quoter = quoter;
    }
    on(path, to) {
        return this.needing((0,secret_path/* formOf */.QU)(path), to);
    }
    reading(path) {
        return { ...this.on(path, `read the secret ${path.path}`), ifMoved: 'secret-missing' };
    }
    needing(needs, to) {
        return { to, needs, token: 'github-token', quoter: this.quoter };
    }
    quote(text) {
        return this.quoter.quote(text, 100);
    }
}

;// CONCATENATED MODULE: ./github/secret-readers.js







class SecretReaders {
    #octokit;
    #purposes;
    #stop;
    #organizations = new Map();
    constructor({ octokit, quoter }, stop) {
        this.#octokit = octokit;
        this.#purposes = new Purposes(quoter);
        this.#stop = stop;
    }
    async of(path) {
        if (!(0,secret_path/* formOf */.QU)(path).feedsRuns)
            return [];
        if (path.level !== 'organization')
            return [`${path.owner}/${path.repo}`];
        const purpose = this.#purposes.on(path, `read the secret ${path.path}`);
        const secret = await ask(this.#octokit, `GET /${path.path}`, {}, { signal: this.#stop });
        if (secret.status === 404)
            return undefined;
        if (!succeeded(secret))
            throw gitHubFailure(secret, purpose);
        const visibility = visibilityOf(secret, purpose);
        if (visibility === 'selected') {
            return (await selectedRepositories(this.#octokit, path, this.#purposes)).map(({ fullName }) => fullName);
        }
        const repositories = await this.#repositoriesOf(path);
        return repositories.filter(({ isPrivate }) => visibility === 'all' || isPrivate).map(({ name }) => name);
    }
    #repositoriesOf({ org }) {
        const key = org.toLowerCase();
        const known = this.#organizations.get(key) ?? this.#list(org);
        this.#organizations.set(key, known);
        return known;
    }
    async #list(org) {
        const purpose = this.#purposes.needing('repositories', `list the repositories of ${org}`);
        const found = new Map();
        const paging = new Paging(found);
        for (;;) {
            const query = { org, type: 'all', ...paging.next() };
            const reply = await ask(this.#octokit, 'GET /orgs/{org}/repos', query, { signal: this.#stop });
            if (!succeeded(reply))
                throw gitHubFailure(reply, purpose, 'github-forbidden');
            if (!Array.isArray(reply.data))
                throw unreadable(reply, purpose);
            for (const repository of reply.data) {
                const name = fullNameOf(property(repository, 'full_name'), this.#purposes.quoter);
                if (name === undefined)
                    throw unreadable(reply, purpose);
                found.set(name, { name, isPrivate: isPrivate(repository) });
            }
            if (paging.isLast(reply.data))
                return [...found.values()];
        }
    }
}
function isPrivate(repository) {
    const visibility = property(repository, 'visibility');
    return visibility === 'private' || visibility === 'internal' || property(repository, 'private') === true;
}

;// CONCATENATED MODULE: ./github/run-queue.js






const namedAtMost = 5;
class GitHubRunQueue {
    #options;
    #lists;
    #waitedFor = new Map();
    #queuedAt;
    constructor(options) {
        this.#options = options;
        this.#lists = new RunLists(options.octokit, options.quoter);
    }
    async inspect(paths) {
        const readers = new SecretReaders(this.#options);
        const found = await Promise.all(paths.map((path) => (0,common_errors/* attempted */.zU)(() => readers.of(path))));
        const repositories = byName(found.flatMap((one) => (one instanceof common_errors/* RotationError */.FL ? [] : (one ?? []))));
        const probes = await Promise.all(repositories.map(async (repository) => ({
            repository,
            answer: await (0,common_errors/* attempted */.zU)(() => this.#lists.probe(repository)),
        })));
        return [...found.filter((one) => one instanceof common_errors/* RotationError */.FL), ...gathered(probes)];
    }
    async unfinished(updates, { leaveOut = new Set(), stop } = {}) {
        const still = await this.#look(this.#waitedFor, leaveOut, stop);
        if (still.length > 0)
            return still;
        return this.#look(await this.#lookout(updates, stop), leaveOut, stop);
    }
    async queuedAt() {
        this.#queuedAt ??= await this.#askQueuedAt();
        return this.#queuedAt;
    }
    async #askQueuedAt() {
        const { runOctokit, thisRun, quoter } = this.#options;
        const [owner = '', repo = ''] = thisRun.repository.split('/');
        const to = 'tell when this run was queued';
        const purpose = { to, needs: 'runs', token: 'run-token', quoter };
        const way = 'Give the job `permissions: actions: read`; `run-token` is then GITHUB_TOKEN by default.';
        if (runOctokit === undefined || thisRun.id === undefined || repo === '') {
            throw new common_errors/* RotationError */.FL('github-forbidden', 'GitHub cannot be asked when this run was queued.', way);
        }
        const route = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}';
        const reply = await ask(runOctokit, route, { owner, repo, run_id: thisRun.id });
        if (!succeeded(reply)) {
            const { code, message, hint } = gitHubFailure(reply, purpose, 'github-forbidden');
            throw new common_errors/* RotationError */.FL(code, message, code === 'github-forbidden' ? way : hint);
        }
        const createdAt = instantOf(property(reply.data, 'created_at'));
        if (createdAt === undefined)
            throw unreadable(reply, purpose);
        return createdAt;
    }
    async #lookout(updates, stop) {
        const readers = new SecretReaders(this.#options, stop);
        const until = new Map();
        await Promise.all(updates.map(async ({ path, updatedAt }) => {
            const names = await readers.of(path);
            if (names === undefined) {
                throw new common_errors/* RotationError */.FL('github-unavailable', `GitHub does not show ${path.path} at the moment.`);
            }
            for (const name of names) {
                const known = until.get(name.toLowerCase())?.at ?? updatedAt;
                until.set(name.toLowerCase(), { name, at: Math.max(known, updatedAt) });
            }
        }));
        return new Map([...until.values()].map(({ name, at }) => [name, at]));
    }
    async #look(lookout, leaveOut, stop) {
        const looks = [...lookout].map(async ([repository, until]) => {
            const counting = (runs) => this.#thatCount(repository, runs).filter(({ id }) => !leaveOut.has(id));
            const runs = await this.#lists.unfinished(repository, { until, counting, stop });
            return runs.map(({ id, status }) => this.#waiting(repository, id, status));
        });
        const runs = (await Promise.all(looks)).flat();
        const holders = new Set(runs.map(({ repository }) => repository));
        this.#waitedFor = new Map([...lookout].filter(([repository]) => holders.has(repository)));
        return runs;
    }
    #thatCount(repository, runs) {
        const { thisRun } = this.#options;
        if (repository.toLowerCase() !== thisRun.repository.toLowerCase())
            return runs;
        const workflowId = runs.find(({ id }) => id === thisRun.id)?.workflowId;
        return runs.filter((run) => {
            if (run.id === thisRun.id)
                return false;
            const isOfThisWorkflow = (workflowId !== undefined && run.workflowId === workflowId) ||
                (thisRun.workflowFile !== undefined && run.file === thisRun.workflowFile);
            return !isOfThisWorkflow || run.status === 'in_progress';
        });
    }
    #waiting(repository, id, status) {
        return { id, repository, status, url: runPage(this.#options.serverUrl, repository, id) };
    }
}
function byName(repositories) {
    return [...new Map(repositories.map((name) => [name.toLowerCase(), name])).values()];
}
function gathered(probes) {
    const failed = probes.flatMap(({ repository, answer }) => answer instanceof common_errors/* RotationError */.FL ? [{ repository, problem: answer }] : []);
    return [...Map.groupBy(failed, ({ problem }) => problem.code).values()].flatMap(([first, ...others]) => {
        if (first === undefined)
            return [];
        const { code, message, hint } = first.problem;
        if (others.length === 0)
            return [first.problem];
        const named = others.slice(0, namedAtMost).map(({ repository }) => repository);
        const rest = others.length > namedAtMost ? ` and ${others.length - namedAtMost} more` : '';
        return [new common_errors/* RotationError */.FL(code, `${message} The same goes for ${named.join(', ')}${rest}.`, hint)];
    });
}

;// CONCATENATED MODULE: ./github/secrets/seal.js

async function loadSodium() {
    const { default: loaded } = await __webpack_require__.e(/* import() */ 434).then(__webpack_require__.bind(__webpack_require__, 3434));
    await loaded.ready;
    return loaded;
}
async function seal(publicKeyBase64, value) {
    const { base64_variants, crypto_box_seal, from_base64, to_base64 } = await loadSodium();
    const base64 = base64_variants.ORIGINAL;
    try {
        const publicKey = from_base64(publicKeyBase64, base64);
        return to_base64(crypto_box_seal(value.reveal(), publicKey), base64);
    }
    catch {
        throw new common_errors/* RotationError */.FL('github-unavailable', 'The public key that GitHub gave cannot be used to seal a secret.');
    }
}

;// CONCATENATED MODULE: ./github/secrets/by-place.js

async function byPlace(paths, answer) {
    const places = Map.groupBy(paths, secret_path/* placeOf */.$t);
    const answers = new Map();
    await Promise.all([...places.values()].map(async (inPlace) => {
        const found = await answer(inPlace);
        for (const [index, one] of found.entries()) {
            const path = inPlace[index];
            if (path !== undefined)
                answers.set(path, one);
        }
    }));
    return paths.map((path) => {
        const found = answers.get(path);
        if (found === undefined)
            throw new Error('a look has no answer');
        return found;
    });
}

;// CONCATENATED MODULE: ./github/secrets/command-to-write.js
function commandToWrite({ path, keyId, value }, readers) {
    const who = readers === undefined ? '' : fieldsOf(readers);
    return `gh api --method PUT /${path.path} -f encrypted_value=${value} -f ${quotedForShell(`key_id=${keyId}`)}${who}`;
}
function fieldsOf(readers) {
    const ids = readers.visibility === 'selected' ? readers.selected_repository_ids : [];
    return ` -f visibility=${readers.visibility}${ids.map((id) => ` -F 'selected_repository_ids[]=${id}'`).join('')}`;
}
function quotedForShell(word) {
    return /^[\w+/=.-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

;// CONCATENATED MODULE: ./github/secrets/inspector.js



class Inspector {
    #keys;
    #listings;
    #readers;
    #repositories;
    constructor({ keys, listings, readers, repositories }) {
        this.#keys = keys;
        this.#listings = listings;
        this.#readers = readers;
        this.#repositories = repositories;
    }
    async inspectAll(paths) {
        const problems = this.#problemsOfRepositories(paths);
        return byPlace(paths, async (inPlace) => {
            const [first] = inPlace;
            if (first === undefined)
                return [];
            const [ofRepositories, key, answers] = await Promise.all([
                problems,
                (0,common_errors/* attempted */.zU)(() => this.#keys.of(first)),
                this.#inspectPlace(inPlace),
            ]);
            const problem = first.level === 'organization' ? undefined : ofRepositories.get(repositoryOf(first));
            if (problem !== undefined)
                return inPlace.map(() => problem);
            return key instanceof common_errors/* RotationError */.FL ? inPlace.map(() => key) : answers;
        });
    }
    async #inspectPlace(paths) {
        const [first] = paths;
        if (first === undefined)
            return [];
        if (first.level === 'organization')
            return this.#inspectOrganization(paths);
        const { total, answers } = await this.#listings.ofPlace(paths);
        const missing = answers.filter((answer) => !(answer instanceof common_errors/* RotationError */.FL) && answer.updatedAt === undefined);
        if (total === undefined || total + missing.length <= (0,secret_path/* formOf */.QU)(first).capacity)
            return answers;
        const full = new common_errors/* RotationError */.FL('secret-write-failed', `${(0,secret_path/* placeOf */.$t)(first)} holds ${total} secrets, and GitHub allows ${(0,secret_path/* formOf */.QU)(first).capacity}: there is no room for ${missing.length} more.`, 'Delete a secret that is not used, or let pending-secret stand elsewhere.');
        return answers.map((answer) => (missing.includes(answer) ? full : answer));
    }
    #inspectOrganization(paths) {
        return Promise.all(paths.map((path) => (0,common_errors/* attempted */.zU)(async () => {
            const secret = await this.#listings.get(path);
            const facts = this.#listings.facts(path, secret);
            if (path.level !== 'organization')
                return facts;
            return { ...facts, readers: await this.#readers.observe(path, secret) };
        })));
    }
    async #problemsOfRepositories(paths) {
        const repositories = new Map(paths.flatMap((path) => (path.level === 'organization' ? [] : [[repositoryOf(path), path]])));
        const problems = [...repositories].map(async ([name, { owner, repo }]) => [name, await this.#repositories.problem(owner, repo)]);
        return new Map(await Promise.all(problems));
    }
}
function repositoryOf({ owner, repo }) {
    return `${owner}/${repo}`.toLowerCase();
}

;// CONCATENATED MODULE: ./github/secrets/listings.js





class Listings {
    #octokit;
    #purposes;
    #clock;
    constructor(octokit, purposes, clock) {
        this.#octokit = octokit;
        this.#purposes = purposes;
        this.#clock = clock;
    }
    async ofPlace(paths) {
        const [first] = paths;
        const worthwhile = first !== undefined && (0,secret_path/* formOf */.QU)(first).capacity > pageSize ? 10 : 2;
        if (first === undefined || paths.length < worthwhile)
            return { total: undefined, answers: await this.#each(paths) };
        const listed = await (0,common_errors/* attempted */.zU)(() => this.#list(first));
        if (listed === undefined)
            return { total: undefined, answers: await this.#each(paths) };
        if (listed instanceof Error)
            return { total: undefined, answers: paths.map(() => listed) };
        const { dates, readAt } = listed;
        const answers = paths.map((path) => ({ path, updatedAt: dates.get(path.name), readAt }));
        return { total: dates.size, answers };
    }
    async get(path) {
        const reply = await ask(this.#octokit, `GET /${path.path}`);
        if (succeeded(reply) || reply.status === 404)
            return reply;
        throw gitHubFailure(reply, this.#purposes.reading(path));
    }
    facts(path, secret) {
        const readAt = answeredAt(secret, this.#clock);
        if (secret.status === 404)
            return { path, updatedAt: undefined, readAt };
        const updatedAt = instantOf(property(secret.data, 'updated_at'));
        if (updatedAt === undefined)
            throw unreadable(secret, this.#purposes.reading(path));
        return { path, updatedAt, readAt };
    }
    #each(paths) {
        return Promise.all(paths.map((path) => (0,common_errors/* attempted */.zU)(async () => this.facts(path, await this.get(path)))));
    }
    async #list(path) {
        const purpose = this.#purposes.on(path, `list the secrets of ${(0,secret_path/* placeOf */.$t)(path)}`);
        const dates = new Map();
        const paging = new Paging(dates);
        for (;;) {
            const { page, ...size } = paging.next();
            const query = page === 1 ? size : { ...size, page };
            const reply = await ask(this.#octokit, `GET /${(0,secret_path/* placeOf */.$t)(path)}`, query);
            if (reply.status === 404)
                return undefined;
            if (!succeeded(reply))
                throw gitHubFailure(reply, { ...purpose, ifMoved: 'secret-missing' });
            const secrets = property(reply.data, 'secrets');
            if (!Array.isArray(secrets))
                throw unreadable(reply, purpose);
            for (const secret of secrets) {
                const name = property(secret, 'name');
                const updatedAt = instantOf(property(secret, 'updated_at'));
                if (typeof name !== 'string' || updatedAt === undefined)
                    throw unreadable(reply, purpose);
                dates.set(name.toUpperCase(), updatedAt);
            }
            if (paging.isLast(secrets))
                return { dates, readAt: answeredAt(reply, this.#clock) };
        }
    }
}

;// CONCATENATED MODULE: ./github/secrets/organization-readers.js




function textOfReaders(readers) {
    if (readers.visibility !== 'selected')
        return readers.visibility;
    return `selected: ${readers.selected_repository_ids.length} repositories`;
}
function sameReaders(a, b) {
    const key = (readers) => readers.visibility === 'selected'
        ? readers.selected_repository_ids.toSorted((one, other) => one - other).join()
        : readers.visibility;
    return key(a) === key(b);
}
class OrganizationReaders {
    #octokit;
    #purposes;
    #log;
    #seen = new Map();
    constructor(octokit, purposes, log) {
        this.#octokit = octokit;
        this.#purposes = purposes;
        this.#log = log;
    }
    async observe(path, secret) {
        const readers = await this.of(path, secret, 'secret-missing');
        this.#seen.set(path.path, readers);
        return textOfReaders(readers);
    }
    lastSeen(path) {
        return this.#seen.get(path);
    }
    around(path) {
        let sent;
        return {
            read: async () => (sent = await this.now(path, 'secret-write-failed')),
            compare: async () => {
                if (sent !== undefined)
                    await this.#compareReaders(path, sent);
            },
        };
    }
    async #compareReaders(path, sent) {
        const before = this.#seen.get(path.path);
        const after = await (0,common_errors/* attempted */.zU)(() => this.now(path, 'secret-write-failed'));
        if (after instanceof common_errors/* RotationError */.FL) {
            this.#log.warning(`Who may read ${path.path} could not be checked after the write: ${after.message}`);
            return;
        }
        this.#seen.set(path.path, after);
        const isChanged = !sameReaders(sent, after) || (before !== undefined && !sameReaders(before, sent));
        if (!isChanged)
            return;
        this.#log.warning(`Who may read ${path.path} was changed by somebody while this run worked (it is now ${textOfReaders(after)}). ` +
            'Check that it is as it should be.');
    }
    async now(path, ifAbsent) {
        return this.of(path, await this.#get(path), ifAbsent);
    }
    async of(path, secret, ifAbsent) {
        if (secret.status === 404)
            return this.#ofNew(path, ifAbsent);
        const visibility = visibilityOf(secret, this.#purposes.reading(path));
        if (visibility !== 'selected')
            return { visibility };
        const repositories = await selectedRepositories(this.#octokit, path, this.#purposes);
        return { visibility, selected_repository_ids: repositories.map(({ id }) => id) };
    }
    async #ofNew({ org, audience }, ifAbsent) {
        if (audience === undefined)
            return { visibility: 'private' };
        if ('like' in audience)
            return this.of(audience.like, await this.#get(audience.like), ifAbsent);
        if (audience.visibility !== 'selected')
            return { visibility: audience.visibility };
        const ids = audience.repositories.map((name) => this.#repositoryId(org, name, ifAbsent));
        return { visibility: 'selected', selected_repository_ids: await Promise.all(ids) };
    }
    async #get(path) {
        const reply = await ask(this.#octokit, `GET /${path.path}`);
        if (succeeded(reply) || reply.status === 404)
            return reply;
        throw gitHubFailure(reply, this.#purposes.reading(path));
    }
    async #repositoryId(owner, repo, ifAbsent) {
        const purpose = this.#purposes.needing('repositories', `look up the repository ${owner}/${repo}`);
        const reply = await ask(this.#octokit, 'GET /repos/{owner}/{repo}', { owner, repo });
        if (!succeeded(reply))
            throw gitHubFailure(reply, { ...purpose, ifMoved: ifAbsent }, ifAbsent);
        const id = idOf(property(reply.data, 'id'));
        if (id === undefined)
            throw unreadable(reply, purpose);
        return id;
    }
}

// EXTERNAL MODULE: ./common/secret.js
var secret = __webpack_require__(8683);
;// CONCATENATED MODULE: ./github/secrets/public-keys.js






class PublicKeys {
    #octokit;
    #purposes;
    #known = new Map();
    constructor(octokit, purposes) {
        this.#octokit = octokit;
        this.#purposes = purposes;
    }
    of(path) {
        const place = (0,secret_path/* placeOf */.$t)(path);
        const known = this.#known.get(place);
        if (known !== undefined)
            return known;
        const key = this.#fetch(path);
        this.#known.set(place, key);
        key.catch(() => this.#known.delete(place));
        return key;
    }
    forget(path) {
        this.#known.delete((0,secret_path/* placeOf */.$t)(path));
    }
    async #fetch(path) {
        const purpose = this.#purposes.on(path, `read the public key of ${(0,secret_path/* placeOf */.$t)(path)}`);
        const reply = await ask(this.#octokit, `GET /${(0,secret_path/* placeOf */.$t)(path)}/public-key`);
        if (reply.status === 404)
            throw this.#absent(path, reply);
        if (!succeeded(reply))
            throw gitHubFailure(reply, { ...purpose, ifMoved: 'secret-missing' });
        const id = property(reply.data, 'key_id');
        const base64 = property(reply.data, 'key');
        if (!this.#isKeyId(id) || typeof base64 !== 'string')
            throw unreadable(reply, purpose);
        await seal(base64, new secret/* Secret */.z(''));
        return { id, base64 };
    }
    #isKeyId(value) {
        return typeof value === 'string' && /^\P{C}{1,200}$/u.test(value) && !this.#purposes.quoter.isEcho(value);
    }
    #absent(path, reply) {
        const purpose = this.#purposes.on(path, '');
        const { store, called } = (0,secret_path/* formOf */.QU)(path);
        const isServer = reply.headers['x-github-enterprise-version'] !== undefined;
        const mayLack = isServer && ['agents', 'codespaces', 'dependabot'].includes(store);
        const what = path.level === 'environment'
            ? `The environment ${this.#purposes.quote(path.environment)} of ${path.owner}/${path.repo}`
            : `The ${path.level} of ${path.path}`;
        return new common_errors/* RotationError */.FL('secret-missing', `${what} was not found: ${absentOrForbidden(purpose)}${requestOf(reply, purpose)}`, `Check the spelling of the path and the reach of the token.${mayLack ? ` This GitHub Enterprise Server may have no ${called}.` : ''}`);
    }
}

// EXTERNAL MODULE: ./paths/parse-secret-path.js + 1 modules
var parse_secret_path = __webpack_require__(461);
;// CONCATENATED MODULE: ./paths/secret-pattern.js

function matchesPattern(pattern, repository) {
    const pieces = pattern.repo.toLowerCase().split('*');
    const name = repository.toLowerCase();
    const first = pieces[0] ?? '';
    const last = pieces.at(-1) ?? '';
    if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last))
        return false;
    let from = first.length;
    for (const piece of pieces.slice(1, -1)) {
        const at = name.indexOf(piece, from);
        if (at < 0)
            return false;
        from = at + piece.length;
    }
    return from <= name.length - last.length;
}
function secretIn({ owner, rest }, repository) {
    return (0,parse_secret_path/* parseSecretPath */.T)(`repos/${owner}/${repository}/${rest}`, '');
}

;// CONCATENATED MODULE: ./github/secrets/repositories.js







class Repositories {
    #octokit;
    #purposes;
    #listings;
    constructor(octokit, purposes, listings) {
        this.#octokit = octokit;
        this.#purposes = purposes;
        this.#listings = listings;
    }
    async problem(owner, repo) {
        const purpose = this.#purposes.needing('repositories', `look up the repository ${owner}/${repo}`);
        const reply = await ask(this.#octokit, 'GET /repos/{owner}/{repo}', { owner, repo });
        if (reply.status === 301 || reply.status === 307 || reply.status === 308) {
            return gitHubFailure(reply, { ...purpose, ifMoved: 'secret-missing' });
        }
        if (!succeeded(reply) || property(reply.data, 'archived') !== true)
            return undefined;
        return new common_errors/* RotationError */.FL('github-forbidden', `The repository ${owner}/${repo} is archived, so its secrets cannot be written.`, 'Unarchive the repository, or take it out of secrets.');
    }
    async organizationSecretNamed(path) {
        if (path.level !== 'repository' || (0,secret_path/* formOf */.QU)(path).store !== 'actions')
            return undefined;
        const { owner, repo, name } = path;
        const purpose = this.#purposes.on(path, `list the organization secrets of ${owner}/${repo}`);
        const seen = new Set();
        const paging = new Paging(seen);
        for (;;) {
            const query = { owner, repo, ...paging.next() };
            const reply = await ask(this.#octokit, 'GET /repos/{owner}/{repo}/actions/organization-secrets', query);
            if (reply.status === 404)
                return undefined;
            if (!succeeded(reply))
                throw gitHubFailure(reply, purpose);
            const secrets = property(reply.data, 'secrets');
            if (!Array.isArray(secrets))
                throw unreadable(reply, purpose);
            const names = secrets.map((secret) => property(secret, 'name'));
            if (names.some((other) => typeof other === 'string' && other.toUpperCase() === name))
                return `orgs/${owner}/actions/secrets/${name}`;
            for (const one of names)
                seen.add(one);
            if (paging.isLast(secrets))
                return undefined;
        }
    }
    async find(pattern) {
        const matching = (await this.#of(pattern)).filter(({ name }) => matchesPattern(pattern, name));
        const skipped = [];
        const found = [];
        const looks = matching.map(async ({ name, isArchived }) => {
            const repository = `${pattern.owner}/${this.#purposes.quote(name)}`;
            const look = isArchived ? 'it is archived' : await this.#look(pattern, name);
            if (typeof look === 'string')
                skipped.push({ repository, reason: look });
            else
                found.push(look);
        });
        await Promise.all(looks);
        if (found.length === 0)
            throw this.#nothingFound(pattern, matching.length);
        const order = ({ path }) => path.path.toLowerCase();
        return { found: found.toSorted((a, b) => (order(a) < order(b) ? -1 : 1)), skipped };
    }
    async #look(pattern, name) {
        const path = secretIn(pattern, name);
        const facts = await (0,common_errors/* attempted */.zU)(async () => this.#listings.facts(path, await this.#listings.get(path)));
        if (facts instanceof common_errors/* RotationError */.FL) {
            if (facts.code === 'github-unavailable')
                throw facts;
            return 'its secrets cannot be read';
        }
        return facts.updatedAt === undefined ? 'it does not have the secret' : facts;
    }
    #nothingFound({ path }, count) {
        return new common_errors/* RotationError */.FL('secret-missing', `${path}: ${count} repositories match that github-token can see, and none of them, archived ones left out, has the secret.`, 'Check the pattern, the name of the secret, and where the App is installed.');
    }
    async #of({ owner }) {
        const organization = await this.#pages('GET /orgs/{org}/repos', { org: owner, type: 'all' }, owner);
        if (organization !== undefined)
            return organization;
        const installed = await this.#pages('GET /installation/repositories', {}, owner);
        if (installed !== undefined)
            return installed;
        return (await this.#pages('GET /user/repos', { affiliation: 'owner,collaborator' }, owner)) ?? [];
    }
    async #pages(route, query, owner) {
        const purpose = this.#purposes.needing('repositories', `list the repositories of ${owner}`);
        const found = new Map();
        const seen = new Set();
        const paging = new Paging(seen);
        for (;;) {
            const reply = await ask(this.#octokit, route, { ...query, ...paging.next() });
            if (reply.status === 403 || reply.status === 404)
                return undefined;
            if (!succeeded(reply))
                throw gitHubFailure(reply, purpose, 'secret-missing');
            const repositories = listIn(reply);
            if (repositories === undefined)
                throw unreadable(reply, purpose);
            for (const repository of repositories) {
                seen.add(property(repository, 'full_name'));
                const one = ofOwner(repository, owner, this.#purposes.quoter);
                if (one !== undefined)
                    found.set(one.name.toLowerCase(), one);
            }
            if (paging.isLast(repositories))
                return [...found.values()];
        }
    }
}
function ofOwner(repository, owner, quoter) {
    const [ownerOf = '', name = ''] = fullNameOf(property(repository, 'full_name'), quoter)?.split('/') ?? [];
    if (name === '' || ownerOf.toLowerCase() !== owner.toLowerCase())
        return undefined;
    return { name, isArchived: property(repository, 'archived') === true };
}
function listIn({ data }) {
    const list = Array.isArray(data) ? data : property(data, 'repositories');
    return Array.isArray(list) ? list : undefined;
}

;// CONCATENATED MODULE: ./github/secrets/secret-store.js












const mostKeys = 3;
class GitHubSecretStore {
    #octokit;
    #clock;
    #purposes;
    #keys;
    #listings;
    #readers;
    #repositories;
    #inspector;
    constructor({ octokit, clock, quoter, log }) {
        this.#octokit = octokit;
        this.#clock = clock;
        this.#purposes = new Purposes(quoter);
        this.#keys = new PublicKeys(octokit, this.#purposes);
        this.#listings = new Listings(octokit, this.#purposes, clock);
        this.#readers = new OrganizationReaders(octokit, this.#purposes, log);
        this.#repositories = new Repositories(octokit, this.#purposes, this.#listings);
        this.#inspector = new Inspector({
            keys: this.#keys,
            listings: this.#listings,
            readers: this.#readers,
            repositories: this.#repositories,
        });
    }
    inspectAll(paths) {
        return this.#inspector.inspectAll(paths);
    }
    readAll(paths) {
        return byPlace(paths, async (inPlace) => (await this.#listings.ofPlace(inPlace)).answers);
    }
    find(pattern) {
        return this.#repositories.find(pattern);
    }
    hiddenBy(path) {
        return this.#repositories.organizationSecretNamed(path);
    }
    async seal(path, value) {
        const key = await this.#keys.of(path);
        return { path, keyId: key.id, value: await seal(key.base64, value) };
    }
    async write(path, value, options = {}) {
        for (let keys = 1;; keys++) {
            const sealed = await this.seal(path, value);
            const reply = await this.#put(sealed, options);
            if (reply.status !== 422 || keys === mostKeys)
                return this.#receiptOf(path, reply);
            this.#keys.forget(path);
            const { id } = await this.#keys.of(path);
            if (id === sealed.keyId)
                return this.#receiptOf(path, reply);
        }
    }
    async writeSealed(sealed) {
        return this.#receiptOf(sealed.path, await this.#put(sealed, { urgent: true }));
    }
    commandToWrite(sealed) {
        return commandToWrite(sealed, this.#readers.lastSeen(sealed.path.path));
    }
    async remove(path) {
        const reply = await ask(this.#octokit, `DELETE /${path.path}`);
        if (succeeded(reply) || reply.status === 404)
            return;
        throw gitHubFailure(reply, this.#purposes.on(path, `delete the secret ${path.path}`));
    }
    async #put({ path, keyId, value }, { urgent = false, onTurn }) {
        const body = { encrypted_value: value, key_id: keyId };
        const readers = path.level === 'organization' ? this.#readers.around(path) : undefined;
        let problem;
        const atLast = async () => {
            try {
                await onTurn?.();
                return { ...(await readers?.read()) };
            }
            catch (error) {
                if (error instanceof common_errors/* RotationError */.FL)
                    problem = error;
                throw error;
            }
        };
        const reply = await ask(this.#octokit, `PUT /${path.path}`, body, { urgent, atLast });
        if (problem !== undefined && reply.status === undefined)
            throw problem;
        if (succeeded(reply))
            await readers?.compare();
        return reply;
    }
    #receiptOf(path, reply) {
        if (reply.status === 201 || reply.status === 204) {
            return { created: reply.status === 201, answeredAt: answeredAt(reply, this.#clock) };
        }
        const purpose = this.#purposes.on(path, `write the secret ${path.path}`);
        if (succeeded(reply))
            throw unreadable(reply, purpose);
        throw gitHubFailure(reply, { ...purpose, ifMoved: 'secret-write-failed' }, 'secret-write-failed');
    }
}

;// CONCATENATED MODULE: ./github/this-run.js
function readThisRun(environment) {
    const id = environment.GITHUB_RUN_ID ?? '';
    const [, file] = /^[^/@]+\/[^/@]+\/([^@]+)@/.exec(environment.GITHUB_WORKFLOW_REF ?? '') ?? [];
    return {
        repository: environment.GITHUB_REPOSITORY ?? '',
        id: /^[1-9]\d{0,15}$/.test(id) ? Number(id) : undefined,
        workflowFile: file,
    };
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
;// CONCATENATED MODULE: ./github/verification/time-limit.js
function timeLimit(clock, ms, stop) {
    const over = new AbortController();
    const done = new AbortController();
    void clock.sleep(Math.max(0, ms), done.signal).then(() => {
        over.abort();
    });
    return {
        signal: stop === undefined ? over.signal : AbortSignal.any([stop, over.signal]),
        [Symbol.dispose]() {
            done.abort();
        },
    };
}
function graceAfter(clock, stop, ms) {
    const late = new AbortController();
    const done = new AbortController();
    const start = () => {
        void clock.sleep(ms, done.signal).then(() => {
            late.abort();
        });
    };
    if (stop.aborted)
        start();
    else
        stop.addEventListener('abort', start, { once: true });
    return {
        signal: late.signal,
        [Symbol.dispose]() {
            stop.removeEventListener('abort', start);
            done.abort();
        },
    };
}

;// CONCATENATED MODULE: ./github/verification/dispatch.js
var __addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
    if (value !== null && value !== void 0) {
        if (typeof value !== "object" && typeof value !== "function") throw new TypeError("Object expected.");
        var dispose, inner;
        if (async) {
            if (!Symbol.asyncDispose) throw new TypeError("Symbol.asyncDispose is not defined.");
            dispose = value[Symbol.asyncDispose];
        }
        if (dispose === void 0) {
            if (!Symbol.dispose) throw new TypeError("Symbol.dispose is not defined.");
            dispose = value[Symbol.dispose];
            if (async) inner = dispose;
        }
        if (typeof dispose !== "function") throw new TypeError("Object not disposable.");
        if (inner) dispose = function() { try { inner.call(this); } catch (e) { return Promise.reject(e); } };
        env.stack.push({ value: value, dispose: dispose, async: async });
    }
    else if (async) {
        env.stack.push({ async: true });
    }
    return value;
};
var __disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
    return function (env) {
        function fail(e) {
            env.error = env.hasError ? new SuppressedError(e, env.error, "An error was suppressed during disposal.") : e;
            env.hasError = true;
        }
        var r, s = 0;
        function next() {
            while (r = env.stack.pop()) {
                try {
                    if (!r.async && s === 1) return s = 0, env.stack.push(r), Promise.resolve().then(next);
                    if (r.dispose) {
                        var result = r.dispose.call(r.value);
                        if (r.async) return s |= 2, Promise.resolve(result).then(next, function(e) { fail(e); return next(); });
                    }
                    else s |= 1;
                }
                catch (e) {
                    fail(e);
                }
            }
            if (s === 1) return env.hasError ? Promise.reject(env.error) : Promise.resolve();
            if (env.hasError) throw env.error;
        }
        return next();
    };
})(typeof SuppressedError === "function" ? SuppressedError : function (error, suppressed, message) {
    var e = new Error(message);
    return e.name = "SuppressedError", e.error = error, e.suppressed = suppressed, e;
});




const graceMs = 3_000;
async function dispatchOnce(dispatch, stop) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const grace = __addDisposableResource(env_1, graceAfter(dispatch.clock, stop, graceMs), false);
        let reply = await post(dispatch, { return_run_details: true }, stop, grace.signal);
        if (refusesRunDetails(reply))
            reply = await post(dispatch, {}, stop, grace.signal);
        if (succeeded(reply)) {
            const runId = idOf(property(reply.data, 'workflow_run_id'));
            if (runId === undefined)
                return { kind: 'unknown' };
            return { kind: 'started', runId, htmlUrl: property(reply.data, 'html_url') };
        }
        const wasSent = reply.lost?.kind !== 'not-sent';
        const isLost = reply.status === undefined || reply.status >= 500 || reply.status === 408;
        if (isLost && wasSent)
            return { kind: 'unknown' };
        return { kind: 'refused', failure: dispatch_refusal(reply, dispatch) };
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        __disposeResources(env_1);
    }
}
function post({ octokit, workflow, ref, inputs }, details, stop, signal) {
    const { owner, repo, file } = workflow;
    return ask(octokit, 'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches', { owner, repo, workflow_id: file, ref, inputs: Object.fromEntries(inputs), ...details }, { once: true, unsentAfter: stop, signal });
}
function refusesRunDetails(reply) {
    const message = property(reply.data, 'message');
    return ((reply.status === 400 || reply.status === 422) &&
        typeof message === 'string' &&
        message.includes('return_run_details'));
}
function dispatch_refusal(reply, { workflow, ref, quoter }) {
    const purpose = {
        to: `dispatch the workflow ${workflow.input}`,
        needs: 'dispatch',
        token: 'verification-token',
        quoter,
    };
    if (reply.status === 404) {
        const message = `GitHub did not find the workflow ${workflow.input} to dispatch: ${absentOrForbidden(purpose)}${requestOf(reply, purpose)}`;
        return new common_errors/* RotationError */.FL('verification-failed', message);
    }
    const said = quoter.quote(property(reply.data, 'message'));
    const detail = `on ${quoter.quote(ref, 100)} it said: ${said}`;
    const failure = gitHubFailure(reply, purpose, 'verification-failed', detail);
    return failure.code === 'github-forbidden'
        ? failure
        : new common_errors/* RotationError */.FL('verification-failed', failure.message, failure.hint);
}

;// CONCATENATED MODULE: ./github/verification/distinct-id.js
const distinctIdInput = 'distinct_id';
const distinctIdAdvice = `declare an input \`${distinctIdInput}\` (type string) in the workflow and show it: ` +
    `\`run-name: verify \${{ inputs.${distinctIdInput} }}\``;

;// CONCATENATED MODULE: ./github/verification/server.js
const current = { namesRuns: true, mostInputs: 25 };
const upTo320 = { namesRuns: false, mostInputs: 10 };
function serverOf(headers) {
    const version = headers['x-github-enterprise-version'];
    const [, major, minor] = /^(\d{1,4})\.(\d{1,4})/.exec(typeof version === 'string' ? version : '') ?? [];
    if (major === undefined || minor === undefined)
        return current;
    const isOld = Number(major) < 3 || (Number(major) === 3 && Number(minor) <= 20);
    return isOld ? upTo320 : current;
}

;// CONCATENATED MODULE: ./github/verification/workflow-file.js



async function declarationOf(workflow, options) {
    const { ref } = workflow;
    const { quoter } = options;
    const reply = await readFile(workflow, ref, options);
    if (succeeded(reply)) {
        const source = textOf(reply);
        if (source === undefined)
            return { kind: 'unreadable' };
        const { readDeclaration } = await Promise.all(/* import() */[__webpack_require__.e(637), __webpack_require__.e(773)]).then(__webpack_require__.bind(__webpack_require__, 5154));
        return readDeclaration(source);
    }
    if (reply.status === 404 && ref !== undefined && succeeded(await readFile(workflow, undefined, options))) {
        const message = `The workflow ${workflow.input} was not found at the ref ${quoter.quote(ref, 100)}.`;
        throw new common_errors/* RotationError */.FL('workflow-missing', message, 'Name a branch or tag that has the file.');
    }
    const to = `read the file of ${workflow.input}`;
    const purpose = { to, needs: 'contents', token: 'verification-token', quoter };
    const refusal = gitHubFailure(reply, purpose, 'workflow-missing');
    if (refusal.code === 'github-unavailable')
        throw refusal;
    return { kind: 'unreadable', refusal };
}
function readFile({ owner, repo, file }, ref, { octokit }) {
    return ask(octokit, 'GET /repos/{owner}/{repo}/contents/.github/workflows/{file}', {
        owner,
        repo,
        file,
        ...(ref !== undefined && { ref }),
        headers: { accept: 'application/vnd.github.raw+json' },
    });
}
function textOf({ data }) {
    if (data instanceof ArrayBuffer)
        return new TextDecoder().decode(data);
    if (typeof data === 'string')
        return data;
    const content = property(data, 'content');
    const isBase64 = property(data, 'encoding') === 'base64' && typeof content === 'string';
    return isBase64 ? Buffer.from(content, 'base64').toString() : undefined;
}

;// CONCATENATED MODULE: ./github/verification/examine.js






async function examine(workflow, options) {
    try {
        const server = await expectActive(workflow, options);
        const [ref, declaration] = await Promise.all([
            workflow.ref ?? defaultBranch(workflow, options),
            declarationOf(workflow, options),
        ]);
        const takesDistinctId = canTakeDistinctId(declaration, options.inputs, server);
        const problem = problemOf(workflow, declaration, takesDistinctId, options) ??
            problemOfServer(workflow, declaration, options, server);
        return {
            problems: problem === undefined ? [] : [problem],
            notices: declaration.kind === 'unreadable' ? [uncheckable(workflow)] : [],
            ref,
            takesDistinctId,
        };
    }
    catch (error) {
        if (!(error instanceof common_errors/* RotationError */.FL))
            throw error;
        return { problems: [error], notices: [], ref: undefined, takesDistinctId: false };
    }
}
function uncheckable(workflow) {
    return (`${workflow.input}: the inputs that the workflow declares cannot be checked; either the token of ` +
        '`verification-token` has no `contents: read`, or the file cannot be read at that ref.');
}
async function expectActive(workflow, options) {
    const { octokit, quoter } = options;
    const purpose = about(`read the workflow ${workflow.input}`, 'runs', options);
    const { owner, repo, file } = workflow;
    const route = 'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}';
    const reply = await ask(octokit, route, { owner, repo, workflow_id: file });
    if (reply.status === 404) {
        const message = `The workflow ${workflow.input} was not found: ${absentOrForbidden(purpose)}${requestOf(reply, purpose)}`;
        throw new common_errors/* RotationError */.FL('workflow-missing', message, 'The file must be on the default branch too.');
    }
    if (!succeeded(reply))
        throw gitHubFailure(reply, purpose);
    const state = property(reply.data, 'state');
    if (typeof state !== 'string')
        throw unreadable(reply, purpose);
    if (state !== 'active') {
        const message = `The workflow ${workflow.input} cannot run: its state is ${quoter.quote(state, 40)}.`;
        const hint = 'Enable the workflow on the Actions page of its repository.';
        throw new common_errors/* RotationError */.FL('workflow-missing', message, hint);
    }
    return serverOf(reply.headers);
}
async function defaultBranch(workflow, options) {
    const { owner, repo } = workflow;
    const purpose = about(`find the default branch of ${owner}/${repo}`, 'repositories', options);
    const reply = await ask(options.octokit, 'GET /repos/{owner}/{repo}', { owner, repo });
    if (!succeeded(reply))
        throw gitHubFailure(reply, purpose, 'workflow-missing');
    const branch = property(reply.data, 'default_branch');
    if (typeof branch !== 'string' || branch === '')
        throw unreadable(reply, purpose);
    return branch;
}
function canTakeDistinctId(declaration, inputs, { mostInputs }) {
    const declares = declaration.kind === 'dispatchable' && declaration.inputs.has(distinctIdInput);
    return declares && !inputs.has(distinctIdInput) && inputs.size < mostInputs;
}
function problemOf(workflow, declaration, takesDistinctId, { inputs, quoter }) {
    if (declaration.kind === 'unreadable')
        return undefined;
    if (declaration.kind === 'not-dispatchable') {
        const message = `The workflow ${workflow.input} does not declare the trigger workflow_dispatch.`;
        return new common_errors/* RotationError */.FL('workflow-missing', message, 'Add `workflow_dispatch:` under its `on:`.');
    }
    const undeclared = [...inputs.keys()].filter((name) => !declaration.inputs.has(name));
    const missing = [...declaration.inputs]
        .filter(([name, input]) => input.mustBeGiven && !inputs.has(name))
        .filter(([name]) => !(takesDistinctId && name === distinctIdInput))
        .map(([name]) => name);
    if (undeclared.length === 0 && missing.length === 0)
        return undefined;
    const reasons = [
        ...undeclared.map((name) => `it does not declare the input ${name}`),
        ...missing.map((name) => `it requires the input ${quoter.quote(name, 60)}, which is not given`),
    ];
    const message = `The workflow ${workflow.input} would refuse the dispatch: ${reasons.join('; ')}.`;
    return new common_errors/* RotationError */.FL('workflow-missing', message, 'Make `verification-inputs` and the workflow agree.');
}
function problemOfServer(workflow, declaration, { inputs }, { namesRuns, mostInputs }) {
    if (namesRuns)
        return undefined;
    if (declaration.kind === 'unreadable' && declaration.refusal?.code === 'github-forbidden') {
        return declaration.refusal;
    }
    const reason = whyNotFound(declaration, inputs, mostInputs);
    if (reason === undefined)
        return undefined;
    const message = 'This GitHub Enterprise Server does not say which run a dispatch has started (3.21 and later do), and the run of ' +
        `${workflow.input} could not be found: ${reason}.`;
    return new common_errors/* RotationError */.FL('workflow-missing', message, `So that it can be found, ${distinctIdAdvice}.`);
}
function whyNotFound(declaration, inputs, mostInputs) {
    if (declaration.kind !== 'dispatchable')
        return 'its file cannot be read, so what it declares is not known';
    if (!declaration.inputs.has(distinctIdInput))
        return `it does not declare the input ${distinctIdInput}`;
    if (inputs.has(distinctIdInput)) {
        return `${distinctIdInput} stands in \`verification-inputs\`, where it is not another one for each run`;
    }
    if (inputs.size >= mostInputs) {
        return `a dispatch takes ${mostInputs} inputs here, and with ${distinctIdInput} it would have ${inputs.size + 1}`;
    }
    if (!declaration.showsInputs)
        return `its run-name does not show the input ${distinctIdInput}`;
    return undefined;
}
function about(to, needs, { quoter }) {
    return { to, needs, token: 'verification-token', quoter, ifMoved: 'workflow-missing' };
}

;// CONCATENATED MODULE: ./common/waits.js
function* growingWaits(first, factor, longest) {
    for (let wait = first;; wait = Math.min(wait * factor, longest))
        yield wait;
}

;// CONCATENATED MODULE: ./github/verification/find-run.js



const patienceMs = 120_000;
const firstWaitMs = 2_000;
const longestWaitMs = 15_000;
const clockAllowanceMs = 600_000;
async function findRun(search, stop) {
    const { clock, quoter } = search;
    const deadline = clock.now() + patienceMs;
    for (const wait of growingWaits(firstWaitMs, 1.5, longestWaitMs)) {
        const reply = await listRuns(search, stop);
        if (succeeded(reply)) {
            const runs = matches(reply, search.distinctId);
            const [runId] = runs;
            if (runs.length > 1)
                return { kind: 'none' };
            if (runId !== undefined)
                return { kind: 'run', runId };
        }
        else if (reply.status !== undefined) {
            const to = `look for the run of ${search.workflow.input}`;
            const failure = gitHubFailure(reply, { to, needs: 'runs', token: 'verification-token', quoter });
            if (failure.code === 'github-forbidden')
                return { kind: 'forbidden', failure };
        }
        if (stop.aborted || clock.now() >= deadline)
            return { kind: 'none' };
        await clock.sleep(wait, stop);
    }
    return { kind: 'none' };
}
function listRuns({ octokit, workflow, dispatchedAt }, stop) {
    const { owner, repo, file } = workflow;
    return ask(octokit, 'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs', {
        owner,
        repo,
        workflow_id: file,
        event: 'workflow_dispatch',
        created: `>=${isoSeconds(dispatchedAt - clockAllowanceMs)}`,
        per_page: 100,
    }, { signal: stop });
}
function matches(reply, distinctId) {
    const runs = property(reply.data, 'workflow_runs');
    if (!Array.isArray(runs))
        return [];
    return runs.flatMap((run) => {
        const title = property(run, 'display_title');
        const id = idOf(property(run, 'id'));
        return typeof title === 'string' && title.includes(distinctId) && id !== undefined ? [id] : [];
    });
}

;// CONCATENATED MODULE: ./github/verification/run-failure.js

const run_failure_pageSize = 100;
const mostPages = 10;
async function firstFailure(octokit, { owner, repo, runId }, quoter, stop) {
    const jobs = [];
    for (let page = 1; page <= mostPages; page++) {
        const reply = await ask(octokit, 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs', { owner, repo, run_id: runId, filter: 'latest', per_page: run_failure_pageSize, page }, { signal: stop });
        const listed = succeeded(reply) ? property(reply.data, 'jobs') : undefined;
        if (!Array.isArray(listed))
            break;
        jobs.push(...listed);
        if (listed.length < run_failure_pageSize)
            break;
    }
    const job = jobs.find(failed) ?? jobs.find(cutShort);
    if (job === undefined)
        return '';
    const named = `job ${quoter.quote(property(job, 'name'), 80)}`;
    const steps = property(job, 'steps');
    const step = Array.isArray(steps) ? (steps.find(failed) ?? steps.find(cutShort)) : undefined;
    return step === undefined ? named : `${named}, step ${quoter.quote(property(step, 'name'), 80)}`;
}
function failed(part) {
    const conclusion = property(part, 'conclusion');
    return conclusion === 'failure' || conclusion === 'timed_out';
}
function cutShort(part) {
    const conclusion = property(part, 'conclusion');
    return conclusion === 'cancelled' || conclusion === 'action_required';
}

;// CONCATENATED MODULE: ./github/verification/wait.js
var wait_addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
    if (value !== null && value !== void 0) {
        if (typeof value !== "object" && typeof value !== "function") throw new TypeError("Object expected.");
        var dispose, inner;
        if (async) {
            if (!Symbol.asyncDispose) throw new TypeError("Symbol.asyncDispose is not defined.");
            dispose = value[Symbol.asyncDispose];
        }
        if (dispose === void 0) {
            if (!Symbol.dispose) throw new TypeError("Symbol.dispose is not defined.");
            dispose = value[Symbol.dispose];
            if (async) inner = dispose;
        }
        if (typeof dispose !== "function") throw new TypeError("Object not disposable.");
        if (inner) dispose = function() { try { inner.call(this); } catch (e) { return Promise.reject(e); } };
        env.stack.push({ value: value, dispose: dispose, async: async });
    }
    else if (async) {
        env.stack.push({ async: true });
    }
    return value;
};
var wait_disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
    return function (env) {
        function fail(e) {
            env.error = env.hasError ? new SuppressedError(e, env.error, "An error was suppressed during disposal.") : e;
            env.hasError = true;
        }
        var r, s = 0;
        function next() {
            while (r = env.stack.pop()) {
                try {
                    if (!r.async && s === 1) return s = 0, env.stack.push(r), Promise.resolve().then(next);
                    if (r.dispose) {
                        var result = r.dispose.call(r.value);
                        if (r.async) return s |= 2, Promise.resolve(result).then(next, function(e) { fail(e); return next(); });
                    }
                    else s |= 1;
                }
                catch (e) {
                    fail(e);
                }
            }
            if (s === 1) return env.hasError ? Promise.reject(env.error) : Promise.resolve();
            if (env.hasError) throw env.error;
        }
        return next();
    };
})(typeof SuppressedError === "function" ? SuppressedError : function (error, suppressed, message) {
    var e = new Error(message);
    return e.name = "SuppressedError", e.error = error, e.suppressed = suppressed, e;
});






const wait_firstWaitMs = 2_000;
const wait_longestWaitMs = 15_000;
const waitsGrow = 1.1;
const notListedYetMs = 60_000;
const lastPollMs = 5_000;
const cancelRequestMs = 60_000;
const cancelMs = 10_000;
const stopMs = 7_000;
async function waitForRun(watch, stop) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const { clock, deadline } = watch;
        const start = clock.now();
        const limit = wait_addDisposableResource(env_1, timeLimit(clock, deadline - start + lastPollMs, stop), false);
        let etag;
        let status;
        for (const wait of growingWaits(wait_firstWaitMs, waitsGrow, wait_longestWaitMs)) {
            const reply = await readRun(watch, limit.signal, etag);
            if (stop.aborted)
                return await stopped(watch);
            const run = stateOf(reply);
            if (run !== undefined) {
                etag = reply.headers.etag;
                if (run.status === 'completed')
                    return await ended(watch, run.conclusion, stop);
                if (run.status !== status)
                    announce(watch, run.status);
                status = run.status;
            }
            else {
                const failure = failureOf(watch, reply, clock.now() - start);
                if (failure !== undefined)
                    return { conclusion: null, failure };
            }
            const left = deadline - clock.now();
            if (left <= 0)
                return await timedOut(watch, stop);
            await clock.sleep(Math.min(wait, left), stop);
        }
        return await timedOut(watch, stop);
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        wait_disposeResources(env_1);
    }
}
function failureOf({ url, quoter }, reply, ageMs) {
    const isYoung = reply.status === 404 && ageMs < notListedYetMs;
    if (succeeded(reply) || reply.status === 304 || isYoung)
        return undefined;
    const purpose = { to: `read the run ${url}`, needs: 'runs', token: 'verification-token', quoter };
    const failure = gitHubFailure(reply, purpose, 'verification-failed');
    return failure.code === 'github-unavailable' ? undefined : failure;
}
function readRun({ octokit, workflow, runId }, signal, etag) {
    const { owner, repo } = workflow;
    const headers = typeof etag === 'string' ? { 'if-none-match': etag } : {};
    const route = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}';
    return ask(octokit, route, { owner, repo, run_id: runId, headers }, { signal });
}
function stateOf(reply) {
    const status = property(reply.data, 'status');
    if (!succeeded(reply) || typeof status !== 'string')
        return undefined;
    return { status, conclusion: wordOf(property(reply.data, 'conclusion')) };
}
function wordOf(value) {
    return typeof value === 'string' && /^[a-z_]{1,40}$/.test(value) ? value : null;
}
function announce({ log, quoter, workflow, url }, status) {
    if (status === 'waiting')
        log.notice(`${workflow.input}: the run waits for an approval: ${url}`);
    else
        log.info(`${workflow.input}: ${quoter.quote(status, 40)}`);
}
async function ended(watch, conclusion, stop) {
    const { octokit, log, quoter, workflow, runId, url } = watch;
    log.info(`${workflow.input}: completed, ${conclusion ?? 'without a conclusion'}`);
    if (conclusion === 'success')
        return { conclusion, failure: undefined };
    const { owner, repo } = workflow;
    const where = await firstFailure(octokit, { owner, repo, runId }, quoter, stop);
    const message = `The verification workflow ${workflow.input} ended with ${conclusion ?? 'no conclusion'}` +
        `${where === '' ? '' : ` in ${where}`}: ${url}`;
    return {
        conclusion,
        failure: new common_errors/* RotationError */.FL('verification-failed', message, 'Read the log of the run.'),
    };
}
async function timedOut(watch, stop) {
    const { workflow, url, timeoutMs } = watch;
    const conclusion = await cancelInTime(watch, stop);
    const message = `The verification workflow ${workflow.input} was not completed within ${timeoutMs / 60_000} minutes: ${url}`;
    const hint = `${afterTheDeadline(conclusion)} See what held it up, or raise \`verification-timeout-minutes\`.`;
    return { conclusion, failure: new common_errors/* RotationError */.FL('verification-timeout', message, hint) };
}
function afterTheDeadline(conclusion) {
    if (conclusion === 'cancelled')
        return 'Its run was cancelled.';
    if (conclusion === null)
        return 'Its run was not seen to end after that: it may still be going.';
    return `Its run ended with ${conclusion} after that, which was too late.`;
}
async function cancelInTime(watch, stop) {
    for (const how of ['cancel', 'force-cancel']) {
        await cancel(watch, how, cancelRequestMs, stop);
        const conclusion = await endOfCancelled(watch, stop);
        if (conclusion !== undefined)
            return conclusion;
    }
    return null;
}
async function endOfCancelled(watch, stop) {
    const env_2 = { stack: [], error: void 0, hasError: false };
    try {
        const limit = wait_addDisposableResource(env_2, timeLimit(watch.clock, cancelMs, stop), false);
        while (!limit.signal.aborted) {
            await watch.clock.sleep(wait_firstWaitMs, limit.signal);
            const run = stateOf(await readRun(watch, limit.signal));
            if (run?.status === 'completed')
                return run.conclusion;
        }
        return undefined;
    }
    catch (e_2) {
        env_2.error = e_2;
        env_2.hasError = true;
    }
    finally {
        wait_disposeResources(env_2);
    }
}
async function stopped(watch) {
    const wasAsked = await cancel(watch, 'cancel', stopMs);
    const became = wasAsked ? 'was cancelled' : 'could not be cancelled';
    const message = `This run was asked to stop, and the verification run ${became}: ${watch.url}`;
    return { conclusion: null, failure: new common_errors/* RotationError */.FL('cancelled', message) };
}
async function cancel({ octokit, clock, log, workflow, runId, url }, how, ms, stop) {
    const env_3 = { stack: [], error: void 0, hasError: false };
    try {
        const limit = wait_addDisposableResource(env_3, timeLimit(clock, ms, stop), false);
        const { owner, repo } = workflow;
        const route = `POST /repos/{owner}/{repo}/actions/runs/{run_id}/${how}`;
        const { signal } = limit;
        const reply = await ask(octokit, route, { owner, repo, run_id: runId }, { signal });
        const wasAsked = succeeded(reply) || reply.status === 409;
        if (wasAsked)
            log.info(`${workflow.input}: asked GitHub to ${how} ${url}`);
        else
            log.warning(`${workflow.input}: the run could not be cancelled and may still be going: ${url}`);
        return wasAsked;
    }
    catch (e_3) {
        env_3.error = e_3;
        env_3.hasError = true;
    }
    finally {
        wait_disposeResources(env_3);
    }
}

;// CONCATENATED MODULE: ./github/verification/verifier.js








const distinctIdHint = `Look at the runs of the workflow. To have a run found when a reply is lost, ${distinctIdAdvice}.`;
class GitHubVerifier {
    #options;
    #examinations = new Map();
    constructor(options) {
        this.#options = options;
    }
    async inspect() {
        const found = await Promise.all(this.#options.workflows.map((workflow) => this.#examine(workflow)));
        return {
            problems: found.flatMap(({ problems }) => problems),
            notices: found.flatMap(({ notices }) => notices),
        };
    }
    verify(stop) {
        return Promise.all(this.#options.workflows.map((workflow) => this.#verifyBy(workflow, stop)));
    }
    async #verifyBy(workflow, stop) {
        const { clock, log, timeoutMs } = this.#options;
        const none = { workflow: workflow.input, url: '', runId: undefined, conclusion: null };
        try {
            const deadline = clock.now() + timeoutMs;
            const started = await this.#start(workflow, stop);
            if (started instanceof common_errors/* RotationError */.FL)
                return { ...none, failure: started };
            log.info(`${workflow.input}: ${started.url}`);
            const ending = await waitForRun({ ...this.#options, ...started, workflow, deadline }, stop);
            return { workflow: workflow.input, ...started, ...ending };
        }
        catch (error) {
            const message = `The verification by ${workflow.input} could not be carried out.`;
            const failure = new common_errors/* RotationError */.FL('verification-failed', message, '', { cause: error });
            return { ...none, failure: error instanceof common_errors/* RotationError */.FL ? error : failure };
        }
    }
    async #start(workflow, stop) {
        const { octokit, clock, inputs, quoter, serverUrl } = this.#options;
        const { ref, takesDistinctId, problems } = await this.#examine(workflow);
        if (isStopping(stop))
            return cancelled(workflow, 'was not dispatched');
        if (ref === undefined)
            return problems[0] ?? notStarted(workflow);
        const distinctId = (0,external_node_crypto_.randomUUID)();
        const given = takesDistinctId ? new Map([...inputs, [distinctIdInput, distinctId]]) : inputs;
        const dispatchedAt = clock.now();
        const dispatched = await dispatchOnce({ octokit, clock, workflow, ref, inputs: given, quoter }, stop);
        switch (dispatched.kind) {
            case 'started': {
                const { runId, htmlUrl } = dispatched;
                return { runId, url: verifier_pageOf(htmlUrl, serverUrl, quoter) ?? this.#page(workflow, runId) };
            }
            case 'refused':
                return dispatched.failure;
            case 'unknown':
                return this.#find(workflow, takesDistinctId ? distinctId : undefined, dispatchedAt, stop);
        }
    }
    async #find(workflow, distinctId, dispatchedAt, stop) {
        const { octokit, clock, quoter } = this.#options;
        if (isStopping(stop))
            return cancelled(workflow, 'may have been dispatched; look at its runs');
        if (distinctId === undefined)
            return notFound(workflow);
        const found = await findRun({ octokit, clock, quoter, workflow, distinctId, dispatchedAt }, stop);
        if (found.kind === 'run')
            return { runId: found.runId, url: this.#page(workflow, found.runId) };
        if (isStopping(stop))
            return cancelled(workflow, 'may have been dispatched; look at its runs');
        return found.kind === 'forbidden' ? found.failure : notFound(workflow);
    }
    async #examine(workflow) {
        const known = this.#examinations.get(workflow);
        if (known?.ref !== undefined)
            return known;
        const examination = await examine(workflow, this.#options);
        this.#examinations.set(workflow, examination);
        return examination;
    }
    #page({ owner, repo }, runId) {
        return runPage(this.#options.serverUrl, `${owner}/${repo}`, runId);
    }
}
function isStopping(stop) {
    return stop.aborted;
}
function verifier_pageOf(htmlUrl, serverUrl, quoter) {
    if (typeof htmlUrl !== 'string' || !URL.canParse(htmlUrl))
        return undefined;
    const url = new URL(htmlUrl);
    const plain = url.username === '' && url.password === '' && url.href.length <= 500;
    return plain && url.origin === new URL(serverUrl).origin && !quoter.isEcho(url.href) ? url.href : undefined;
}
function notFound(workflow) {
    const message = `The workflow ${workflow.input} was dispatched, but GitHub's reply was lost or did not name the run. ` +
        'A run may have been started; none could be found that belongs to this dispatch.';
    return new common_errors/* RotationError */.FL('verification-failed', message, distinctIdHint);
}
function cancelled(workflow, state) {
    return new common_errors/* RotationError */.FL('cancelled', `This run was asked to stop; the workflow ${workflow.input} ${state}.`);
}
function notStarted(workflow) {
    return new common_errors/* RotationError */.FL('verification-failed', `The workflow ${workflow.input} could not be dispatched.`);
}

;// CONCATENATED MODULE: ./rotation/github-limits.js
const pointsAMinute = 900;
function pointsOf(isWrite) {
    return isWrite ? 5 : 1;
}

;// CONCATENATED MODULE: ./github/pacer.js

const kept = { byWrites: pointsOf(true), byReads: 2 * pointsOf(true) };
const minuteMs = 60_250;
const atOnce = { requests: 50, writes: 10 };
const fewestWritesAMinute = 80;
const tellEveryMs = 10_000;
class Pacer {
    #clock;
    #tell;
    #urgent = new Set();
    #usual = new Set();
    #running = { requests: 0, writes: 0 };
    #used = { points: 0, writes: 0 };
    #spent = [];
    #answers = 0;
    #keepsRoom = true;
    #writesAMinute = pointsAMinute / pointsOf(true);
    #pause = { until: 0, reason: new Error('paused') };
    #nap;
    constructor(clock, tell) {
        this.#clock = clock;
        this.#tell = tell;
    }
    async run(turn, send) {
        await this.#turnOf(turn);
        try {
            const answer = await send();
            if (turn.isUrgent)
                this.#keepsRoom = false;
            return answer;
        }
        finally {
            this.#running.requests -= 1;
            if (turn.isWrite)
                this.#running.writes -= 1;
            this.#spent.push({ isWrite: turn.isWrite, freeAt: this.#clock.now() + minuteMs });
            this.#answers += 1;
            this.#admit();
        }
    }
    refused(isWrite, pauseMs, reason) {
        const now = this.#clock.now();
        if (isWrite) {
            const passed = this.#spent.filter((one) => one.isWrite && one.freeAt > now).length;
            this.#writesAMinute = Math.min(this.#writesAMinute, Math.max(passed, fewestWritesAMinute));
        }
        const longerMs = now + pauseMs - Math.max(now, this.#pause.until);
        if (longerMs > 0)
            this.#pause = { until: now + pauseMs, reason };
        return longerMs >= 1000;
    }
    #turnOf(turn) {
        const waiting = { turn, ...Promise.withResolvers() };
        const onStop = () => {
            this.#leave(waiting);
            waiting.reject(new Error('stopped before it was sent'));
            this.#admit();
        };
        const release = () => {
            for (const stop of turn.stops)
                stop.removeEventListener('abort', onStop);
        };
        for (const stop of turn.stops)
            stop.addEventListener('abort', onStop);
        waiting.promise.then(release, release);
        (turn.isUrgent ? this.#urgent : this.#usual).add(waiting);
        if (turn.stops.some((stop) => stop.aborted))
            onStop();
        else
            this.#admit();
        return waiting.promise;
    }
    #leave(waiting) {
        this.#urgent.delete(waiting);
        this.#usual.delete(waiting);
    }
    #admit() {
        const now = this.#clock.now();
        this.#freePoints(now);
        const pauseMs = this.#pause.until - now;
        for (const waiting of [...this.#urgent, ...this.#usual]) {
            if (pauseMs > 0)
                this.#outlast(waiting, pauseMs);
            else if (this.#lacksRoom(waiting.turn))
                break;
            else if (!this.#isOneWriteTooMany(waiting.turn))
                this.#start(waiting);
        }
        if (this.#size === 0)
            this.#nap?.abort();
        else if (this.#nap === undefined)
            void this.#wakeInTime();
    }
    #freePoints(now) {
        while (this.#spent[0] !== undefined && this.#spent[0].freeAt <= now) {
            const isWrite = this.#spent.shift()?.isWrite === true;
            this.#used.points -= pointsOf(isWrite);
            if (isWrite)
                this.#used.writes -= 1;
        }
    }
    #outlast(waiting, pauseMs) {
        if (waiting.turn.patienceMs >= pauseMs)
            return;
        this.#leave(waiting);
        waiting.reject(this.#pause.reason);
    }
    #lacksRoom({ isWrite, isUrgent }) {
        const left = isUrgent || !this.#keepsRoom ? 0 : isWrite ? kept.byWrites : kept.byReads;
        if (this.#used.points + pointsOf(isWrite) > pointsAMinute - left)
            return true;
        return !isUrgent && this.#running.requests >= atOnce.requests;
    }
    #isOneWriteTooMany({ isWrite, isUrgent }) {
        if (!isWrite)
            return false;
        if (this.#used.writes >= this.#writesAMinute)
            return true;
        return !isUrgent && this.#running.writes >= atOnce.writes;
    }
    #start(waiting) {
        const { isWrite } = waiting.turn;
        this.#leave(waiting);
        this.#running.requests += 1;
        this.#used.points += pointsOf(isWrite);
        if (isWrite) {
            this.#running.writes += 1;
            this.#used.writes += 1;
        }
        waiting.resolve(true);
    }
    get #size() {
        return this.#urgent.size + this.#usual.size;
    }
    async #wakeInTime() {
        const begun = { at: this.#clock.now(), answers: this.#answers };
        let tellAt = begun.at + tellEveryMs;
        while (this.#size > 0) {
            this.#nap = new AbortController();
            const before = this.#clock.now();
            const change = this.#pause.until > before ? this.#pause.until : (this.#spent[0]?.freeAt ?? tellAt);
            await this.#clock.sleep(Math.max(0, Math.min(change, tellAt) - before), this.#nap.signal);
            this.#admit();
            const now = this.#clock.now();
            if (now < tellAt || this.#size === 0)
                continue;
            const leftMs = this.#leftMs(now);
            const answered = this.#answers - begun.answers;
            this.#tell({ waiting: this.#size, answered, elapsedMs: now - begun.at, leftMs });
            tellAt = now + tellEveryMs;
        }
        this.#nap = undefined;
    }
    #leftMs(now) {
        const waiting = [...this.#urgent, ...this.#usual];
        const points = waiting.reduce((sum, { turn }) => sum + pointsOf(turn.isWrite), 0);
        return Math.max(0, this.#pause.until - now) + (points / pointsAMinute) * minuteMs;
    }
}

;// CONCATENATED MODULE: ./github/octokit.js

function createGitHub(options) {
    const pacer = new Pacer(options.clock, (waits) => {
        options.log.waiting?.(progressLine(waits));
    });
    let left;
    const learn = (news) => {
        const isNew = left === undefined || news.resetAt > left.resetAt + 2000 || news.remaining < left.remaining;
        if (isNew)
            left = news;
    };
    let octokit;
    const load = async () => {
        await options.loadAfter;
        const { makeOctokit } = await Promise.all(/* import() */[__webpack_require__.e(904), __webpack_require__.e(148)]).then(__webpack_require__.bind(__webpack_require__, 5707));
        return makeOctokit(options, pacer, learn);
    };
    return {
        request: async (route, parameters) => (await (octokit ??= load())).request(route, parameters),
        rateLeft: () => left,
    };
}
function progressLine({ waiting, answered, elapsedMs, leftMs }) {
    const aMinute = Math.round(answered / (elapsedMs / 60_000));
    return (`Within GitHub's limits: ${answered} requests answered in ${seconds(elapsedMs)} (${aMinute} a minute), ` +
        `${waiting} waiting, about ${seconds(leftMs)} left`);
}
function seconds(ms) {
    return `${Math.ceil(ms / 1000)} s`;
}

// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
// EXTERNAL MODULE: ../node_modules/undici/lib/api/api-connect.js
var api_connect = __webpack_require__(9086);
// EXTERNAL MODULE: ../node_modules/undici/lib/dispatcher/agent.js
var agent = __webpack_require__(3779);
// EXTERNAL MODULE: ../node_modules/undici/lib/dispatcher/pool.js
var dispatcher_pool = __webpack_require__(7454);
// EXTERNAL MODULE: ../node_modules/undici/lib/dispatcher/proxy-agent.js
var proxy_agent = __webpack_require__(4942);
;// CONCATENATED MODULE: ./http/agents.js






const connectTimeoutMs = 10_000;
const settings = {
    connectTimeout: connectTimeoutMs,
    headersTimeout: 0,
    bodyTimeout: 0,
    allowH2: false,
};
class Agents {
    #closing = new AbortController();
    #byProxy = new Map();
    #isClosed = false;
    to(proxy) {
        const url = proxy?.url ?? '';
        const known = this.#byProxy.get(url);
        if (known !== undefined)
            return known;
        const agent = url === '' ? this.#directAgent() : proxyAgent(url);
        this.#byProxy.set(url, agent);
        if (this.#isClosed)
            void agent.destroy();
        return agent;
    }
    async destroy() {
        this.#isClosed = true;
        this.#closing.abort();
        await Promise.all([...this.#byProxy.values()].map((agent) => agent.destroy()));
    }
    #directAgent() {
        return new agent({ ...settings, connect: { signal: this.#closing.signal } });
    }
}
function proxyAgent(url) {
    return new proxy_agent({
        ...settings,
        uri: url,
        clientFactory: (origin, options) => {
            const pool = new dispatcher_pool(origin, namingNoAddress(options));
            return Object.assign(pool, {
                connect: (call) => openTunnel(pool, call),
            });
        },
    });
}
function namingNoAddress(options) {
    const { connect } = options;
    if (typeof connect !== 'function')
        return options;
    return {
        ...options,
        connect: ({ servername = '', ...call }, callback) => {
            const isAddress = (0,external_node_net_.isIP)(servername.replace(/^\[(.*)\]$/, '$1')) > 0;
            connect({ ...call, ...(isAddress ? {} : { servername }) }, callback);
        },
    };
}
async function openTunnel(proxy, call) {
    let reply;
    try {
        reply = await api_connect.call(proxy, call);
    }
    catch (cause) {
        throw new TunnelError(undefined, { cause });
    }
    if (reply.statusCode === 200)
        return reply;
    reply.socket.on('error', () => undefined).destroy();
    throw new TunnelError(reply.statusCode);
}

;// CONCATENATED MODULE: ./http/exchange.js

const defaultTimeoutMs = 30_000;
const defaultMaxBytes = 1024 * 1024;
class Exchange {
    #request;
    #target;
    #via;
    #reply = Promise.withResolvers();
    #chunks = [];
    #size = 0;
    #status = 0;
    #headers = {};
    #sent;
    #over = false;
    constructor(request, target, via) {
        this.#request = request;
        this.#target = target;
        this.#via = via;
    }
    async run(dispatcher) {
        const { method, headers = {}, body = null, signal, timeoutMs = defaultTimeoutMs } = this.#request;
        if (signal?.aborted === true)
            throw new HttpFailure('not-sent', 'cancelled');
        const cancel = () => {
            this.#fail('cancelled');
        };
        signal?.addEventListener('abort', cancel);
        const timer = setTimeout(() => {
            this.#fail(`timed out after ${timeoutMs / 1000} s`);
        }, timeoutMs);
        try {
            const { origin, pathname, search } = this.#target;
            dispatcher.dispatch({ origin, path: pathname + search, method, headers, body }, this);
            return await this.#reply.promise;
        }
        finally {
            clearTimeout(timer);
            signal?.removeEventListener('abort', cancel);
        }
    }
    onRequestStart(controller) {
        if (this.#sent !== undefined)
            this.#fail('connection lost before the reply');
        if (this.#over)
            controller.abort(new HttpFailure('not-sent', 'cancelled'));
        else
            this.#sent = controller;
    }
    onResponseStart(controller, status, headers) {
        if (status < 200)
            return;
        this.#status = status;
        this.#headers = joinHeaders(headers);
        if (this.#request.skipBody !== true)
            return;
        this.onResponseEnd();
        controller.abort(new HttpFailure('unknown', 'reply not wanted'));
    }
    onResponseData(_controller, chunk) {
        const { maxBytes = defaultMaxBytes } = this.#request;
        this.#size += chunk.length;
        if (this.#size > maxBytes)
            this.#fail(`reply larger than ${maxBytes} bytes`);
        else
            this.#chunks.push(chunk);
    }
    onResponseEnd() {
        this.#over = true;
        this.#reply.resolve({ status: this.#status, headers: this.#headers, body: Buffer.concat(this.#chunks) });
    }
    onResponseError(_controller, error) {
        this.#fail(error);
    }
    #fail(cause) {
        if (this.#over)
            return;
        this.#over = true;
        this.#chunks.length = 0;
        const isSent = this.#sent !== undefined;
        const { reason, ...more } = explain(cause, this.#via, isSent);
        const failure = new HttpFailure(isSent ? 'unknown' : 'not-sent', reason, { ...more, cause });
        this.#reply.reject(failure);
        this.#sent?.abort(failure);
    }
}
function joinHeaders(headers) {
    return Object.fromEntries(Object.entries(headers).map(([name, value = '']) => [
        name.toLowerCase(),
        Array.isArray(value) ? value.join(', ') : value,
    ]));
}

;// CONCATENATED MODULE: ./http/fetch.js

const maxBytes = 16 * 1024 * 1024;
function fetchOver(exchange) {
    return async (url, { method = 'GET', headers = {}, body, signal } = {}) => {
        const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
        const reply = await exchange({
            url,
            method,
            headers: Object.fromEntries(lowerCase),
            body: fetch_textOf(body),
            signal: signal ?? undefined,
            maxBytes,
        });
        return toFetchReply(url, reply);
    };
}
function fetch_textOf(body) {
    if (body === undefined || body === null)
        return undefined;
    if (typeof body === 'string')
        return body;
    throw new HttpFailure('not-sent', 'not a valid request');
}
function toFetchReply(url, { status, headers, body }) {
    if (status > 599)
        throw new HttpFailure('unknown', 'reply cannot be read');
    return {
        url,
        status,
        statusText: '',
        headers: new Map(Object.entries(headers)),
        text: () => Promise.resolve(new TextDecoder().decode(body)),
        arrayBuffer: () => Promise.resolve(body.slice().buffer),
    };
}

;// CONCATENATED MODULE: ./http/no-proxy.js

const defaultPorts = { 'http:': '80', 'https:': '443' };
const loopback = new external_node_net_.BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');
function isLoopback(hostname) {
    const host = bare(hostname);
    return host === 'localhost' || host.endsWith('.localhost') || has(loopback, host);
}
function parseNoProxy(text) {
    const entries = text
        .split(/[\s,]+/)
        .filter((entry) => entry !== '')
        .map(parseEntry);
    return ({ hostname, port, protocol }) => {
        const host = bare(hostname);
        const asked = port === '' ? defaultPorts[protocol] : port;
        return entries.some((entry) => (entry.port ?? asked) === asked && entry.covers(host));
    };
}
function parseEntry(entry) {
    const [, bracketed, prefix = '', portAfter] = /^\[([^\]]+)\](\/\d+)?(?::(\d+))?$/.exec(entry) ?? [];
    if (bracketed !== undefined)
        return { port: portAfter, covers: coverageOf(bracketed + prefix) };
    const [, host = entry, port] = /^([^:]+):(\d+)$/.exec(entry) ?? [];
    return { port, covers: coverageOf(host) };
}
function coverageOf(host) {
    if (host === '*')
        return () => true;
    if ((0,external_node_net_.isIP)(host.split('/')[0] ?? '') !== 0) {
        const network = listOf(host);
        return (asked) => has(network, asked);
    }
    const name = normalized(host.replace(/^\*?\./, ''));
    const isBelow = (asked) => asked.endsWith(`.${name}`);
    return host.startsWith('*') ? isBelow : (asked) => asked === name || isBelow(asked);
}
function listOf(...networks) {
    const list = new external_node_net_.BlockList();
    for (const network of networks) {
        const [, address = '', length] = /^([^/]+)(?:\/(\d+))?$/.exec(network) ?? [];
        const isIPv4 = (0,external_node_net_.isIP)(address) === 4;
        const longest = isIPv4 ? 32 : 128;
        const prefix = Number(length ?? longest);
        if ((0,external_node_net_.isIP)(address) !== 0 && prefix <= longest)
            list.addSubnet(address, prefix, isIPv4 ? 'ipv4' : 'ipv6');
    }
    return list;
}
function has(list, host) {
    const version = (0,external_node_net_.isIP)(host);
    return version !== 0 && list.check(host, version === 4 ? 'ipv4' : 'ipv6');
}
function normalized(name) {
    return bare(URL.parse(`http://${name}`)?.hostname ?? name);
}
function bare(hostname) {
    return hostname
        .toLowerCase()
        .replace(/^\[(.+)\]$/, '$1')
        .replace(/(.)\.$/, '$1');
}

;// CONCATENATED MODULE: ./http/proxies.js


function proxiesFrom(env) {
    const http = read(env, 'http_proxy') ?? read(env, 'all_proxy');
    const https = read(env, 'https_proxy') ?? read(env, 'all_proxy');
    const isExcepted = parseNoProxy(proxies_valueOf(env, 'no_proxy')?.value ?? '');
    return (url) => {
        if (isLoopback(url.hostname) || isExcepted(url))
            return undefined;
        return url.protocol === 'https:' ? https : http;
    };
}
function proxies_valueOf(env, name) {
    for (const variable of [name, name.toUpperCase()]) {
        const value = env[variable]?.trim() ?? '';
        if (value !== '')
            return { variable, value };
    }
    return undefined;
}
function read(env, name) {
    const given = proxies_valueOf(env, name);
    if (given === undefined)
        return undefined;
    const { variable, value } = given;
    const url = URL.parse(value.includes('://') ? value : `http://${value}`);
    if (url === null || !/^https?:$/.test(url.protocol) || !isDecodable(url.username + url.password)) {
        throw new HttpFailure('not-sent', `the proxy in the environment variable ${variable} cannot be used`, {
            fault: 'proxy',
            hint: `Set ${variable} to http://host:port or https://host:port, with user:password@ before the host if the proxy wants ` +
                'them (special characters percent-encoded), or to nothing if there is no proxy.',
        });
    }
    return { url: url.href, variable };
}
function isDecodable(text) {
    try {
        decodeURIComponent(text);
        return true;
    }
    catch {
        return false;
    }
}

;// CONCATENATED MODULE: ./http/http.js






function createHttp({ userAgent, proxyFor = proxiesFrom({}), onTraffic }) {
    const agents = new Agents();
    async function exchange(request) {
        const target = URL.parse(request.url);
        if (target === null)
            throw new HttpFailure('not-sent', 'not a URL');
        const headers = { 'accept-encoding': 'identity', ...request.headers, 'user-agent': userAgent };
        const proxy = proxyFor(target);
        const via = proxy && { variable: proxy.variable, forwards: target.protocol === 'http:' };
        return await new Exchange({ ...request, headers }, target, via).run(agents.to(proxy));
    }
    const reported = onTraffic === undefined ? exchange : reporting(exchange, onTraffic);
    return {
        async request(request) {
            const { status, headers, body } = await reported(request);
            const text = new TextDecoder().decode(body);
            return { status, headers, text, json: () => parseJson(text) };
        },
        fetch: fetchOver(reported),
        close: () => agents.destroy(),
    };
}
function reporting(exchange, onTraffic) {
    return async (request) => {
        const started = performance.now();
        const tell = (outcome) => {
            const { method, url } = request;
            onTraffic({ method, url, durationMs: performance.now() - started, outcome });
        };
        try {
            const reply = await exchange(request);
            tell(reply);
            return reply;
        }
        catch (error) {
            tell({ reason: error instanceof HttpFailure ? error.reason : 'request failed' });
            throw error;
        }
    };
}
function parseJson(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}

// EXTERNAL MODULE: external "node:diagnostics_channel"
var external_node_diagnostics_channel_ = __webpack_require__(3053);
;// CONCATENATED MODULE: ./http/sent.js

const channel = 'undici:client:sendHeaders';
function whenSent(longestMs, origin) {
    return new Promise((resolve) => {
        const timer = setTimeout(end, longestMs);
        function look(message) {
            const { request } = message;
            if (origin === undefined || String(request.origin) === origin)
                end();
        }
        function end() {
            clearTimeout(timer);
            (0,external_node_diagnostics_channel_.unsubscribe)(channel, look);
            resolve();
        }
        (0,external_node_diagnostics_channel_.subscribe)(channel, look);
    });
}

;// CONCATENATED MODULE: ./http/request-id.js
const idHeaders = ['x-vtex-operation-id', 'x-vtex-request-id', 'x-request-id', 'x-github-request-id'];
function requestIdIn(headers) {
    const name = idHeaders.find((header) => headers[header] !== undefined);
    return name === undefined ? undefined : headers[name];
}

;// CONCATENATED MODULE: ./http/traffic-line.js

function trafficLine({ method, url, durationMs, outcome }, quoter) {
    const target = URL.parse(url);
    const place = quoter.quote(target === null ? '' : target.host + target.pathname, 300);
    const took = `in ${Math.round(durationMs)} ms`;
    if ('reason' in outcome)
        return `${method} ${place}: ${outcome.reason} ${took}`;
    const id = quoter.quote(requestIdIn(outcome.headers), 64);
    return `${method} ${place}: ${outcome.status} ${took}${id === '' ? '' : `, request id ${id}`}`;
}

;// CONCATENATED MODULE: ./network.js





const version = '0.1.0';
const userAgent = `rotate-vtex-token/${version}`;
const sentSoonMs = 50;
const othersSentMs = 10;
function openNetwork({ env, clock, log, quoter }) {
    const isDebugging = env.RUNNER_DEBUG === '1';
    const http = createHttp({
        proxyFor: proxiesFrom(env),
        userAgent,
        onTraffic: isDebugging
            ? (traffic) => {
                log.debug(trafficLine(traffic, quoter));
            }
            : undefined,
    });
    const apiUrl = env.GITHUB_API_URL ?? 'https://api.github.com';
    const loadAfter = whenSent(sentSoonMs);
    const idle = loadAfter
        .then(() => whenSent(sentSoonMs, URL.parse(apiUrl)?.origin))
        .then(() => clock.sleep(othersSentMs));
    const clients = new Map();
    const gitHub = (token) => {
        const known = clients.get(token.reveal());
        if (known !== undefined)
            return known;
        const client = createGitHub({ token, apiUrl, fetch: http.fetch, userAgent, clock, log, loadAfter });
        clients.set(token.reveal(), client);
        return client;
    };
    return { http, gitHub, idle };
}

// EXTERNAL MODULE: ./report/outputs.js
var report_outputs = __webpack_require__(7954);
// EXTERNAL MODULE: ./rotation/plan.js
var plan = __webpack_require__(3033);
;// CONCATENATED MODULE: ./rotation/request-budget.js




const placesReadMeanwhile = 100;
const placesOf = (paths) => new Set(paths.map(secret_path/* placeOf */.$t)).size;
const areReadMeanwhile = (paths) => placesOf(paths) <= placesReadMeanwhile;
function budgetOf(settings, seen) {
    const steps = (0,plan/* planOf */.XC)({ ...settings, operation: settings.operation === 'check' ? 'rotate' : settings.operation }, seen);
    const writesListed = steps.includes('store') || steps.includes('restore');
    const count = seen.listed.length;
    const paths = seen.listed.map(({ path }) => path);
    const looks = 1 + (writesListed && areReadMeanwhile(paths) ? 1 : 0) + (steps.includes('close') ? 1 : 0);
    const organizations = paths.filter(({ level }) => level === 'organization').length;
    const reads = placesOf(paths) + looks * count + 4 * organizations + 5;
    const own = steps.includes('reserve') ? 4 : 2;
    const writes = (writesListed ? count : 0) + own;
    const points = reads * pointsOf(false) + writes * pointsOf(true);
    return { reads, writes, seconds: Math.ceil((points / pointsAMinute) * 60) };
}
function tooFewRequestsLeft(settings, seen, left) {
    if (left === undefined)
        return [];
    const { reads, writes } = budgetOf(settings, seen);
    if (left.remaining >= reads + writes)
        return [];
    const again = new Date(left.resetAt).toISOString();
    const isEnough = left.limit >= reads + writes;
    return [
        new common_errors/* RotationError */.FL('github-unavailable', `GitHub's limit leaves ${left.remaining} requests to github-token until ${again}; this run needs about ${reads + writes}.`, isEnough
            ? `Nothing was changed. Start a new run after ${again}.`
            : `Nothing was changed. The limit of ${left.limit} requests an hour is too small for so many secrets: use a GitHub App.`),
    ];
}

// EXTERNAL MODULE: ./rotation/settings.js
var rotation_settings = __webpack_require__(8283);
// EXTERNAL MODULE: ./report/texts.js
var texts = __webpack_require__(6384);
// EXTERNAL MODULE: ./report/times.js
var times = __webpack_require__(2770);
;// CONCATENATED MODULE: ./report/plan.js





function checkReport(settings, { knowledge: { seen } }) {
    if (settings.operation !== 'check' || seen === undefined)
        return undefined;
    return {
        seen: seenLines(settings, seen),
        secrets: secretLines(settings, seen),
        unseen: unseenLines(settings),
        plan: planLines({ ...settings, operation: 'rotate' }, seen),
    };
}
function checkLines({ seen, secrets, unseen, plan }, { errors }) {
    return [
        ...seen,
        ...secrets,
        ...errors.map(({ code, message }) => `\u2717 ${code}: ${message}`),
        ...unseen,
        ...plan,
    ];
}
function seenLines(settings, seen) {
    const isWrong = (code) => seen.problems.some((problem) => problem.code === code);
    const signsIn = settings.signInCheck && !isWrong('vtex-unauthorized') && !isWrong('vtex-unavailable');
    const tokens = [
        ['current-token', seen.current],
        ['old-token', seen.old],
        ['pending-token', seen.pending],
    ];
    return [
        ...(signsIn ? ['\u2713 VTEX accepts the manager credential.'] : []),
        ...tokens.filter(([, state]) => state === 'accepted').map(([name]) => `\u2713 VTEX accepts ${name}.`),
        ...seen.skipped.map(({ repository, reason }) => `\u2013 ${repository} is left out: ${reason}.`),
    ];
}
function secretLines(settings, seen) {
    return [
        ...seen.listed
            .filter(({ updatedAt }) => updatedAt !== undefined)
            .map((facts) => `\u2713 ${secretLine(facts)}`),
        ...seen.listed
            .filter(({ updatedAt, readAt }) => updatedAt === undefined && readAt > 0 && settings.createMissing)
            .map(({ path }) => `\u2713 ${path.path} does not exist and would be created.`),
        ...[seen.pendingSecret, seen.oldSecret].map(ownLine),
    ];
}
function secretLine({ path, updatedAt, readAt, readers }) {
    const age = updatedAt === undefined ? '' : `, ${Math.floor(Math.max(0, readAt - updatedAt) / 86_400_000)} days old`;
    const who = readers === undefined ? '' : `, read by: ${readers}`;
    return `${path.path} exists${age}${who}.`;
}
function ownLine({ path, updatedAt, readAt }) {
    if (readAt === 0)
        return `\u2013 ${path.path} could not be looked at.`;
    return `\u2013 ${path.path} ${updatedAt === undefined ? 'does not exist' : 'exists: a renewal is under way, or was'}.`;
}
function unseenLines({ manager }) {
    return [
        `\u2013 Not to be seen without writing: whether ${manager.appKey} may renew tokens at VTEX (License Manager resource "Renew API Token"), ` +
            'and whether VTEX knows api-key.',
        '\u2013 Not to be seen without writing: whether github-token may write the secrets.',
    ];
}
function planLines(settings, seen) {
    const idle = (0,plan/* nothingToDo */.KN)(settings, seen);
    if (idle !== undefined)
        return [`A rotation would do nothing now. ${idle.note}`];
    const steps = (0,plan/* planOf */.XC)(settings, seen);
    const { reads, writes, seconds } = budgetOf(settings, seen);
    const next = (0,plan/* finishesEarlier */.e3)(settings, seen) && settings.pendingToken !== undefined;
    return [
        `A rotation would ${(0,plan/* resumes */.n2)(settings, seen) ? 'resume the pending renewal' : 'renew the token'} now; its steps:`,
        ...steps.map((step, index) => `${index + 1}. ${texts/* stepLabels */.Wg[step]}${details(step, settings, seen)}`),
        ...(next ? ['Then the next rotation begins: ' + nextSteps(settings, seen)] : []),
        `About ${reads} reads and ${writes} writes at GitHub; with GitHub's limits at least ${(0,times/* durationText */.S5)(seconds * 1000)}, ` +
            'without waiting for VTEX, workflows or runs.',
    ];
}
function nextSteps(settings, seen) {
    const token = settings.pendingToken;
    if (token === undefined)
        return '';
    const after = (0,rotation_settings/* settingsOfNext */.sF)(settings, token);
    return (0,plan/* planOf */.XC)(after, { ...seen, old: 'refused' })
        .map((step) => texts/* stepLabels */.Wg[step])
        .join(', ');
}
function details(step, settings, seen) {
    if (step === 'store') {
        const paths = seen.listed.map(({ path }) => path.path);
        const shown = paths.slice(0, 20).join(', ');
        return `: ${paths.length > 20 ? `${shown} and ${paths.length - 20} more` : shown}`;
    }
    if (step === 'drain')
        return `, for at most ${settings.drainTimeoutMs / 60_000} minutes`;
    return '';
}

// EXTERNAL MODULE: ./report/summary.js + 5 modules
var summary = __webpack_require__(9719);
// EXTERNAL MODULE: ./report/heading.js
var heading = __webpack_require__(898);
;// CONCATENATED MODULE: ./report/last-line.js


function lastLine(settings, outcome) {
    const [error] = outcome.errors;
    const move = error === undefined ? (0,texts/* nextMove */.lE)(outcome) : (0,texts/* hintOf */.$z)(error);
    const text = (0,heading/* headlineOf */.g)(settings, outcome).text;
    return `Result: ${outcome.result} \u00b7 ${text}${move === '' ? '' : ` \u00b7 Do: ${move}`}`;
}

// EXTERNAL MODULE: ./rotation/evidence.js
var rotation_evidence = __webpack_require__(3135);
;// CONCATENATED MODULE: ./rotation/model.js

const results = (/* unused pure expression or super */ null && ([
    'rotated',
    'pending',
    'finished',
    'skipped',
    'checked',
    'restored',
    'undone',
    'failed',
]));
function isSuccess(result) {
    return result !== 'restored' && result !== 'failed';
}
const steps = (/* unused pure expression or super */ null && ([
    'observe',
    'resume',
    'reserve',
    'renew',
    'release',
    'stage',
    'check-token',
    'verify',
    'store',
    'keep',
    'restore',
    'close',
    'drain',
    'confirm',
    'finish',
    'prove',
    'clean-up',
]));
const nothingKnown = {
    interrupted: false,
    done: new Set(),
    seen: undefined,
    renewal: undefined,
    pastSecrets: new Map(),
    secrets: new Map(),
    tokens: { old: 'unknown', new: 'unknown' },
    acceptedAt: undefined,
    verification: 'outstanding',
    runs: [],
    confirmed: false,
    finish: 'not-sent',
    unclearTries: 0,
    restore: 'not-tried',
    errors: [],
};
function managerOf(settings, { renewal, seen }) {
    const { appKey, appToken } = settings.manager;
    if (!(0,rotation_settings/* renewsItself */.gT)(settings))
        return settings.manager;
    const left = seen?.pending === 'accepted' ? settings.pendingToken : undefined;
    return { appKey, appToken: renewal?.newToken ?? left ?? appToken };
}
function isOver({ finish }) {
    return finish === 'finished' || finish === 'ended';
}

;// CONCATENATED MODULE: ./rotation/finish-guard.js
class Permit {
    #granted = true;
    static isGenuine(permit) {
        return #granted in permit;
    }
}
const isGenuinePermit = (permit) => Permit.isGenuine(permit);
function objectionsToFinish(evidence) {
    return [
        ...(evidence.interrupted ? ['the run was asked to stop'] : []),
        ...objectionsToTokens(evidence),
        ...(evidence.secrets.length === 0 ? ['no secret is listed'] : []),
        ...evidence.secrets
            .filter(({ confirmed }) => !confirmed)
            .map(({ path }) => `${path} is not confirmed to hold the new token`),
        ...(evidence.verification === 'failed' ? ['the verification failed'] : []),
        ...(evidence.verification === 'outstanding' ? ['the verification has not passed yet'] : []),
        ...(evidence.drain === 'outstanding' ? ['runs that may hold the old token have not ended'] : []),
    ];
}
function objectionsToTokens({ oldToken, newToken, tokensDiffer }) {
    const objections = [];
    if (oldToken !== 'accepted' && oldToken !== 'none') {
        objections.push('VTEX was not seen to accept the old token just now, so the pending renewal may be another one');
    }
    if (newToken !== 'accepted' && newToken !== 'renewed-at') {
        objections.push('VTEX was not seen to accept the new token just now');
    }
    if (!tokensDiffer)
        objections.push('the old and the new token are the same');
    return objections;
}
function grantFinish(evidence) {
    return objectionsToFinish(evidence).length === 0 ? new Permit() : undefined;
}

// EXTERNAL MODULE: ./rotation/next-moves.js + 1 modules
var next_moves = __webpack_require__(2282);
;// CONCATENATED MODULE: ./rotation/renewal-objections.js


function objectionsToRenewal(settings, seen) {
    const reason = reasonAgainst(settings, seen);
    if (reason === undefined)
        return [];
    const hint = `${(0,next_moves/* passTheRenewalsSecrets */.De)(settings)} ${(0,next_moves/* waysOutOfPending */.jb)(settings)}`;
    return [new common_errors/* RotationError */.FL('renewal-pending', `${reason} Nothing was renewed or written.`, hint)];
}
function reasonAgainst(settings, seen) {
    const { oldSecret, old, pending } = seen;
    if (oldSecret.updatedAt !== undefined && !settings.oldTokenPassed) {
        return (`${oldSecret.path.path} exists, so a renewal may be pending, but old-token is empty: this run was queued before ` +
            'that secret was made, or the workflow does not pass it.');
    }
    if (old === 'accepted' && differs(settings.oldToken, settings.currentToken)) {
        return 'VTEX accepts old-token, which is not current-token, and the renewal that it belongs to cannot be resumed.';
    }
    if (pending === 'accepted' && differs(settings.pendingToken, settings.currentToken)) {
        return ('VTEX accepts pending-token, which is not current-token, and the renewal that it belongs to cannot be resumed ' +
            'without an old-token that VTEX accepts too.');
    }
    return undefined;
}
function differs(token, current) {
    return token !== undefined && (current === undefined || !token.equals(current));
}

;// CONCATENATED MODULE: ./rotation/stale-inputs.js


const startNewRun = 'Start a new run (not a re-run): it is given what the secrets hold now.';
function refusedCurrentToken(settings, seen) {
    if (seen.current !== 'refused')
        return [];
    switch (seen.isOutdated) {
        case true:
            return [
                new common_errors/* RotationError */.FL('run-outdated', 'VTEX refuses current-token, and a listed secret was written since this run was queued: the run holds an earlier value.', startNewRun),
            ];
        case 'unknown':
            return [
                refused(seen, `Either the token is wrong or dead, or the run was queued before the secrets were written (${datesOf(seen)}) and ` +
                    'holds an earlier value; with permissions: actions: read the run could tell.', `${startNewRun} If that fails too: ${replaceIt(settings)}`),
            ];
        case false:
        case undefined:
            return [refused(seen, '', replaceIt(settings))];
    }
}
function refused({ refusedRequest = '' }, more, hint) {
    return new common_errors/* RotationError */.FL('current-token-refused', `VTEX refuses current-token for api-key. What uses this token fails already, or the token belongs to another key. ${more}`.trim() +
        refusedRequest, hint);
}
function replaceIt({ apiKey }) {
    return (`Check that current-token is the token of ${apiKey} and that the key is active. If the token is lost or dead, set ` +
        `current-token: ${rotation_settings/* noToken */.fC}; then the key is renewed without it.`);
}
function datesOf({ listed }) {
    const dates = listed.flatMap(({ path, updatedAt }) => updatedAt === undefined ? [] : [`${path.name} ${new Date(updatedAt).toISOString()}`]);
    return `last written: ${dates.slice(0, 3).join(', ')}${dates.length > 3 ? ', \u2026' : ''}`;
}
function outdatedValue(path) {
    return new common_errors/* RotationError */.FL('run-outdated', `${path} was written since this run was queued, so its entry in current-values is an earlier value. Nothing was renewed.`, startNewRun);
}

;// CONCATENATED MODULE: ./rotation/decide.js








const mostUnclearTries = 5;
function decide(settings, known) {
    if (isUnsaved(known))
        return step('stage');
    if (known.finish === 'undone')
        return afterUndone(known);
    if (isOver(known) || known.finish === 'not-pending')
        return afterFinish(settings, known);
    if (known.errors.length > 0)
        return afterFailure(settings, known);
    if (known.interrupted !== false)
        return decide_fail(known, decide_stopped(known));
    if (known.seen === undefined)
        return step('observe');
    return onward(settings, known, known.seen);
}
function isUnsaved({ renewal, done, errors }) {
    return renewal?.origin === 'renewed' && !done.has('stage') && errors.length === 0;
}
function onward(settings, known, seen) {
    if (settings.operation === 'check')
        return afterCheck(settings, known, seen);
    if (seen.problems.length > 0)
        return decide_fail(known, ...seen.problems);
    const idle = (0,plan/* nothingToDo */.KN)(settings, seen);
    const objections = known.renewal === undefined ? objectionsToBegin(settings, seen, idle !== undefined) : [];
    if (objections.length > 0)
        return decide_fail(known, ...objections);
    if (idle !== undefined)
        return { ...end('skipped', known), ...idle };
    const next = (0,plan/* planOf */.XC)(settings, seen).find((name) => !known.done.has(name));
    if (next === undefined)
        return end(resultOf(settings, known), known);
    return next === 'finish' ? towardsFinish(settings, known) : step(next);
}
function afterCheck(settings, known, seen) {
    const rotation = { ...settings, operation: 'rotate' };
    const idle = (0,plan/* nothingToDo */.KN)(rotation, seen);
    const refused = (0,plan/* resumes */.n2)(rotation, seen) ? [] : refusedCurrentToken(rotation, seen);
    const isClear = seen.old !== 'unknown' && seen.pending !== 'unknown';
    const objections = isClear ? objectionsToBegin(rotation, seen, idle !== undefined) : [];
    const wrong = [...seen.problems, ...(objections.length === 0 ? refused : objections)];
    return wrong.length > 0 ? decide_fail(known, ...wrong) : end('checked', known);
}
function objectionsToBegin(settings, seen, isIdle) {
    if (settings.operation !== 'rotate')
        return isIdle ? [] : objectionsToProof(settings, seen);
    if ((0,plan/* resumes */.n2)(settings, seen))
        return [];
    if (isIdle)
        return seen.isOutdated === true ? [] : refusedCurrentToken(settings, seen);
    return [...refusedCurrentToken(settings, seen), ...objectionsToRenewal(settings, seen)];
}
function objectionsToProof(settings, seen) {
    const reasons = (0,rotation_evidence/* missingProof */.dh)(settings, seen);
    return reasons.length === 0 ? [] : [unproven(settings, reasons)];
}
function towardsFinish(settings, known) {
    if (!known.confirmed)
        return step('confirm');
    if (known.unclearTries >= mostUnclearTries) {
        return decide_fail(known, new common_errors/* RotationError */.FL('finish-failed', 'VTEX did not confirm that the old token is deleted, and was seen to accept it afterwards.', next_moves/* nextRunResumes */.FN));
    }
    const evidence = (0,rotation_evidence/* finishEvidence */.jy)(settings, known);
    if (grantFinish(evidence) !== undefined)
        return step('finish');
    return decide_fail(known, new common_errors/* RotationError */.FL('finish-failed', `Nothing was deleted: ${objectionsToFinish(evidence).join('; ')}.`, next_moves/* nextRunResumes */.FN));
}
function afterUndone(known) {
    const mayRestore = known.restore === 'not-tried' && known.renewal?.oldToken !== undefined;
    if (mayRestore && known.interrupted === false)
        return step('restore');
    const isCertain = known.done.has('finish');
    if (known.restore === 'restored' && isCertain && !known.done.has('clean-up'))
        return step('clean-up');
    return end(known.restore === 'restored' ? 'restored' : 'failed', known);
}
function afterFinish(settings, known) {
    if (known.errors.length > 0)
        return end('failed', known);
    if (isOver(known) && !known.done.has('prove'))
        return step('prove');
    if (!known.done.has('clean-up'))
        return step('clean-up');
    const note = 'VTEX had no renewal pending (404), and it is over: this run deleted nothing.';
    return known.finish === 'not-pending'
        ? { ...end('skipped', known), note }
        : end(resultOf(settings, known), known);
}
function resultOf(settings, known) {
    if (settings.operation === 'undo')
        return 'undone';
    if (!isOver(known))
        return settings.operation === 'rotate' ? 'pending' : 'failed';
    if (settings.operation === 'finish')
        return 'finished';
    return known.finish === 'ended' ? 'finished' : 'rotated';
}
function afterFailure(settings, known) {
    const isRestored = known.restore === 'restored';
    if (known.interrupted !== false)
        return end(isRestored ? 'restored' : 'failed', known);
    if (mustRelease(known))
        return step('release');
    if (mayRestore(settings, known))
        return step('restore');
    if (mustKeep(known))
        return step('keep');
    if (isPartlyStored(known))
        return step('close');
    return end(isRestored ? 'restored' : 'failed', known);
}
function mustRelease({ renewal, done, errors }) {
    const isRefused = errors.some(({ code }) => code === 'vtex-key-invalid' || code === 'vtex-forbidden');
    return isRefused && renewal === undefined && done.has('reserve') && !done.has('release');
}
function mustKeep({ renewal, done, restore }) {
    const isOwn = renewal?.origin === 'renewed' && done.has('stage');
    return isOwn && restore === 'not-tried' && !done.has('keep');
}
function isPartlyStored(known) {
    const { done, verification } = known;
    const wasCutShort = done.has('check-token') && !done.has('store') && hasStored(known);
    return wasCutShort && verification !== 'failed' && !done.has('close');
}
function mayRestore(settings, known) {
    const isWanted = known.verification === 'failed' && settings.onVerificationFailure === 'restore';
    const isPossible = known.restore === 'not-tried' && known.renewal?.oldToken !== undefined;
    return isWanted && isPossible && hasStored(known);
}
function hasStored({ seen, secrets }) {
    return (seen?.listed ?? []).some(({ path }) => secrets.get(path.path)?.write?.value === 'new');
}
function step(name) {
    return { do: name };
}
function end(result, known) {
    return { end: result, errors: known.errors };
}
function decide_fail(known, ...errors) {
    return { end: 'failed', errors: [...known.errors, ...errors] };
}
function decide_stopped({ renewal, interrupted }) {
    return new common_errors/* RotationError */.FL('cancelled', interrupted === 'too-long'
        ? 'The run took longer than all its waits together.'
        : 'The run was asked to stop.', renewal === undefined
        ? 'Nothing was renewed. Run the action again when it suits.'
        : `The new token is in the pending secret. ${next_moves/* nextRunResumes */.FN}`);
}
function unproven(settings, reasons) {
    const what = settings.operation === 'undo'
        ? 'There is no renewal that this run can undo'
        : 'It is not proved that the renewal is this one and that every listed secret holds its new token';
    return new common_errors/* RotationError */.FL('renewal-unproven', `${what}: ${reasons.join('; ')}. Nothing was changed.`, (0,next_moves/* waysOutOfUnproven */.dA)(settings));
}

// EXTERNAL MODULE: ./rotation/listed-secrets.js
var listed_secrets = __webpack_require__(2791);
// EXTERNAL MODULE: ./rotation/steps/context.js
var steps_context = __webpack_require__(8603);
;// CONCATENATED MODULE: ./rotation/whole-values.js

function spellings(character) {
    const code = character.charCodeAt(0).toString(16).padStart(4, '0');
    const digits = code.replaceAll(/[a-f]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
    const short = /["\\/]/.test(character) ? `|\\\\${literal(character)}` : '';
    return `(?:\\\\u${digits}${short}|${literal(character)})`;
}
function literal(character) {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
function patternOf(token) {
    return new RegExp(token.reveal().split('').map(spellings).join(''), 'g');
}
function holdsToken(value, token) {
    return token !== undefined && patternOf(token).test(value.reveal());
}
function replaceToken(value, from, to) {
    if (from === undefined)
        return value;
    const text = value.reveal();
    const plain = from.reveal();
    const [newPlain, newEscaped] = [to.reveal(), JSON.stringify(to.reveal()).slice(1, -1)];
    const isDocument = isJson(text);
    return new secret/* Secret */.z(text.replace(patternOf(from), (found) => (isDocument || found !== plain ? newEscaped : newPlain)));
}
function isJson(text) {
    try {
        JSON.parse(text);
        return true;
    }
    catch {
        return false;
    }
}

;// CONCATENATED MODULE: ./rotation/steps/patience.js


const githubPatienceMs = 5 * 60_000;
const stagePatienceMs = 60 * 60_000;
const readLagMs = 30_000;
async function pollUntil(attempt, windowMs, clock, stop, firstWaitMs = 1000) {
    const deadline = clock.now() + windowMs;
    for (const wait of growingWaits(firstWaitMs, 1.5, 10_000)) {
        if (await attempt())
            return true;
        const left = deadline - clock.now();
        if (left <= 0 || stop.aborted)
            return false;
        await clock.sleep(Math.min(wait, left), stop);
    }
    return false;
}
async function untilGitHubAnswers(write, what, ports, stop, patienceMs = githubPatienceMs) {
    const deadline = ports.clock.now() + patienceMs;
    for (const wait of growingWaits(2000, 2, 30_000)) {
        try {
            return await write();
        }
        catch (error) {
            const left = deadline - ports.clock.now();
            if (!(error instanceof common_errors/* RotationError */.FL) || error.code !== 'github-unavailable' || left <= 0)
                throw error;
            ports.log.info(`GitHub does not answer (${error.message}) Still trying to ${what}, for ${Math.ceil(left / 1000)} s more.`);
            await (stop.aborted ? ports.clock.sleep(500) : ports.clock.sleep(Math.min(wait, left), stop));
        }
    }
    throw new Error('the waits ended');
}

;// CONCATENATED MODULE: ./rotation/steps/writes.js





const sideBySide = 10;
class Notebook {
    #learn;
    #secrets;
    constructor({ known, learn }) {
        this.#secrets = new Map(known.secrets);
        this.#learn = learn;
    }
    get secrets() {
        return this.#secrets;
    }
    entry({ path }) {
        const entry = this.#secrets.get(path);
        if (entry === undefined)
            throw new Error('a secret was never looked at');
        return entry;
    }
    entries(paths) {
        return (0,listed_secrets/* entriesOf */.Mc)(this.#secrets, paths);
    }
    note(entry) {
        this.#secrets.set(entry.path.path, entry);
        this.#learn({ secrets: this.#secrets });
    }
}
async function write({ ports, stop }, notebook, { path, text, value, urgent = false, patienceMs, onTurn }) {
    const { clock } = ports;
    const entry = notebook.entry(path);
    if (!urgent)
        await clock.sleep((0,listed_secrets/* waitBefore */.fI)(entry, clock.now()), stop);
    const doubtful = {
        value,
        outcome: 'unknown',
        created: false,
        before: (0,listed_secrets/* dateBefore */.mx)(entry),
        followsOwn: (0,listed_secrets/* followsOwnWrite */.O3)(entry, clock.now()),
        answeredAt: 0,
        beganAt: clock.now(),
        endedAt: clock.now(),
        mark: undefined,
    };
    notebook.note({ ...entry, write: doubtful });
    const tries = { areCertain: true };
    const once = async () => {
        try {
            return await ports.store.write(path, text, { urgent, ...(onTurn && { onTurn }) });
        }
        catch (error) {
            if (!(error instanceof common_errors/* RotationError */.FL) || error.code === 'github-unavailable')
                tries.areCertain = false;
            throw error;
        }
    };
    try {
        const receipt = await untilGitHubAnswers(once, `write ${path.path}`, ports, stop, patienceMs);
        notebook.note({ ...entry, write: { ...doubtful, ...receipt, outcome: 'done', endedAt: clock.now() } });
    }
    catch (error) {
        if (tries.areCertain)
            notebook.note(entry);
        throw error;
    }
}
async function takeMarks({ ports, stop }, notebook, paths) {
    const deadline = ports.clock.now() + readLagMs;
    const unmarked = () => notebook
        .entries(paths)
        .filter(({ write, isForeign }) => write !== undefined && write.mark === undefined && !isForeign);
    for (const wait of growingWaits(200, 1.5, 3000)) {
        const entries = unmarked();
        if (entries.length === 0)
            return;
        const looks = await ports.store.readAll(entries.map(({ path }) => path));
        for (const [index, look] of looks.entries()) {
            const entry = entries[index];
            if (entry !== undefined && !(look instanceof common_errors/* RotationError */.FL))
                notebook.note((0,listed_secrets/* withLook */.Qk)(entry, look, ports.clock.now()));
        }
        const left = deadline - ports.clock.now();
        if (unmarked().length === 0 || left <= 0 || stop.aborted)
            return;
        await ports.clock.sleep(Math.min(wait, left), stop);
    }
}
function writes_codeOf(failures) {
    return failures.some(({ error }) => error.code === 'github-forbidden')
        ? 'github-forbidden'
        : 'secret-write-failed';
}
function reasonsOf(failures) {
    const reasons = [...new Set(failures.map(({ error }) => error.message))];
    return (reasons.slice(0, 3).join(' ') + (reasons.length > 3 ? ` And ${reasons.length - 3} other reasons.` : ''));
}
function listPaths(paths) {
    const shown = paths.slice(0, 10).map(({ path }) => path);
    if (shown.length === 0)
        return 'none';
    return shown.join(', ') + (paths.length > shown.length ? ` and ${paths.length - shown.length} more` : '');
}
async function readOnce({ store }, paths) {
    const looks = await store.readAll(paths);
    return looks.map((look) => (look instanceof common_errors/* RotationError */.FL ? undefined : look));
}
async function isGone(context, notebook, path) {
    await takeMarks(context, notebook, [path]);
    const [look] = await readOnce(context.ports, [path]);
    return look !== undefined && look.updatedAt === undefined;
}
function textWith({ currentValues }, { path }, { token, replaces }) {
    const whole = currentValues.get(path);
    return whole === undefined ? token : replaceToken(whole, replaces, token);
}

;// CONCATENATED MODULE: ./rotation/steps/keep.js




const keep = async (context) => {
    const { settings, ports } = context;
    const { newToken } = (0,steps_context/* needRenewal */.FB)(context);
    const notebook = new Notebook(context);
    const path = settings.pendingSecret;
    if (newToken === undefined || !(await isGone(context, notebook, path)))
        return {};
    ports.log.warning(`${path.path} is gone; it is written again, so that the next run can resume this renewal.`);
    try {
        await beginAnew(context, notebook);
        await write(context, notebook, { path, text: newToken, value: 'new' });
    }
    catch (error) {
        ports.log.warning(`${path.path} could not be written again (${(0,steps_context/* said */.ag)(error)})`);
    }
    return { secrets: notebook.secrets };
};
async function beginAnew(context, notebook) {
    const text = (0,steps_context/* needRenewal */.FB)(context).oldToken ?? new secret/* Secret */.z(rotation_settings/* noToken */.fC);
    await write(context, notebook, { path: context.settings.oldSecret, text, value: 'old' });
}

;// CONCATENATED MODULE: ./rotation/steps/looks.js




async function lookFor({ ports, stop }, notebook, paths) {
    const deadline = ports.clock.now() + readLagMs;
    const shown = new Map();
    let waiting = paths;
    let unreadable = new Map();
    for (const wait of growingWaits(300, 1.5, 3000)) {
        const looks = await ports.store.readAll(waiting);
        const errors = new Map();
        waiting = waiting.filter((path, index) => {
            const look = looks[index];
            if (look instanceof common_errors/* RotationError */.FL && look.code === 'github-forbidden')
                throw look;
            if (look === undefined || look instanceof common_errors/* RotationError */.FL) {
                if (look !== undefined)
                    errors.set(path.path, look);
                return true;
            }
            shown.set(path.path, look);
            const entry = (0,listed_secrets/* withLook */.Qk)(notebook.entry(path), look, ports.clock.now());
            const outcome = (0,listed_secrets/* compareDate */.SE)(entry, look.updatedAt);
            const isForeign = entry.isForeign || outcome === 'changed';
            notebook.note({ ...entry, isForeign });
            return outcome === 'early' && !isForeign;
        });
        unreadable = errors;
        const left = deadline - ports.clock.now();
        if (waiting.length === 0 || left <= 0 || stop.aborted)
            break;
        await ports.clock.sleep(Math.min(wait, left), stop);
    }
    const late = waiting.map((path) => doubtOfLate(path, notebook.entry(path), shown, unreadable));
    const foreign = notebook
        .entries(paths)
        .filter(({ isForeign }) => isForeign)
        .map(({ path }) => `${path.path} was written by somebody else meanwhile`);
    return { shown, doubts: [...foreign, ...late] };
}
function doubtOfLate({ path }, { write }, shown, unreadable) {
    const error = unreadable.get(path);
    if (error !== undefined)
        return `${path} could not be read (${error.message.replace(/\.$/, '')})`;
    if (shown.get(path)?.updatedAt === undefined)
        return `${path} does not exist`;
    return write === undefined
        ? `${path} shows an earlier date than before`
        : `GitHub does not show the write to ${path}`;
}

;// CONCATENATED MODULE: ./rotation/steps/close.js









const close_close = async (context) => {
    const { settings, known, stop } = context;
    const seen = (0,steps_context/* needSeen */.aH)(context);
    const { newToken } = (0,steps_context/* needRenewal */.FB)(context);
    if (newToken === undefined)
        throw new Error('there is no token to close with');
    const isPartial = known.errors.length > 0;
    const notebook = new Notebook(context);
    const paths = seen.listed.map(({ path }) => path);
    try {
        expectCertain(notebook, paths);
        await Promise.all([
            expectUnchanged(context, notebook, [...paths, settings.pendingSecret]),
            takeMarks(context, notebook, [settings.oldSecret]),
        ]);
        if (!isPartial)
            await moveIntoWindow(context, notebook, newToken, paths);
        if (!(await writeLater(context, notebook, newToken, paths))) {
            if (stop.aborted)
                return undefined;
            throw notClosed(`GitHub did not show a later date for ${settings.pendingSecret.path}`);
        }
        return { secrets: notebook.secrets };
    }
    catch (error) {
        if (!isPartial)
            throw error;
        context.ports.log.info(`The next run will write all listed secrets again: ${(0,steps_context/* said */.ag)(error)}`);
        return { secrets: notebook.secrets };
    }
};
async function moveIntoWindow(context, notebook, token, paths) {
    const { settings, ports, stop } = context;
    const beginning = (0,listed_secrets/* dateOf */.Q$)(notebook.entry(settings.oldSecret)) ?? 0;
    const deadline = ports.clock.now() + readLagMs;
    for (const wait of growingWaits(secondMs, 1.2, 3000)) {
        const early = notebook.entries(paths).filter((entry) => ((0,listed_secrets/* dateOf */.Q$)(entry) ?? 0) < beginning);
        if (early.length === 0)
            return;
        if (ports.clock.now() >= deadline)
            throw notClosed(`GitHub's date of ${listPaths(early.map(({ path }) => path))} is before the renewal`);
        await ports.clock.sleep(wait, stop);
        if (stop.aborted)
            return;
        for (const { path } of early) {
            const text = textWith(settings, path, { token, replaces: (0,steps_context/* needRenewal */.FB)(context).oldToken });
            await write(context, notebook, { path, text, value: 'new' });
        }
        await expectUnchanged(context, notebook, paths);
    }
}
const secondMs = 1000;
async function writeLater(context, notebook, token, paths) {
    const { settings, ports, stop } = context;
    const path = settings.pendingSecret;
    const listed = notebook.entries(paths);
    const latest = Math.max(...listed.map((entry) => (0,listed_secrets/* dateOf */.Q$)(entry) ?? 0));
    const endedAt = Math.max(...listed.map((entry) => entry.write?.endedAt ?? 0));
    const deadline = ports.clock.now() + 30_000;
    let wait = Math.max(0, endedAt + secondMs - ports.clock.now());
    for (const next of growingWaits(1000, 1.2, 3000)) {
        await ports.clock.sleep(wait, stop);
        if (stop.aborted)
            return false;
        await write(context, notebook, { path, text: token, value: 'new' });
        try {
            await expectUnchanged(context, notebook, [path, ...paths]);
        }
        catch (error) {
            await reopen(context, notebook);
            throw error;
        }
        if (((0,listed_secrets/* dateOf */.Q$)(notebook.entry(path)) ?? 0) > latest)
            return true;
        if (ports.clock.now() >= deadline)
            return false;
        wait = next;
    }
    return false;
}
async function reopen(context, notebook) {
    try {
        await beginAnew(context, notebook);
    }
    catch (error) {
        const { path } = context.settings.oldSecret;
        context.ports.log.warning(`${path} could not be written again (${(0,steps_context/* said */.ag)(error)})`);
    }
}
function expectCertain(notebook, paths) {
    const unknown = notebook.entries(paths).filter(({ write: last }) => last?.outcome === 'unknown');
    if (unknown.length > 0)
        throw notClosed(unknown.map(({ path }) => `GitHub did not answer the write to ${path.path}`).join('; '));
}
async function expectUnchanged(context, notebook, paths) {
    const { doubts } = await lookFor(context, notebook, paths);
    if (doubts.length > 0)
        throw notClosed(doubts.join('; '));
}
function notClosed(reason) {
    return new common_errors/* RotationError */.FL('finish-failed', `The new token was stored, but it is not certain that every listed secret holds it: ${reason}.`, `Both tokens work. ${next_moves/* nextRunResumes */.FN}`);
}

;// CONCATENATED MODULE: ./rotation/steps/sign-in.js


const answersWanted = 3;
async function askOnce({ settings, ports }, token, attempts) {
    const credential = { appKey: settings.apiKey, appToken: token };
    return settings.signInCheck
        ? signIn(ports, credential, attempts)
        : askByRequests(settings, ports, credential);
}
async function signIn({ issuer }, credential, attempts) {
    let requestId = '';
    const onRequestId = (words) => {
        requestId = words;
    };
    try {
        const state = await issuer.signIn(credential, {
            onRequestId,
            ...(attempts !== undefined && { attempts }),
        });
        return { state, said: state + requestId, requestId };
    }
    catch (error) {
        if (!(error instanceof common_errors/* RotationError */.FL))
            throw error;
        return { state: 'unknown', said: error.message, hint: error.hint };
    }
}
async function sign_in_ask(asking, token) {
    return certain(asking, () => askOnce(asking, token));
}
async function certain({ ports, stop }, once) {
    for (let refusals = 1;; refusals++) {
        const answer = await once();
        if (answer.state !== 'refused' || refusals === answersWanted)
            return answer;
        await ports.clock.sleep(1000, stop);
        if (stop.aborted)
            return { state: 'unknown', said: 'the run was asked to stop' };
    }
}
async function askSteadily(asking, token) {
    const { ports, settings, stop } = asking;
    const deadline = ports.clock.now() + settings.propagationTimeoutMs;
    let last = await askOnce(asking, token);
    for (let alike = 1; last.state !== 'unknown' && alike < answersWanted;) {
        await ports.clock.sleep(1000, stop);
        if (stop.aborted)
            return { state: 'unknown', said: 'the run was asked to stop' };
        const next = await askOnce(asking, token);
        const isAlike = next.state === last.state;
        if (!isAlike && ports.clock.now() >= deadline)
            return { state: 'unknown', said: 'the answers of VTEX differ' };
        alike = isAlike ? alike + 1 : 1;
        last = next;
    }
    return last;
}
async function askUntil(asking, token, wanted) {
    let last = { state: 'unknown', said: '' };
    let tries = 0;
    await pollUntil(async () => {
        tries += 1;
        last = await askOnce(asking, token, 1);
        return last.state === wanted;
    }, asking.settings.propagationTimeoutMs, asking.ports.clock, asking.stop);
    return { ...last, tries };
}
async function askByRequests(settings, ports, credential) {
    const paths = settings.verificationRequests;
    const answers = await Promise.all(paths.map((path) => statusOf(ports, path, credential)));
    const all = (matches) => answers.every(({ status }) => matches(status));
    const said = answers.map((answer, index) => `GET ${paths[index] ?? ''}: ${answer.said}`).join('; ');
    if (all(sign_in_isSuccess))
        return { state: 'accepted', said };
    if (all((status) => status === 401 || status === 403))
        return { state: 'refused', said };
    const [hint] = answers.flatMap((answer) => answer.hint ?? []);
    return { state: 'unknown', said, ...(hint !== undefined && { hint }) };
}
async function statusOf({ issuer }, path, credential) {
    let requestId = '';
    try {
        const status = await issuer.status(path, credential, (words) => {
            requestId = words;
        });
        return { status, said: `status ${status}${requestId}` };
    }
    catch (error) {
        if (!(error instanceof common_errors/* RotationError */.FL))
            throw error;
        return { status: undefined, said: error.message, hint: error.hint };
    }
}
function sign_in_isSuccess(status) {
    return status !== undefined && status >= 200 && status < 300;
}

;// CONCATENATED MODULE: ./rotation/steps/both-tokens.js




async function both_tokens_stateOf(context, token, otherwise) {
    return token === undefined ? otherwise : (await sign_in_ask(context, token)).state;
}
async function bothNow(context) {
    const { oldToken, newToken } = (0,steps_context/* needRenewal */.FB)(context);
    const [old, fresh] = await Promise.all([
        both_tokens_stateOf(context, oldToken, 'absent'),
        both_tokens_stateOf(context, newToken, 'absent'),
    ]);
    return { old, new: fresh };
}
async function watchBoth(context, isWanted) {
    const { settings, ports, stop } = context;
    const answers = [];
    const once = async () => {
        const answer = await bothNow(context);
        answers.push(answer);
        return isWanted(answer);
    };
    const isReached = await pollUntil(once, settings.propagationTimeoutMs, ports.clock, stop);
    const always = (old, fresh) => !stop.aborted && answers.every((answer) => answer.old === old && answer.new === fresh);
    return {
        isReached,
        last: answers.at(-1) ?? { old: 'unknown', new: 'unknown' },
        isUndone: always('accepted', 'refused'),
        isOver: always('refused', 'accepted'),
    };
}
function undone({ known }, reason) {
    return new common_errors/* RotationError */.FL('renewal-undone', `${reason} VTEX refuses the new token and accepts the old one: somebody undid the renewal.`, known.renewal?.oldToken === undefined
        ? 'The listed secrets hold a dead token. Write the token that VTEX accepts into them, then run the action again.'
        : 'Run the action again to renew anew.');
}
function undoneMeanwhile(context, { secrets }, reason) {
    return {
        secrets,
        finish: 'undone',
        tokens: { old: 'accepted', new: 'refused' },
        errors: [...context.known.errors, undone(context, reason)],
    };
}

;// CONCATENATED MODULE: ./rotation/steps/confirm.js








const oneMomentMs = 10_000;
const confirm_confirm = async (context) => {
    const { settings, known, ports, stop } = context;
    const { newToken, oldToken } = (0,steps_context/* needRenewal */.FB)(context);
    const notebook = new Notebook(context);
    const listed = (0,steps_context/* needSeen */.aH)(context).listed.map(({ path }) => path);
    let looks = await roundOf();
    if (isUnsettled(context, looks.states)) {
        const watched = await watchBoth(context, (both) => !isUnsettled(context, both));
        if (watched.isOver && looks.states.old === 'refused')
            return confirm_ended(context, notebook);
        if (watched.isUndone && looks.states.new === 'refused')
            return undoneMeanwhile(context, notebook, 'Nothing was sent.');
        looks = await roundOf();
    }
    const { states } = looks;
    if (stop.aborted)
        return undefined;
    const doubts = doubtsOf({ ...known, secrets: notebook.secrets }, looks);
    if (doubts.length > 0)
        throw notConfirmed(doubts);
    return { secrets: notebook.secrets, tokens: states, confirmed: true, acceptedAt: ports.clock.now() };
    async function roundOf() {
        const began = ports.clock.now();
        const [found, states] = await Promise.all([
            lookFor(context, notebook, [...listed, settings.pendingSecret]),
            bothStates(),
        ]);
        const isOfOneMoment = ports.clock.now() - began < oneMomentMs || stop.aborted;
        return { ...found, states: isOfOneMoment ? states : await bothStates() };
    }
    async function bothStates() {
        const [old, fresh] = await Promise.all([
            both_tokens_stateOf(context, oldToken, 'absent'),
            both_tokens_stateOf(context, newToken, known.tokens.new),
        ]);
        return { old, new: fresh };
    }
    function doubtsOf(now, { doubts, shown }) {
        const unproved = (0,listed_secrets/* entriesOf */.Mc)(now.secrets, listed).filter((entry) => {
            const look = shown.get(entry.path.path);
            return look === undefined || !(0,rotation_evidence/* isConfirmed */.it)(settings, now, entry, look);
        });
        const told = doubts.join(' ');
        const others = unproved.filter(({ path }) => !told.includes(`${path.path} `));
        return [...doubts, ...others.map(({ path }) => `${path.path} was not last written by this renewal`)];
    }
};
function isUnsettled(context, both) {
    const { newToken, oldToken } = (0,steps_context/* needRenewal */.FB)(context);
    const isMissing = (token, state) => token !== undefined && state !== 'accepted';
    return isMissing(oldToken, both.old) || isMissing(newToken, both.new);
}
function confirm_ended({ known, ports }, notebook) {
    const isOurs = known.unclearTries > 0;
    if (!isOurs) {
        ports.log.warning('VTEX refuses the old token and accepts the new one: somebody has ended this renewal already. Nothing was sent.');
    }
    return {
        secrets: notebook.secrets,
        finish: isOurs && known.renewal?.origin === 'renewed' ? 'finished' : 'ended',
        tokens: { ...known.tokens, old: 'refused', new: 'accepted' },
    };
}
function notConfirmed(doubts) {
    const shown = doubts.slice(0, 10).join('; ') + (doubts.length > 10 ? `; and ${doubts.length - 10} more` : '');
    return new common_errors/* RotationError */.FL('finish-failed', `The old token was not deleted, because it may still be in use: ${shown}.`, next_moves/* nextRunResumes */.FN);
}

;// CONCATENATED MODULE: ./rotation/steps/restore.js





const restore = async (context) => {
    const { settings, known, ports, stop } = context;
    const { oldToken } = (0,steps_context/* needRenewal */.FB)(context);
    if (oldToken === undefined)
        return { restore: 'impossible' };
    const notebook = new Notebook(context);
    await keepPendingSecret(context, notebook);
    const listed = (0,steps_context/* needSeen */.aH)(context).listed.map(({ path }) => path);
    const isEverywhere = settings.operation === 'undo' || known.finish === 'undone';
    const paths = isEverywhere
        ? listed
        : listed.filter(({ path }) => known.secrets.get(path)?.write?.value === 'new');
    const { failures, old, unsure } = await writeBack(context, notebook, paths, oldToken);
    await takeMarks(context, notebook, paths);
    const missing = paths.filter((path) => !isBack(notebook, path));
    const learned = { secrets: notebook.secrets, tokens: { ...known.tokens, old } };
    if (missing.length === 0)
        return { ...learned, restore: 'restored' };
    if (unsure !== undefined)
        ports.log.warning(`The old token was not written back. ${unsure}`);
    const unread = unsure === undefined ? await restore_unreadable(context, missing) : [];
    const why = {
        failures: [...failures, ...unread],
        unsure,
        isRefused: unsure !== undefined && old === 'refused',
        isStopped: stop.aborted,
    };
    return { ...learned, restore: 'impossible', errors: [...known.errors, notRestored(missing, why)] };
};
function isBack(notebook, path) {
    const { write: last } = notebook.entry(path);
    return last?.value === 'old' && last.mark !== undefined && last.outcome === 'done';
}
async function writeBack(context, notebook, paths, oldToken) {
    const { settings, known, stop } = context;
    const failures = [];
    const asked = { old: known.tokens.old, unsure: undefined };
    let isFirst = true;
    const onTurn = async () => {
        const answer = isFirst ? await askSteadily(context, oldToken) : await sign_in_ask(context, oldToken);
        isFirst = false;
        asked.old = answer.state;
        if (answer.state === 'accepted')
            return;
        asked.unsure =
            answer.state === 'refused'
                ? 'VTEX was not seen to accept it any more.'
                : `It is not known whether VTEX still accepts it: ${answer.said.replace(/\.$/, '')}.`;
        throw new common_errors/* RotationError */.FL('secret-write-failed', asked.unsure);
    };
    for (const path of paths) {
        if (stop.aborted)
            break;
        const text = textWith(settings, path, { token: oldToken, replaces: known.renewal?.newToken });
        const order = { path, text, value: 'old', onTurn };
        try {
            await write(context, notebook, order);
        }
        catch (error) {
            if (!(error instanceof common_errors/* RotationError */.FL))
                throw error;
            if (asked.unsure !== undefined)
                break;
            failures.push({ path, error });
        }
    }
    return { ...asked, failures };
}
async function storeAgain(context, notebook, paths, newToken) {
    for (const path of paths) {
        const text = textWith(context.settings, path, { token: newToken, replaces: newToken });
        try {
            await write(context, notebook, { path, text, value: 'new' });
        }
        catch (error) {
            context.ports.log.warning(`${path.path} could not be written (${(0,steps_context/* said */.ag)(error)})`);
        }
    }
    await takeMarks(context, notebook, paths);
    return paths.filter((path) => notebook.entry(path).write?.mark === undefined);
}
async function keepPendingSecret(context, notebook) {
    const { settings, known, ports } = context;
    const { newToken } = (0,steps_context/* needRenewal */.FB)(context);
    if (newToken === undefined || known.finish === 'undone')
        return;
    const path = settings.pendingSecret;
    if (!(await isGone(context, notebook, path)))
        return;
    try {
        await write(context, notebook, { path, text: newToken, value: 'new' });
        await takeMarks(context, notebook, [path]);
    }
    catch (error) {
        ports.log.warning(`${path.path} is gone and could not be written again (${(0,steps_context/* said */.ag)(error)})`);
    }
}
function notRestored(missing, { failures, unsure, isRefused, isStopped }) {
    const isCutShort = isStopped && !isRefused;
    const reason = isCutShort ? 'The run had to stop.' : (unsure ?? reasonsOf(failures));
    return new common_errors/* RotationError */.FL(isCutShort ? 'cancelled' : writes_codeOf(failures), `The old token was not seen to arrive in: ${listPaths(missing)}. ${reason}`.trim(), isRefused
        ? `Do not write the old token anywhere. ${next_moves/* nextRunResumes */.FN}`
        : `Write it there by hand if VTEX accepts it, or go on with the new one: ${next_moves/* nextRunResumes */.FN}`);
}
async function restore_unreadable({ ports }, paths) {
    const looks = await ports.store.readAll(paths);
    return paths.flatMap((path, index) => {
        const error = looks[index];
        return error instanceof common_errors/* RotationError */.FL ? [{ path, error }] : [];
    });
}

;// CONCATENATED MODULE: ./rotation/steps/confirm-undo.js








const confirmUndo = async (context) => {
    const { known, stop, learn } = context;
    const { oldToken } = (0,steps_context/* needRenewal */.FB)(context);
    if (oldToken === undefined)
        throw new Error('there is no token to confirm');
    const notebook = new Notebook(context);
    const listed = (0,steps_context/* needSeen */.aH)(context).listed.map(({ path }) => path);
    const [{ doubts }, { state, said }] = await Promise.all([
        lookFor(context, notebook, listed),
        sign_in_ask(context, oldToken),
    ]);
    if (stop.aborted)
        return undefined;
    if (state === 'refused')
        return afterDeletion(context, notebook);
    learn({ tokens: { ...known.tokens, old: state } });
    const unsure = state === 'accepted' ? doubts : [`VTEX gave no clear answer about it (${said})`, ...doubts];
    if (unsure.length > 0) {
        learn({ restore: 'impossible' });
        throw new common_errors/* RotationError */.FL('finish-failed', `The old token was written back, but it is not certain that every listed secret holds it and that it works: ${unsure.join('; ')}.`, 'Do not choose Undo Renewal yet. Run operation: undo again.');
    }
    return { secrets: notebook.secrets };
};
async function afterDeletion(context, notebook) {
    const { known, learn } = context;
    const { newToken } = (0,steps_context/* needRenewal */.FB)(context);
    const { isOver, last } = await watchBoth(context, (both) => both.old === 'accepted');
    learn({ restore: 'impossible', tokens: last });
    if (!isOver || newToken === undefined) {
        throw new common_errors/* RotationError */.FL('finish-failed', 'The old token was written back, and VTEX refuses it now.', `Find out in VTEX Admin which token works. ${next_moves/* nextRunResumes */.FN}`);
    }
    const listed = (0,steps_context/* needSeen */.aH)(context).listed.map(({ path }) => path);
    const missing = await storeAgain(context, notebook, listed, newToken);
    const what = missing.length === 0
        ? 'The new one, which it accepts, was written into every listed secret again.'
        : `The new one, which it accepts, was not seen to arrive in: ${listPaths(missing)}.`;
    const error = new common_errors/* RotationError */.FL('renewal-unproven', `Somebody has deleted the old token meanwhile: VTEX refuses it. ${what}`, missing.length === 0
        ? 'There is nothing left to undo: the renewal is over.'
        : 'Run the action with operation: rotate and current-token set to the pending secret.');
    return {
        secrets: notebook.secrets,
        finish: 'ended',
        tokens: { old: 'refused', new: 'accepted' },
        errors: [...known.errors, error],
    };
}

;// CONCATENATED MODULE: ./rotation/steps/drain.js






const listingLagMs = 15_000;
const drain_clockAllowanceMs = 5000;
const drain = async (context) => {
    const { settings, known, ports, stop } = context;
    const { clock, log } = ports;
    const began = clock.now();
    const deadline = began + settings.drainTimeoutMs;
    const updates = await updatesOf(context);
    const provenAt = began + listingLagMs - ageOf(context, began);
    const ours = new Set(known.runs.map(({ runId }) => runId));
    let reported = { text: '', at: began };
    for (const wait of growingWaits(5000, 1.5, 30_000)) {
        const waiting = await unfinished(updates, context, ours);
        const isEmpty = waiting?.length === 0;
        if (isEmpty && clock.now() >= provenAt)
            return { acceptedAt: undefined };
        const text = drainProgress(waiting);
        if (text !== reported.text || clock.now() - reported.at >= 10_000) {
            log.info(text);
            reported = { text, at: clock.now() };
        }
        const left = deadline - clock.now();
        if (stop.aborted)
            return undefined;
        if (left <= 0)
            throw drain_timedOut(settings.drainTimeoutMs, text);
        const pause = isEmpty ? Math.max(0, provenAt - clock.now()) : wait;
        await clock.sleep(Math.min(pause, left), stop);
    }
    return undefined;
};
async function updatesOf(context) {
    const notebook = new Notebook(context);
    const paths = (0,steps_context/* needSeen */.aH)(context).listed.map(({ path }) => path);
    await takeMarks(context, notebook, paths);
    return notebook.entries(paths).flatMap((entry) => {
        const written = Math.max((0,listed_secrets/* dateOf */.Q$)(entry) ?? 0, entry.write?.answeredAt ?? 0);
        return written === 0 ? [] : [{ path: entry.path, updatedAt: written + drain_clockAllowanceMs }];
    });
}
function ageOf(context, now) {
    const entries = (0,listed_secrets/* entriesOf */.Mc)(context.known.secrets, (0,steps_context/* needSeen */.aH)(context).listed.map(({ path }) => path));
    return Math.min(...entries.map((entry) => ageOfEntry(entry, now)), listingLagMs);
}
function ageOfEntry({ seen, write }, now) {
    if (write !== undefined)
        return now - write.endedAt;
    return seen.updatedAt === undefined ? 0 : seen.readAt - seen.updatedAt;
}
async function unfinished(updates, { ports, stop }, leaveOut) {
    return patiently(() => ports.queue.unfinished(updates, { leaveOut, stop }), ports.log);
}
async function patiently(action, log) {
    try {
        return await action();
    }
    catch (error) {
        if (!(error instanceof common_errors/* RotationError */.FL) || error.code !== 'github-unavailable')
            throw error;
        log.info(error.message);
        return undefined;
    }
}
function drain_timedOut(timeoutMs, progress) {
    return new common_errors/* RotationError */.FL('drain-timeout', `After ${timeoutMs / 60_000} minutes ${progress}.`, `Both tokens work. Wait for these runs or cancel them. ${next_moves/* nextRunResumes */.FN}`);
}
function drainProgress(waiting) {
    if (waiting === undefined)
        return 'the runs that may still hold the earlier token could not be listed';
    if (waiting.length === 0)
        return 'no run that holds the earlier token is listed; GitHub may list one late';
    const runs = waiting.length === 1 ? 'run' : 'runs';
    return `${waiting.length} ${runs} may still hold the earlier token: ${drain_listRuns(waiting)}`;
}
function drain_listRuns(runs) {
    const shown = runs.slice(0, 5).map(({ url, status }) => `${url} (${status})`);
    return shown.join(', ') + (runs.length > shown.length ? ` and ${runs.length - shown.length} more` : '');
}

;// CONCATENATED MODULE: ./rotation/steps/finish.js







const finish = async (context) => {
    const { settings, known, ports, learn } = context;
    const evidence = (0,rotation_evidence/* finishEvidence */.jy)(settings, known);
    const permit = grantFinish(evidence);
    if (permit === undefined)
        throw new Error(`finish without a permit: ${objectionsToFinish(evidence).join('; ')}`);
    learn({ confirmed: false, finish: 'unclear' });
    const reply = await ports.issuer.finish(permit, managerOf(settings, known));
    switch (reply.kind) {
        case 'finished':
            return { finish: 'finished', tokens: { ...known.tokens, old: 'refused' } };
        case 'not-pending':
            return afterNotPending(context);
        case 'unclear':
            return afterUnclear(context, reply);
        case 'refused':
            learn({ finish: 'not-sent' });
            throw reply.error;
    }
};
async function afterUnclear(context, { said, mayBeDeleted, waitMs }) {
    const { known, ports, stop, learn } = context;
    ports.log.info(`VTEX did not confirm that the old token is deleted: ${said}.`);
    const { oldToken } = (0,steps_context/* needRenewal */.FB)(context);
    const old = mayBeDeleted ? await both_tokens_stateOf(context, oldToken, 'unknown') : known.tokens.old;
    const tokens = { ...known.tokens, old };
    if (mayBeDeleted && old === 'refused')
        return { finish: 'finished', tokens };
    const isAlive = !mayBeDeleted || old === 'accepted';
    learn({ tokens, unclearTries: known.unclearTries + 1, finish: isAlive ? 'not-sent' : 'unclear' });
    const backOffMs = 1000 * 2 ** known.unclearTries;
    await ports.clock.sleep(Math.min(waitMs ?? backOffMs, finish_longestWaitMs), stop);
    return undefined;
}
const finish_longestWaitMs = 5 * 60_000;
async function afterNotPending(context) {
    const { settings, known } = context;
    const { newToken, oldToken, origin } = (0,steps_context/* needRenewal */.FB)(context);
    const watched = await watchBoth(context, (both) => (both.old === 'refused' || oldToken === undefined) &&
        (both.new === 'accepted' || newToken === undefined));
    const tokens = watched.last;
    if (watched.isReached) {
        const isOurs = settings.operation !== 'finish' || known.unclearTries > 0;
        return { finish: isOurs ? (origin === 'renewed' ? 'finished' : 'ended') : 'not-pending', tokens };
    }
    if (watched.isUndone) {
        const error = undone(context, 'VTEX has no renewal pending (404).');
        return { finish: 'undone', tokens, errors: [...known.errors, error] };
    }
    context.learn({ tokens });
    throw new common_errors/* RotationError */.FL('finish-failed', 'VTEX has no renewal pending (404), and it is not certain which of the two tokens it accepts: the renewal may be ' +
        'finished or undone. Nothing was written or deleted.', `${(0,next_moves/* findOutFirst */.u)(settings)} ${next_moves/* nextRunResumes */.FN}`);
}

;// CONCATENATED MODULE: ./rotation/steps/problems.js

const tryLater = 'Run the action again later; https://status.vtex.com shows whether VTEX has a known problem.';
function unauthorized({ manager }, requestId = '') {
    return new common_errors/* RotationError */.FL('vtex-unauthorized', `VTEX does not accept the manager credential (app-key ${manager.appKey} with app-token).${requestId}`, 'Check that app-key and app-token belong together, that the key is active in VTEX Admin, and that it is a ' +
        'key of this account. If sign-in is closed for the account, set sign-in-check: false.');
}
function unclear(answers) {
    const unknown = Object.entries(answers).filter(([, { state }]) => state === 'unknown');
    const reasons = Map.groupBy(unknown, ([, { said }]) => said);
    return [...reasons].map(([said, alike]) => {
        const inputs = alike.map(([input]) => input).join(', ');
        const hint = alike[0]?.[1].hint ?? tryLater;
        const message = `Whether VTEX accepts ${inputs} is not known: ${said}`;
        return new common_errors/* RotationError */.FL('vtex-unavailable', message, `Nothing was changed. ${hint}`);
    });
}
async function missingSecrets(settings, ports, listed, seen) {
    if (settings.operation === 'finish')
        return [];
    const missing = listed.filter(({ facts, problem }) => problem === undefined && facts.updatedAt === undefined);
    const problems = await Promise.all(missing.map(({ facts }) => missingSecret(settings, ports, facts, seen)));
    const isNoneThere = listed.length > 0 && missing.length === listed.length && settings.currentToken !== undefined;
    if (isNoneThere && settings.createMissing)
        problems.push([noneExists()]);
    return problems.flat();
}
async function missingSecret(settings, { store }, { path }, { current }) {
    const hidden = path.level === 'repository' ? await hiddenBy(store, path) : undefined;
    if (hidden instanceof common_errors/* RotationError */.FL)
        return [hidden];
    if (hidden !== undefined) {
        return [
            new common_errors/* RotationError */.FL('secret-missing', `${path.path} does not exist, but the organization secret ${hidden} of that name does; a repository secret would hide it.`, `Write ${hidden} in secrets in the place of ${path.name}.`),
        ];
    }
    if (settings.createMissing)
        return [];
    const isElsewhere = current === 'accepted' || current === 'unknown';
    const create = isElsewhere ? '' : ' Or set create-missing-secrets: true to have it created.';
    return [
        new common_errors/* RotationError */.FL('secret-missing', `The secret ${path.path} does not exist, or github-token may not see it (GitHub answers 404 to both).`, `Check its name and whether it is a secret of a repository, an environment or an organization.${create}`),
    ];
}
async function hiddenBy(store, path) {
    const hidden = await (0,common_errors/* attempted */.zU)(() => store.hiddenBy(path));
    return hidden instanceof common_errors/* RotationError */.FL && hidden.code === 'github-forbidden' ? undefined : hidden;
}
function noneExists() {
    return new common_errors/* RotationError */.FL('secret-missing', 'None of the listed secrets exists, although current-token was read from somewhere.', 'Check the names in secrets. Where the token is to be stored for the first time, set current-token: none.');
}
function pendingSecretProblem({ pendingSecret, oldSecret }, others) {
    const found = pendingSecret.problem ?? oldSecret.problem;
    if (found === undefined || others.some(({ code }) => code === found.code))
        return [];
    if (found.code !== 'secret-missing')
        return [found];
    return [
        new common_errors/* RotationError */.FL('secret-write-failed', `The pending secret ${pendingSecret.facts.path.path} cannot be reserved: ${found.message}`, found.hint, { cause: found }),
    ];
}
function withoutRepeats(problems) {
    return [...new Map(problems.map((problem) => [problem.code + problem.message, problem])).values()];
}

;// CONCATENATED MODULE: ./rotation/steps/observed-line.js
function observedLine({ signInCheck }, seen, manager) {
    const tokens = [
        ['manager', signInCheck ? manager : 'absent'],
        ['current-token', seen.current],
        ['old-token', seen.old],
        ['pending-token', seen.pending],
    ];
    return [
        ...tokens.flatMap(([name, state]) => state === 'absent' ? [] : [`${name} ${state === 'unknown' ? 'not known' : state}`]),
        ...secretWords(seen.listed),
    ].join(' \u00b7 ');
}
const observed_line_namedAtMost = 3;
function secretWords(listed) {
    if (listed.length <= observed_line_namedAtMost)
        return listed.map((facts) => `${facts.path.name} ${observed_line_ageOf(facts)}`);
    const oldest = listed.reduce((one, other) => (other.updatedAt ?? Infinity) < (one.updatedAt ?? Infinity) ? other : one);
    return [`${listed.length} secrets, the oldest ${observed_line_ageOf(oldest)}`];
}
function observed_line_ageOf({ updatedAt, readAt }) {
    if (updatedAt === undefined)
        return readAt === 0 ? 'not seen' : 'does not exist';
    const days = Math.floor(Math.max(0, readAt - updatedAt) / 86_400_000);
    return days === 1 ? '1 day old' : `${days} days old`;
}

;// CONCATENATED MODULE: ./rotation/steps/observe-secrets.js


async function lookAtSecrets(settings, ports) {
    const own = [settings.pendingSecret, settings.oldSecret];
    const paths = [...settings.secrets, ...own];
    const [looks, ...patterns] = await Promise.all([
        ports.store.inspectAll(paths),
        ...settings.patterns.map((pattern) => (0,common_errors/* attempted */.zU)(() => ports.store.find(pattern))),
    ]);
    const seen = paths.map((path, index) => seenOf(path, looks[index]));
    const named = seen.slice(0, settings.secrets.length);
    const found = patterns.flatMap((one) => (one instanceof common_errors/* RotationError */.FL ? [] : one.found));
    const isNamed = new Set(paths.map(secret_path/* keyOf */.TN));
    const byPattern = found.filter(({ path }) => !isNamed.has((0,secret_path/* keyOf */.TN)(path))).map((facts) => ({ facts }));
    const [pendingSecret, oldSecret] = seen.slice(settings.secrets.length);
    if (pendingSecret === undefined || oldSecret === undefined)
        throw new Error('a look has no answer');
    return {
        listed: [...named, ...uniqueByPath(byPattern)],
        pendingSecret,
        oldSecret,
        skipped: patterns.flatMap((one) => (one instanceof common_errors/* RotationError */.FL ? [] : one.skipped)),
        problems: [
            ...named.flatMap(({ problem }) => problem ?? []),
            ...patterns.filter((one) => one instanceof common_errors/* RotationError */.FL),
        ],
    };
}
function uniqueByPath(seen) {
    return [...new Map(seen.map((one) => [(0,secret_path/* keyOf */.TN)(one.facts.path), one])).values()];
}
function seenOf(path, look) {
    if (look === undefined || look instanceof common_errors/* RotationError */.FL) {
        return { facts: { path, updatedAt: undefined, readAt: 0 }, ...(look && { problem: look }) };
    }
    return { facts: look };
}

;// CONCATENATED MODULE: ./rotation/steps/queued-at.js


async function queuedAt({ settings, ports }, seen) {
    const isRefused = settings.operation !== 'finish' && seen.current === 'refused' && !(0,plan/* resumes */.n2)(settings, seen);
    if (!isRefused && settings.currentValues.size === 0)
        return { isNeeded: false, at: undefined, problem: undefined };
    const at = await (0,common_errors/* attempted */.zU)(() => ports.queue.queuedAt());
    return at instanceof common_errors/* RotationError */.FL
        ? { isNeeded: true, at: undefined, problem: at }
        : { isNeeded: true, at, problem: undefined };
}
function wasWrittenSince({ listed }, at) {
    return listed.some(({ updatedAt }) => updatedAt !== undefined && updatedAt >= at);
}

;// CONCATENATED MODULE: ./rotation/steps/whole-value-problems.js




const mostBytes = 48 * 1024;
const spareBytes = 1024;
function wholeValueProblems(settings, seen, queued) {
    if (settings.currentValues.size === 0 || settings.operation === 'finish')
        return [];
    if (queued.at === undefined)
        return queued.problem === undefined ? [] : [queued.problem];
    const { at } = queued;
    return seen.listed.flatMap(({ path, updatedAt }) => {
        const value = settings.currentValues.get(path.path);
        if (value === undefined)
            return [];
        const isOutdated = updatedAt !== undefined && updatedAt >= at;
        const problem = isOutdated ? outdatedValue(path.path) : valueProblem(settings, seen, path.path);
        return problem === undefined ? [] : [problem];
    });
}
function valueProblem(settings, seen, path) {
    const value = settings.currentValues.get(path);
    if (value === undefined)
        return undefined;
    const isResumed = (0,rotation_evidence/* isUsable */.Ng)(settings, seen);
    const tokens = isResumed ? [settings.oldToken, settings.pendingToken] : [settings.currentToken];
    if (!tokens.some((token) => holdsToken(value, token))) {
        return new common_errors/* RotationError */.FL('input-invalid', `current-values: the value of ${path} ${isResumed ? 'holds neither old-token nor pending-token' : 'does not hold current-token'}.`, 'Allowed is the whole current value of the secret, with the token in it.');
    }
    const [from] = tokens;
    const to = settings.pendingToken ?? from;
    const size = to === undefined ? 0 : Buffer.byteLength(replaceToken(value, from, to).reveal());
    if (size + (isResumed ? 0 : spareBytes) <= mostBytes)
        return undefined;
    const spare = isResumed
        ? ''
        : `, and ${spareBytes} are kept free for a new token that is longer than the old one`;
    return new common_errors/* RotationError */.FL('input-invalid', `current-values: the value of ${path} would have ${size} bytes with the new token${spare}.`, `GitHub stores at most 48 KB a secret, which is ${mostBytes} bytes.`);
}

;// CONCATENATED MODULE: ./rotation/steps/observe.js










const observe = async (context) => {
    const { settings, ports } = context;
    const [tokens, manager, places, workflows, runs] = await Promise.all([
        lookAtTokens(context),
        managerState(context),
        lookAtSecrets(settings, ports),
        settings.verification === 'none' ? undefined : ports.verifier.inspect(),
        runsOf(context, settings.secrets),
    ]);
    const found = places.listed.slice(settings.secrets.length).map(({ facts }) => facts.path);
    const runsOfFound = await runsOf(context, found);
    for (const notice of workflows?.notices ?? [])
        ports.log.notice(notice);
    const seen = {
        problems: [],
        current: tokens.current.state,
        refusedRequest: tokens.current.requestId,
        old: tokens.old.state,
        pending: tokens.pending.state,
        listed: places.listed.map(({ facts }) => facts),
        pendingSecret: places.pendingSecret.facts,
        oldSecret: places.oldSecret.facts,
        skipped: places.skipped,
        isOutdated: undefined,
    };
    const queued = await queuedAt(context, seen);
    const isOutdated = queued.at === undefined ? (queued.isNeeded ? 'unknown' : undefined) : wasWrittenSince(seen, queued.at);
    const problems = withoutRepeats([
        ...managerProblems(settings, manager, seen),
        ...unclear({
            'app-token': manager,
            'current-token': tokens.current,
            'old-token': tokens.old,
            'pending-token': tokens.pending,
        }),
        ...places.problems,
        ...(await missingSecrets(settings, ports, places.listed, seen)),
        ...(workflows?.problems ?? []),
        ...runs,
        ...runsOfFound,
        ...wholeValueProblems(settings, seen, queued),
        ...tooFewRequestsLeft(settings, seen, ports.rateLeft()),
    ]);
    problems.push(...pendingSecretProblem(places, problems));
    ports.log.info(observedLine(settings, seen, manager.state));
    remarkOn(settings, seen, ports);
    const now = ports.clock.now();
    const acceptedAt = seen.pending === 'accepted' ? tokens.answeredAt : undefined;
    const entries = [...seen.listed, seen.pendingSecret, seen.oldSecret].map((facts) => {
        const past = context.known.pastSecrets.get(facts.path.path);
        return (0,listed_secrets/* entryOf */.Ms)(facts, now, past && (0,listed_secrets/* datesOf */.rs)(past));
    });
    return {
        seen: { ...seen, isOutdated, problems },
        secrets: new Map(entries.map((entry) => [entry.path.path, entry])),
        acceptedAt,
    };
};
async function lookAtTokens(context) {
    const { settings } = context;
    const asked = [];
    const stateOf = async (token) => {
        if (token === undefined)
            return { state: 'absent', said: '' };
        const known = asked.find((other) => other.token.equals(token));
        if (known !== undefined)
            return known.answer;
        const answer = sign_in_ask(context, token);
        asked.push({ token, answer });
        return answer;
    };
    const [current, old, pending] = await Promise.all([
        stateOf(settings.currentToken),
        stateOf(settings.oldToken),
        stateOf(settings.pendingToken),
    ]);
    const { pendingToken } = settings;
    const mayCome = pending.state === 'refused' && old.state === 'accepted' && pendingToken !== undefined;
    const settled = mayCome ? await askUntil(context, pendingToken, 'accepted') : pending;
    return { current, old, pending: settled, answeredAt: context.ports.clock.now() };
}
async function managerState(context) {
    const { settings, ports } = context;
    if (!settings.signInCheck)
        return { state: 'accepted', said: '' };
    return certain(context, () => signIn(ports, settings.manager));
}
function managerProblems(settings, manager, seen) {
    const isReplaced = (0,rotation_settings/* renewsItself */.gT)(settings) && seen.pending === 'accepted';
    return manager.state === 'refused' && !isReplaced ? [unauthorized(settings, manager.requestId)] : [];
}
async function runsOf({ settings, ports }, paths) {
    return settings.drainTimeoutMs > 0 && paths.length > 0 ? ports.queue.inspect(paths) : [];
}
function remarkOn(settings, seen, { log }) {
    for (const { path, updatedAt } of [...seen.listed, seen.pendingSecret]) {
        const wish = path.level === 'organization' ? path.audience : undefined;
        if (wish === undefined || 'like' in wish || updatedAt === undefined)
            continue;
        log.notice(`${path.path} exists and keeps its readers: "?visibility=\u2026" is ignored.`);
    }
    if (seen.pending === 'refused' && settings.operation !== 'undo' && (0,rotation_evidence/* isDue */.nZ)(settings, seen)) {
        log.warning('VTEX does not accept pending-token: the renewal it belongs to is over, and it is not used.');
    }
}

;// CONCATENATED MODULE: ./rotation/steps/prove.js





const prove = async (context) => {
    const { ports, stop, settings, learn } = context;
    const began = ports.clock.now();
    const [fresh, old] = await Promise.all([
        newTokenAfter(context),
        oldTokenAfter(context),
        markForeign(context, [settings.pendingSecret, settings.oldSecret]),
    ]);
    if (ports.clock.now() - began > staleAfterMs)
        await markForeign(context, [settings.pendingSecret, settings.oldSecret]);
    learn({ tokens: { old: old.state, new: fresh.state } });
    if ((0,steps_context/* needRenewal */.FB)(context).newToken !== undefined && !stop.aborted)
        expectAccepted(fresh);
    if (old.state !== 'refused' && old.state !== 'absent') {
        ports.log.warning('VTEX said that the renewal is finished, but was not seen to refuse the old token yet.');
    }
    return {};
};
async function newTokenAfter(context) {
    const { newToken } = (0,steps_context/* needRenewal */.FB)(context);
    if (newToken === undefined)
        return { state: context.known.tokens.new, said: '' };
    return askUntil(context, newToken, 'accepted');
}
async function oldTokenAfter(context) {
    const { finish, tokens } = context.known;
    const { oldToken } = (0,steps_context/* needRenewal */.FB)(context);
    if (oldToken === undefined)
        return { state: 'absent', said: '' };
    if (finish === 'ended' && tokens.old === 'refused')
        return { state: 'refused', said: '' };
    return askUntil(context, oldToken, 'refused');
}
function expectAccepted({ state, said: words }) {
    if (state === 'accepted')
        return;
    throw new common_errors/* RotationError */.FL('new-token-rejected', `The old token was deleted, and VTEX does not accept the new one at the moment (${words}).`, 'Sign in with it by hand. If VTEX goes on refusing it, renew the token in VTEX Admin and update the secrets.');
}
const staleAfterMs = 2000;
async function markForeign(context, paths) {
    const notebook = new Notebook(context);
    try {
        await lookFor(context, notebook, paths);
    }
    catch (error) {
        if (!(error instanceof common_errors/* RotationError */.FL))
            throw error;
        for (const path of paths)
            notebook.note({ ...notebook.entry(path), isUnread: true });
        context.ports.log.warning(`${paths.map(({ path }) => path).join(' and ')} could not be looked at (${(0,steps_context/* said */.ag)(error)}), so they were not deleted. ` +
            'The next rotation writes over them.');
    }
    return notebook;
}
const cleanUp = async (context) => {
    const { settings, known, ports } = context;
    const paths = [settings.pendingSecret, settings.oldSecret];
    const notebook = known.done.has('prove') ? new Notebook(context) : await markForeign(context, paths);
    await Promise.all(paths.map((path) => removeIfOurs(path)));
    return {};
    async function removeIfOurs(path) {
        const entry = notebook.entry(path);
        const { isForeign, isUnread, write, seen } = entry;
        if (isUnread || (write === undefined && seen.updatedAt === undefined))
            return;
        if (isForeign) {
            ports.log.warning(`${path.path} was written by somebody else meanwhile, so it was not deleted.`);
            return;
        }
        try {
            await ports.store.remove(path);
            notebook.note({ ...entry, removal: 'done' });
        }
        catch (error) {
            const isUnanswered = error instanceof common_errors/* RotationError */.FL && error.code === 'github-unavailable';
            if (isUnanswered)
                notebook.note({ ...entry, removal: 'unknown' });
            ports.log.warning(`${path.path} could not be deleted (${(0,steps_context/* said */.ag)(error)}) The next rotation writes over it.`);
        }
    }
};

;// CONCATENATED MODULE: ./rotation/steps/lost-renewal.js




const stagedSoonMs = 5000;
async function explained(context, notebook, error) {
    if (!(error instanceof common_errors/* RotationError */.FL))
        return error;
    const { code, message, hint } = error;
    const ways = (0,next_moves/* waysOutOfPending */.jb)(context.settings);
    if (code === 'renewal-pending')
        return new common_errors/* RotationError */.FL(code, message, ways, { cause: error });
    if (!hint.includes(next_moves/* undoLostRenewal */.hl) || (await isUntouched(context, notebook)))
        return error;
    const others = 'Secrets were written meanwhile, or could not be looked at, so the pending renewal may be that of another run.';
    const moves = hint.replace(next_moves/* undoLostRenewal */.hl, () => ways);
    return new common_errors/* RotationError */.FL(code, `${message} ${others}`, moves, { cause: error });
}
async function isUntouched(context, notebook) {
    const { settings, ports, stop } = context;
    const listed = (0,steps_context/* needSeen */.aH)(context).listed.map(({ path }) => path);
    await ports.clock.sleep(stagedSoonMs, stop);
    try {
        const { doubts } = await lookFor(context, notebook, [...listed, settings.pendingSecret]);
        return doubts.length === 0;
    }
    catch (error) {
        if (error instanceof common_errors/* RotationError */.FL)
            return false;
        throw error;
    }
}

;// CONCATENATED MODULE: ./rotation/steps/renewal.js











const resume = (context) => {
    const { settings, ports } = context;
    const seen = (0,steps_context/* needSeen */.aH)(context);
    const byTime = (0,rotation_evidence/* isByTime */.dI)(settings, seen);
    const usable = (0,rotation_evidence/* isUsable */.Ng)(settings, seen) ? settings.oldToken : undefined;
    const old = byTime ? settings.currentToken : usable;
    const renewal = {
        newToken: settings.pendingToken,
        oldToken: old,
        origin: 'resumed',
        vtexId: undefined,
        createdAt: undefined,
    };
    ports.log.info('A renewal that an earlier run began is resumed.');
    if (old === undefined) {
        ports.log.warning('The renewal began without a token in use, so nothing proves to this run that the pending renewal is this one: it ' +
            'stores the new token and does not delete the old one.');
    }
    const tokens = { old: byTime ? seen.current : seen.old, new: seen.pending };
    return Promise.resolve({ renewal, tokens });
};
const reserve = async (context) => {
    const { settings, ports, stop } = context;
    const notebook = new Notebook(context);
    const before = [settings.pendingSecret, ...(0,steps_context/* needSeen */.aH)(context).listed.map(({ path }) => path)];
    const waits = notebook.entries(before).map((entry) => (0,listed_secrets/* waitBefore */.fI)(entry, ports.clock.now()));
    await ports.clock.sleep(Math.max(0, ...waits), stop);
    if (stop.aborted)
        return undefined;
    try {
        await write(context, notebook, {
            path: settings.oldSecret,
            text: settings.currentToken ?? new secret/* Secret */.z(rotation_settings/* noToken */.fC),
            value: 'old',
        });
        return {};
    }
    catch (error) {
        if (!(error instanceof common_errors/* RotationError */.FL) || error.code === 'github-forbidden')
            throw error;
        throw new common_errors/* RotationError */.FL('secret-write-failed', `The old secret ${settings.oldSecret.path} could not be reserved: ${error.message}`, `${error.hint} Nothing was renewed; run the action again.`.trim(), { cause: error });
    }
};
const renew = async (context) => {
    const { settings, known, ports, stop } = context;
    const notebook = new Notebook(context);
    const look = lookOnce(context, notebook).catch(() => undefined);
    try {
        const { token, vtexId, createdAt } = await ports.issuer.renew(managerOf(settings, known), (found) => {
            ports.journal.mask(found);
        }, stop);
        const inUse = [settings.currentToken, (0,rotation_settings/* renewsItself */.gT)(settings) ? settings.manager.appToken : undefined];
        if (inUse.some((used) => used?.equals(token))) {
            throw new common_errors/* RotationError */.FL('new-token-rejected', 'VTEX gave the current token as the new one.', (0,next_moves/* waysOutOfPending */.jb)(settings));
        }
        await keepSealed(context, token);
        return {
            renewal: { newToken: token, oldToken: settings.currentToken, origin: 'renewed', vtexId, createdAt },
            tokens: { old: known.seen?.current ?? 'unknown', new: 'unknown' },
        };
    }
    catch (error) {
        await look;
        throw await explained(context, notebook, error);
    }
};
async function lookOnce({ ports, settings }, notebook) {
    const [look] = await readOnce(ports, [settings.oldSecret]);
    if (look !== undefined)
        notebook.note((0,listed_secrets/* withLook */.Qk)(notebook.entry(settings.oldSecret), look, ports.clock.now()));
}
async function keepSealed({ settings, ports }, token) {
    try {
        ports.journal.renewed(await ports.store.seal(settings.pendingSecret, token));
    }
    catch (error) {
        ports.log.info(`The sealed token could not be kept for the end of the job: ${(0,steps_context/* said */.ag)(error)}`);
    }
}
const release = async (context) => {
    const { settings, ports } = context;
    const notebook = new Notebook(context);
    const path = settings.oldSecret;
    const { write: last } = notebook.entry(path);
    if (last?.created !== true)
        return {};
    try {
        if (last.mark === undefined)
            await takeMarks(context, notebook, [path]);
        const [look] = await readOnce(ports, [path]);
        if (look === undefined || (0,listed_secrets/* compareDate */.SE)(notebook.entry(path), look.updatedAt) !== 'same')
            return {};
        await ports.store.remove(path);
    }
    catch (error) {
        ports.log.warning(`${path.path} could not be deleted (${(0,steps_context/* said */.ag)(error)}) The next run writes over it.`);
    }
    return {};
};
const stage = async (context) => {
    const { settings, ports } = context;
    const { newToken } = (0,steps_context/* needRenewal */.FB)(context);
    if (newToken === undefined)
        throw new Error('there is no token to stage');
    const path = settings.pendingSecret;
    try {
        const order = { path, text: newToken, value: 'new', urgent: true, patienceMs: stagePatienceMs };
        await write(context, new Notebook(context), order);
    }
    catch (error) {
        if (!(error instanceof common_errors/* RotationError */.FL))
            throw error;
        throw await notStaged(context, newToken, error);
    }
    ports.journal.staged();
    return {};
};
async function notStaged({ settings, ports }, token, error) {
    const { path } = settings.pendingSecret;
    let sealed;
    try {
        sealed = await ports.store.seal(settings.pendingSecret, token);
    }
    catch (cause) {
        ports.log.info((0,steps_context/* said */.ag)(cause));
    }
    const rescue = sealed === undefined
        ? ''
        : `The end of this job tries once more. If ${path} still lacks the token, this command saves it (only GitHub can ` +
            `open the value): ${ports.store.commandToWrite(sealed)} . Then ${next_moves/* nextRunResumes */.FN} If that is not possible: `;
    return new common_errors/* RotationError */.FL(error.code === 'github-forbidden' ? error.code : 'secret-write-failed', `The new token could not be written to the pending secret ${path}: ${error.message}`, `${rescue}${next_moves/* undoLostRenewal */.hl}`, { cause: error });
}

;// CONCATENATED MODULE: ./rotation/steps/roll-out.js






const checkToken = async (context) => {
    const { settings, ports, stop, known } = context;
    const { newToken, origin } = (0,steps_context/* needRenewal */.FB)(context);
    const notebook = new Notebook(context);
    const mark = takeMarks(context, notebook, [settings.oldSecret, settings.pendingSecret]);
    if (newToken === undefined) {
        await mark;
        return {};
    }
    const isFresh = origin === 'resumed' && known.tokens.new === 'accepted';
    let acceptedAt = known.acceptedAt;
    const askVtex = async () => {
        const last = await askUntil(context, newToken, 'accepted');
        acceptedAt = ports.clock.now();
        const { state, tries = 1 } = last;
        if (state === 'accepted') {
            ports.log.info(`VTEX accepts the new token (${tries === 1 ? '1 try' : `${tries} tries`}).`);
        }
        return last;
    };
    const [answer] = await Promise.all([
        isFresh ? { state: 'accepted', said: '' } : askVtex(),
        mark,
    ]);
    if (answer.state !== 'accepted') {
        if (stop.aborted)
            return undefined;
        throw notAccepted(context, settings.signInCheck ? `sign-in: ${answer.said}` : answer.said);
    }
    const failures = settings.signInCheck ? await failuresOfRequests(context, newToken) : [];
    if (failures.length > 0) {
        if (stop.aborted)
            return undefined;
        throw notAccepted(context, failures.join('; '));
    }
    return { tokens: { ...known.tokens, new: 'accepted' }, acceptedAt };
};
async function failuresOfRequests({ settings, ports, stop }, token) {
    const credential = { appKey: settings.apiKey, appToken: token };
    const failures = await Promise.all(settings.verificationRequests.map(async (path) => {
        let last = '';
        const once = async () => {
            const { status, said: words } = await statusOf(ports, path, credential);
            last = words;
            return sign_in_isSuccess(status);
        };
        const passed = await pollUntil(once, settings.propagationTimeoutMs, ports.clock, stop);
        return passed ? [] : [`GET ${path}: ${last}`];
    }));
    return failures.flat();
}
function notAccepted(context, last) {
    return rejected(context, `within ${context.settings.propagationTimeoutMs / 1000} s (${last})`);
}
function rejected({ settings, known }, how) {
    const isTouched = known.renewal?.origin === 'resumed' ||
        [...known.secrets.values()].some(({ write: w, path }) => w !== undefined && path.path !== settings.pendingSecret.path && path.path !== settings.oldSecret.path);
    const touched = isTouched ? '' : ' No consumer was touched.';
    return new common_errors/* RotationError */.FL('new-token-rejected', `VTEX did not accept the new token ${how}.${touched}`, `${next_moves/* nextRunResumes */.FN}${isTouched ? '' : ` If VTEX goes on refusing it: ${next_moves/* giveUpNewToken */.qL}`}`);
}
const verify = async (context) => {
    const { known, ports, stop } = context;
    const [runs] = await Promise.all([ports.verifier.verify(stop), markMeanwhile(context)]);
    const failures = runs.flatMap(({ failure }) => (failure === undefined ? [] : [failure]));
    const passed = runs.length > 0 && failures.length === 0;
    return {
        runs: [...known.runs, ...runs],
        verification: passed ? 'passed' : 'failed',
        errors: [...known.errors, ...failures],
        acceptedAt: undefined,
    };
};
async function markMeanwhile(context) {
    const paths = (0,steps_context/* needSeen */.aH)(context).listed.map(({ path }) => path);
    if (paths.length <= sideBySide)
        await takeMarks(context, new Notebook(context), paths);
}

// EXTERNAL MODULE: ./rotation/progress.js
var progress = __webpack_require__(2773);
;// CONCATENATED MODULE: ./rotation/steps/store.js












const freshMs = 20_000;
const store = async (context) => {
    const { settings, known, stop } = context;
    const seen = (0,steps_context/* needSeen */.aH)(context);
    const { newToken, origin } = (0,steps_context/* needRenewal */.FB)(context);
    if (newToken === undefined)
        throw new Error('there is no token to store');
    const stored = origin === 'resumed' ? (0,rotation_evidence/* storedBefore */.V6)(settings, seen) : new Set();
    const paths = inOrder(context, seen.listed.map(({ path }) => path)).filter(({ path }) => !stored.has(path));
    const storing = new Storing(context, newToken);
    let failures;
    try {
        failures = await storing.storeAll(paths);
    }
    catch (error) {
        if (await isUndoneMeanwhile(context, storing)) {
            return undoneMeanwhile(context, storing.notebook, 'Not every listed secret was written.');
        }
        throw error;
    }
    const { secrets } = storing.notebook;
    if (failures.length > 0)
        throw notAllStored(paths, storing, failures);
    const all = paths.every(({ path }) => secrets.get(path)?.write?.outcome === 'done');
    return all && !stop.aborted ? { secrets, tokens: { ...known.tokens, new: 'accepted' } } : undefined;
};
async function isUndoneMeanwhile(context, { notebook }) {
    const paths = (0,steps_context/* needSeen */.aH)(context).listed.map(({ path }) => path);
    if (!notebook.entries(paths).some((entry) => entry.write?.value === 'new'))
        return false;
    return (await watchBoth(context, (both) => both.new === 'accepted')).isUndone;
}
function inOrder({ settings }, paths) {
    const isWhole = ({ path }) => settings.currentValues.has(path);
    return [...paths.filter(isWhole), ...paths.filter((path) => !isWhole(path))];
}
class Storing {
    notebook;
    #context;
    #token;
    #failures = [];
    #looks = [];
    #written = [];
    #acceptedAt;
    #asking;
    #end;
    #patienceMs = githubPatienceMs;
    constructor(context, token) {
        this.#context = context;
        this.#token = token;
        this.notebook = new Notebook(context);
        this.#acceptedAt = context.known.acceptedAt;
    }
    async #askVtex() {
        const { clock } = this.#context.ports;
        if (this.#acceptedAt !== undefined && clock.now() - this.#acceptedAt < freshMs)
            return;
        await (this.#asking ??= this.#ask().finally(() => {
            this.#asking = undefined;
        }));
    }
    async #ask() {
        const answer = await sign_in_ask(this.#context, this.#token);
        if (answer.state !== 'accepted') {
            const error = rejected(this.#context, `when it was asked right before a write (${answer.said})`);
            this.#end = { error };
            throw error;
        }
        this.#acceptedAt = this.#context.ports.clock.now();
    }
    async storeAll(paths) {
        const { ports, stop } = this.#context;
        const [first, ...others] = paths;
        if (first === undefined)
            return [];
        const begunAt = ports.clock.now();
        let count = 0;
        const line = () => (0,progress/* progressOf */.j)('Updating secrets', count, paths.length, ports.clock.now() - begunAt);
        const isReadMeanwhile = areReadMeanwhile(paths);
        const storeNext = async (path) => {
            await this.#store(path, paths.length);
            count += 1;
            const isEnough = count % sideBySide === 0 || count === paths.length;
            if (isReadMeanwhile && paths.length > sideBySide && isEnough)
                this.#lookMeanwhile();
        };
        ports.log.progress?.(line);
        await storeNext(first);
        if (this.#datedWrite() === undefined || (others.length > 0 && isReadMeanwhile))
            this.#lookMeanwhile();
        const rest = others.values();
        const worker = async () => {
            for (const path of rest) {
                if (stop.aborted || this.#end !== undefined)
                    return;
                await storeNext(path);
            }
        };
        await Promise.all(Array.from({ length: Math.min(sideBySide, others.length) }, worker));
        await Promise.all(this.#looks);
        if (this.#end !== undefined)
            throw this.#end.error;
        if (paths.length > sideBySide)
            ports.log.info(line());
        this.#boundDates(paths);
        return this.#failures;
    }
    #lookMeanwhile() {
        const paths = this.#written;
        this.#written = [];
        this.#looks.push(takeMarks(this.#context, this.notebook, paths));
    }
    async #store(path, total) {
        const { settings, ports } = this.#context;
        const { oldToken } = (0,steps_context/* needRenewal */.FB)(this.#context);
        try {
            const text = textWith(settings, path, { token: this.#token, replaces: oldToken });
            const onTurn = () => this.#askVtex();
            const patienceMs = this.#patienceMs;
            await write(this.#context, this.notebook, { path, text, value: 'new', onTurn, patienceMs });
            this.#written.push(path);
            if (total <= sideBySide)
                ports.log.info(`Wrote ${path.path}.`);
        }
        catch (error) {
            if (!(error instanceof common_errors/* RotationError */.FL))
                this.#end ??= { error };
            else if (error !== this.#end?.error)
                this.#failures.push({ path, error });
            if (error instanceof common_errors/* RotationError */.FL && error.code === 'github-unavailable')
                this.#patienceMs = 0;
        }
    }
    #boundDates(paths) {
        const dated = this.#datedWrite(paths[0]);
        if (dated === undefined)
            return;
        for (const entry of this.notebook.entries(paths))
            this.notebook.note((0,listed_secrets/* datedBy */.Sx)(entry, dated));
    }
    #datedWrite(...more) {
        const { pendingSecret, oldSecret } = this.#context.settings;
        const paths = [pendingSecret, oldSecret, ...more].filter((path) => path !== undefined);
        const writes = this.notebook.entries(paths).map(({ write: one }) => one);
        return writes.find((one) => one?.mark !== undefined && one.outcome === 'done');
    }
}
function notAllStored(paths, { notebook }, failures) {
    const isDone = ({ path }) => notebook.secrets.get(path)?.write?.outcome === 'done';
    return new common_errors/* RotationError */.FL(writes_codeOf(failures), `Not every listed secret could be updated. Updated: ${listPaths(paths.filter(isDone))}. Not updated: ` +
        `${listPaths(paths.filter((path) => !isDone(path)))}. ${reasonsOf(failures)}`, `${failures[0]?.error.hint ?? ''} ${next_moves/* nextRunResumes */.FN} It writes what is left.`.trim());
}

;// CONCATENATED MODULE: ./rotation/perform.js












const performers = {
    observe: observe,
    resume: resume,
    reserve: reserve,
    renew: renew,
    release: release,
    stage: stage,
    'check-token': checkToken,
    verify: verify,
    store: store,
    keep: keep,
    restore: restore,
    close: close_close,
    drain: drain,
    confirm: (context) => (context.settings.operation === 'undo' ? confirmUndo(context) : confirm_confirm(context)),
    finish: finish,
    prove: prove,
    'clean-up': cleanUp,
};

;// CONCATENATED MODULE: ./rotation/standing.js



function standingOf(settings, known) {
    const secrets = listedPaths(settings, known).map((path) => standingOfSecret(settings, known, path));
    const isDead = known.tokens.old === 'refused' || known.finish === 'finished';
    return {
        tokens: known.renewal === undefined ? { old: 'absent', new: 'absent' } : known.tokens,
        renewal: renewalOf(known),
        secrets,
        pending: standingOfOwn(known, settings.pendingSecret.path, 'new'),
        old: standingOfOwn(known, settings.oldSecret.path, 'old'),
        oldTokenDeleted: isOver(known) && isDead,
        beginning: known.renewal === undefined ? undefined : (0,rotation_evidence/* beginningOf */.VI)(settings, known),
        canGiveUp: secrets.every(({ holds }) => holds === 'old' || holds === 'unchanged' || holds === 'none'),
    };
}
function listedPaths(settings, { seen }) {
    return (seen?.listed ?? settings.secrets.map((path) => ({ path }))).map(({ path }) => path.path);
}
function renewalOf(known) {
    switch (known.finish) {
        case 'undone':
            return 'undone';
        case 'unclear':
            return 'unclear';
        case 'not-sent':
            return known.renewal === undefined ? withoutRenewal(known) : 'pending';
        case 'ended':
        case 'finished':
        case 'not-pending':
            return 'over';
    }
}
function withoutRenewal({ errors, done, seen, secrets }) {
    const codes = errors.map(({ code }) => code);
    if (codes.includes('renewal-pending'))
        return 'elsewhere';
    if ([...secrets.values()].some(({ isForeign }) => isForeign))
        return 'elsewhere';
    if (done.has('reserve') && errors.length > 0 && !errors.some(({ madeNoToken }) => madeNoToken))
        return 'lost';
    return seen?.old === 'accepted' && seen.pending === 'accepted' ? 'elsewhere' : 'none';
}
function standingOfSecret(settings, known, path) {
    const entry = known.secrets.get(path);
    if (entry === undefined)
        return { path, holds: 'unknown', updatedAt: undefined };
    return { path, holds: holdingOf(settings, known, entry), updatedAt: (0,listed_secrets/* dateOf */.Q$)(entry) };
}
function holdingOf(settings, known, entry) {
    const { write, seen, isForeign } = entry;
    if (isForeign || write?.outcome === 'unknown')
        return 'unknown';
    if (write !== undefined)
        return write.value;
    if (seen.readAt === 0)
        return 'unknown';
    if (seen.updatedAt === undefined)
        return 'none';
    return holdingOfUntouched(settings, known, entry);
}
function holdingOfUntouched(settings, { seen, renewal }, { path, seen: facts }) {
    if (renewal?.origin === 'renewed' || seen === undefined)
        return 'unchanged';
    if (seen.pendingSecret.readAt === 0 || seen.oldSecret.readAt === 0)
        return 'unknown';
    const isKnown = renewal !== undefined || (0,rotation_evidence/* isUsable */.Ng)(settings, seen);
    if (isKnown && (0,rotation_evidence/* storedBefore */.V6)(settings, seen).has(path.path))
        return 'new';
    return isWrittenSince(facts.updatedAt, seen.oldSecret.updatedAt) ? 'unknown' : 'unchanged';
}
function isWrittenSince(updatedAt, beginning) {
    return beginning !== undefined && updatedAt !== undefined && updatedAt >= beginning;
}
function standingOfOwn(known, path, value) {
    const entry = known.secrets.get(path);
    if (entry === undefined)
        return { path, holds: 'unknown', updatedAt: undefined };
    if (entry.removal !== undefined) {
        return { path, holds: entry.removal === 'done' ? 'none' : 'unknown', updatedAt: undefined };
    }
    return { path, holds: holdingOfOwn(known, entry, value), updatedAt: (0,listed_secrets/* dateOf */.Q$)(entry) };
}
function holdingOfOwn({ seen }, entry, value) {
    const { write, isForeign } = entry;
    if (isForeign || write?.outcome === 'unknown')
        return 'unknown';
    if (write !== undefined)
        return value;
    if (entry.seen.updatedAt === undefined)
        return entry.seen.readAt === 0 ? 'unknown' : 'none';
    return seen?.old === 'accepted' && seen.pending === 'accepted' ? value : 'unknown';
}

;// CONCATENATED MODULE: ./rotation/rotate.js









const rotate_graceMs = 8000;
async function rotate(settings, ports, progress, stop) {
    const first = await leg(settings, ports, progress, stop, nothingKnown);
    const { seen, renewal } = first.knowledge;
    const isFirstOfTwo = seen !== undefined && (0,plan/* finishesEarlier */.e3)(settings, seen) && isOver(first.knowledge);
    if (!isFirstOfTwo || first.errors.length > 0 || renewal?.newToken === undefined)
        return first;
    const known = { ...nothingKnown, pastSecrets: first.knowledge.secrets };
    const second = await leg((0,rotation_settings/* settingsOfNext */.sF)(settings, renewal.newToken), ports, progress, stop, known);
    const standing = followedBy(first.standing, second);
    return { ...second, standing, steps: [...first.steps, ...second.steps], earlier: first.knowledge };
}
function followedBy(first, { standing: second, knowledge }) {
    if (knowledge.seen === undefined)
        return { ...second, secrets: first.secrets };
    if (second.renewal === 'pending' || second.renewal === 'over')
        return second;
    const before = new Map(first.secrets.map((secret) => [secret.path, secret]));
    const secrets = second.secrets.map((secret) => secret.holds === 'unchanged' ? (before.get(secret.path) ?? secret) : secret);
    return { ...second, secrets };
}
async function leg(settings, ports, progress, stop, beginning) {
    const grace = rotate_graceAfter(stop, ports.clock);
    const steps = [];
    let known = beginning;
    for (;;) {
        known = { ...known, interrupted: stop.aborted && (stop.reason === 'too-long' ? 'too-long' : 'stopped') };
        const decision = decide(settings, known);
        if ('end' in decision) {
            const { end: result, errors, note, isWarning: noteIsWarning = false } = decision;
            const standing = standingOf(settings, known);
            return { result, errors, note, noteIsWarning, knowledge: known, standing, steps, earlier: undefined };
        }
        const step = decision.do;
        const startedAt = ports.clock.now();
        progress.started(step);
        const after = await advance(step, { settings, known, ports, stop }, grace);
        const failed = after.errors.length > known.errors.length;
        const times = { step, startedAt, endedAt: ports.clock.now(), failed };
        steps.push(times);
        progress.ended(times);
        known = after;
    }
}
async function advance(step, context, grace) {
    const { known } = context;
    let soFar = {};
    const learn = (learned) => {
        soFar = { ...soFar, ...learned };
    };
    try {
        const learned = await Promise.race([performers[step]({ ...context, learn }), grace]);
        if (learned === 'over')
            throw outOfTime(step);
        if (learned === undefined)
            return { ...known, ...soFar };
        return { ...known, ...soFar, ...learned, done: new Set([...known.done, step]) };
    }
    catch (error) {
        return { ...known, ...soFar, errors: [...known.errors, (0,steps_context/* asRotationError */.fq)(error, step)] };
    }
}
async function rotate_graceAfter(stop, clock) {
    if (!stop.aborted) {
        await new Promise((resolve) => {
            stop.addEventListener('abort', () => {
                resolve();
            });
        });
    }
    await clock.sleep(rotate_graceMs);
    return 'over';
}
function outOfTime(step) {
    const hints = {
        renew: `VTEX had not answered yet. Run the action again. If it then fails with renewal-pending: ${next_moves/* undoLostRenewal */.hl}`,
        stage: `The new token was not saved yet; the end of this job tries once more. ${next_moves/* nextRunResumes */.FN} If the pending secret does ` +
            `not hold it then: ${next_moves/* undoLostRenewal */.hl}`,
        finish: `VTEX had not answered yet, so the old token may have been deleted. ${next_moves/* nextRunResumes */.FN}`,
    };
    return new common_errors/* RotationError */.FL('cancelled', `The run was asked to stop and had to leave the step "${step}" unfinished.`, hints[step] ?? 'Run the action again; it goes on from here.');
}

// EXTERNAL MODULE: ./runner/clock.js
var runner_clock = __webpack_require__(6158);
// EXTERNAL MODULE: ./runner/publish.js
var publish = __webpack_require__(1767);
;// CONCATENATED MODULE: ./runner/stop.js
const signals = ['SIGINT', 'SIGTERM', 'SIGBREAK'];
function watchForStop(longestMs) {
    const controller = new AbortController();
    const stop = () => {
        controller.abort('stopped');
    };
    for (const signal of signals)
        process.on(signal, stop);
    const limit = setTimeout(() => {
        controller.abort('too-long');
    }, longestMs).unref();
    const release = () => {
        clearTimeout(limit);
        for (const signal of signals)
            process.off(signal, stop);
    };
    return { signal: controller.signal, release };
}

;// CONCATENATED MODULE: ./vtex/errors.js




const errors_tryLater = 'Run again later; https://status.vtex.com shows whether VTEX has a known problem.';
function requestIdOf(result, quoter) {
    if (result === undefined || result instanceof HttpFailure)
        return '';
    const id = quoter.quote(requestIdIn(result.headers), 64);
    return id === '' ? '' : ` (VTEX request id ${id})`;
}
function tell(result, quoter) {
    if (result instanceof HttpFailure)
        return result.reason;
    const isRedirect = result.status >= 300 && result.status < 400;
    const redirect = isRedirect ? ', a redirect, and none is followed' : '';
    return `HTTP status ${result.status}${redirect}${requestIdOf(result, quoter)}`;
}
function unavailable(what, last, quoter, { first = '', madeNoToken = false } = {}) {
    if (!(last instanceof HttpFailure)) {
        const came = last === undefined ? 'it was not asked' : tell(last, quoter);
        const message = `VTEX gave no clear answer to ${what}: ${came}.`;
        return new common_errors/* RotationError */.FL('vtex-unavailable', message, advise(first, errors_tryLater), { madeNoToken });
    }
    const message = last.kind === 'not-sent'
        ? `VTEX was not reached for ${what}: ${last.reason}.`
        : `VTEX gave no clear answer to ${what}: ${last.reason}.`;
    const options = { cause: last, madeNoToken };
    return new common_errors/* RotationError */.FL('vtex-unavailable', message, advise(first, adviceOn(last)), options);
}
function renewalGivenUp({ reason, effect, last }, quoter) {
    const madeNoToken = effect === 'none';
    const first = madeNoToken ? '' : next_moves/* undoLostRenewal */.hl;
    if (reason === 'exhausted')
        return unavailable('the renewal', last, quoter, { first, madeNoToken });
    const message = 'The run was asked to stop during the renewal.';
    return new common_errors/* RotationError */.FL('cancelled', message, first, { madeNoToken });
}
function renewalRefused(reply, earlier, quoter) {
    const { status } = reply;
    const undo = earlier === 'unknown' && next_moves/* undoLostRenewal */.hl;
    const options = { madeNoToken: earlier === 'none' };
    const id = requestIdOf(reply, quoter);
    switch (status) {
        case 400: {
            const message = 'VTEX does not know the key in api-key, or it belongs to another account (HTTP status 400).';
            return new common_errors/* RotationError */.FL('vtex-key-invalid', message + id, advise(next_moves/* checkApiKey */.Sq, undo), options);
        }
        case 401:
        case 403: {
            const message = `VTEX does not let the key in app-key renew a token (HTTP status ${status}).`;
            return new common_errors/* RotationError */.FL('vtex-forbidden', message + id, advise(next_moves/* grantRenewToken */.ln, undo), options);
        }
        case 409:
            return renewalConflict(earlier, id);
        default:
            return unavailable('the renewal', reply, quoter, { first: next_moves/* undoLostRenewal */.hl });
    }
}
function renewalConflict(earlier, id) {
    if (earlier === 'none') {
        const message = 'VTEX already has a renewed token pending for this key (HTTP status 409).';
        return new common_errors/* RotationError */.FL('renewal-pending', message + id);
    }
    const message = 'An earlier try of the renewal had no clear outcome, and now VTEX says that a renewal is pending (HTTP status ' +
        '409): its new token was lost on the way.';
    return new common_errors/* RotationError */.FL('renewal-lost', message + id, next_moves/* undoLostRenewal */.hl);
}
function finishRefused(reply, quoter) {
    const isForbidden = reply.status === 401 || reply.status === 403;
    const message = `VTEX refused finish-renewal, so nothing was deleted: ${tell(reply, quoter)}.`;
    return new common_errors/* RotationError */.FL('finish-failed', message, isForbidden ? next_moves/* grantRenewToken */.ln : errors_tryLater);
}
function adviceOn({ fault, hint }) {
    if (fault === 'other')
        return advise(hint, errors_tryLater);
    const host = fault === 'host-name' &&
        'The host name comes from the input account (or vtex-url), so that is probably wrong: it is the {account} in ' +
            'https://{account}.myvtex.com, the address of VTEX Admin. If it is right, the runner cannot look up names.';
    return advise(host, hint);
}
function advise(...sentences) {
    return sentences.filter((sentence) => sentence !== false && sentence !== '').join(' ');
}

;// CONCATENATED MODULE: ./vtex/replies.js



const maxTokenLength = 48 * 1024;
function parseRenewal(body, onToken, requestId) {
    const reply = toObject(body);
    const newToken = reply?.newToken;
    if (reply === undefined || newToken === undefined || newToken === null) {
        throw new common_errors/* RotationError */.FL('renewal-lost', `VTEX answered the renewal with success, but with no token that can be read.${requestId}`, next_moves/* undoLostRenewal */.hl);
    }
    const [token, ...others] = tokensIn(newToken);
    for (const found of [token, ...others])
        if (found !== undefined)
            onToken(found);
    const flaw = flawOf(newToken);
    if (token === undefined || flaw !== undefined) {
        throw new common_errors/* RotationError */.FL('new-token-rejected', `The new token of VTEX ${flaw ?? 'is empty'}.${requestId}`, next_moves/* undoLostRenewal */.hl);
    }
    return {
        token,
        vtexId: parseId(reply.id),
        createdAt: parseInstant(reply.creationDateNewToken),
    };
}
function confirmsFinish(body) {
    return toObject(body)?.creationDateNewToken === null;
}
function parseSignIn(body, onToken) {
    const reply = toObject(body);
    if (reply === undefined)
        return undefined;
    const { authStatus, token } = reply;
    if (typeof token !== 'string' || token === '')
        return 'refused';
    onToken(new secret/* Secret */.z(token));
    return authStatus === 'Success' ? 'accepted' : 'refused';
}
function toObject(body) {
    if (typeof body !== 'object' || body === null || Array.isArray(body))
        return undefined;
    return Object.assign(Object.create(null), body);
}
function tokensIn(value) {
    if (typeof value === 'string')
        return value === '' ? [] : [new secret/* Secret */.z(value)];
    if (typeof value === 'number')
        return [new secret/* Secret */.z(String(value))];
    if (typeof value === 'object' && value !== null)
        return Object.values(value).flatMap(tokensIn);
    return [];
}
function flawOf(token) {
    if (typeof token !== 'string')
        return 'is not a text';
    if (token === '')
        return 'is empty';
    if (token.length > maxTokenLength)
        return `is longer than ${maxTokenLength} characters`;
    if (!/^[\x21-\x7e]+$/.test(token))
        return 'has white space, control characters or characters beyond ASCII';
    return undefined;
}
function parseId(id) {
    return typeof id === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(id) ? id : undefined;
}
function parseInstant(text) {
    if (typeof text !== 'string')
        return undefined;
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/.test(text))
        return undefined;
    const instant = Date.parse(text);
    return Number.isNaN(instant) ? undefined : instant;
}

;// CONCATENATED MODULE: ./vtex/retry.js


const policies = {
    signIn: { name: 'sign-in', timeoutMs: 30_000, attempts: 3, firstWaitMs: 1000 },
    renew: { name: 'renewal', timeoutMs: 60_000, attempts: 4, firstWaitMs: 2000 },
    finish: { name: 'finish-renewal', timeoutMs: 30_000, attempts: 1, firstWaitMs: 0 },
    status: { name: 'request', timeoutMs: 30_000, attempts: 1, firstWaitMs: 0 },
};
const retry_longestWaitMs = 5 * 60_000;
class GaveUp {
    reason;
    effect;
    last;
    constructor(reason, effect, last) {
        this.reason = reason;
        this.effect = effect;
        this.last = last;
    }
}
async function tryUntilDone(clock, log, tries) {
    const { policy, stop, attempts = policy.attempts } = tries;
    const waits = growingWaits(policy.firstWaitMs, 2, retry_longestWaitMs);
    let effect = 'none';
    let last;
    for (let attempt = 1; stop?.aborted !== true; attempt++) {
        last = await tries.ask();
        const answer = tries.judge(last, effect);
        if (answer !== undefined)
            return answer;
        if (mayBeCarriedOut(last))
            effect = 'unknown';
        const backOffMs = waits.next().value;
        const waitMs = askedToWait(last, clock.now()) ?? backOffMs;
        if (attempt >= attempts || waitMs > retry_longestWaitMs)
            return new GaveUp('exhausted', effect, last);
        log.info(`VTEX, ${policy.name}: ${tries.tell(last)}; try ${attempt + 1} of ${attempts} in ${waitMs / 1000} s.`);
        await clock.sleep(waitMs, stop);
    }
    return new GaveUp('cancelled', effect, last);
}
function mayBeCarriedOut(result) {
    if (result instanceof HttpFailure)
        return result.kind === 'unknown';
    return retry_isSuccess(result.status) || result.status === 408 || result.status >= 500;
}
function retry_isSuccess(status) {
    return status >= 200 && status < 300;
}
function askedToWait(result, now) {
    if (result instanceof HttpFailure || result.status !== 429)
        return undefined;
    return parseRetryAfter(result.headers['retry-after'], now);
}
function parseRetryAfter(value, now) {
    if (value === undefined)
        return undefined;
    if (/^\d+$/.test(value))
        return Number(value) * 1000;
    const date = /^[A-Z][a-z]+, /.test(value) ? Date.parse(value) : NaN;
    return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

;// CONCATENATED MODULE: ./vtex/client.js





class VtexClient {
    #options;
    constructor(options) {
        this.#options = options;
    }
    async signIn(credential, options = {}) {
        const { mask, quoter } = this.#options;
        const body = JSON.stringify({ appkey: credential.appKey, apptoken: credential.appToken.reveal() });
        const answer = await this.#tryUntilDone({
            policy: policies.signIn,
            attempts: options.attempts,
            call: { method: 'POST', url: '/api/vtexid/apptoken/login', body },
            judge: (result) => {
                if (result instanceof HttpFailure)
                    return undefined;
                const answer = judgeSignIn(result, mask);
                if (answer === 'refused')
                    options.onRequestId?.(requestIdOf(result, quoter));
                return answer;
            },
        });
        if (answer instanceof GaveUp)
            throw unavailable('the sign-in', answer.last, quoter);
        return answer;
    }
    async renew(manager, onToken, stop) {
        const { quoter } = this.#options;
        const answer = await this.#tryUntilDone({
            policy: policies.renew,
            stop,
            call: this.#renewalCall('renew', manager),
            judge: (result, earlier) => {
                if (result instanceof HttpFailure || isTransient(result.status))
                    return undefined;
                if (!retry_isSuccess(result.status))
                    throw renewalRefused(result, earlier, quoter);
                return parseRenewal(result.json(), onToken, requestIdOf(result, quoter));
            },
        });
        if (answer instanceof GaveUp)
            throw renewalGivenUp(answer, quoter);
        const { vtexId } = answer;
        return { ...answer, vtexId: quoter.quote(vtexId) === vtexId ? vtexId : undefined };
    }
    async finish(permit, manager) {
        if (!isGenuinePermit(permit))
            throw new Error('finish-renewal was not permitted');
        const { quoter, clock } = this.#options;
        const result = await this.#ask(policies.finish, this.#renewalCall('finish-renewal', manager));
        const said = tell(result, quoter);
        const mayBeDeleted = mayBeCarriedOut(result);
        if (result instanceof HttpFailure)
            return { kind: 'unclear', mayBeDeleted, said, waitMs: undefined };
        const { status } = result;
        if (status === 200 && confirmsFinish(result.json()))
            return { kind: 'finished' };
        if (status === 404)
            return { kind: 'not-pending' };
        if (retry_isSuccess(status) || isTransient(status)) {
            return { kind: 'unclear', mayBeDeleted, said, waitMs: askedToWait(result, clock.now()) };
        }
        return { kind: 'refused', error: finishRefused(result, quoter) };
    }
    async status(path, credential, onRequestId) {
        const result = await this.#ask(policies.status, {
            method: 'GET',
            url: path.startsWith('/') ? path : `/${path}`,
            headers: authentication(credential),
            skipBody: true,
        });
        if (result instanceof HttpFailure)
            throw unavailable('a verification request', result, this.#options.quoter);
        onRequestId?.(requestIdOf(result, this.#options.quoter));
        return result.status;
    }
    #tryUntilDone({ call, ...tries }) {
        const { clock, log, quoter } = this.#options;
        return tryUntilDone(clock, log, {
            ...tries,
            ask: () => this.#ask(tries.policy, call),
            tell: (result) => tell(result, quoter),
        });
    }
    #renewalCall(operation, manager) {
        const url = `/api/vtexid/apikey/${encodeURIComponent(this.#options.apiKey)}/apitoken/${operation}`;
        return { method: 'PATCH', url, headers: authentication(manager) };
    }
    async #ask(policy, call) {
        try {
            return await this.#options.http.request({
                ...call,
                url: this.#options.baseUrl + call.url,
                headers: { accept: 'application/json', 'content-type': 'application/json', ...call.headers },
                timeoutMs: policy.timeoutMs,
            });
        }
        catch (error) {
            if (error instanceof HttpFailure)
                return error;
            throw error;
        }
    }
}
function authentication(credential) {
    return { 'x-vtex-api-appkey': credential.appKey, 'x-vtex-api-apptoken': credential.appToken.reveal() };
}
function judgeSignIn(reply, mask) {
    if (retry_isSuccess(reply.status))
        return parseSignIn(reply.json(), mask);
    return isClearNo(reply.status) ? 'refused' : undefined;
}
function isClearNo(status) {
    return status >= 400 && status < 500 && ![408, 425, 429].includes(status);
}
function isTransient(status) {
    return status === 408 || status === 429 || status >= 500;
}

;// CONCATENATED MODULE: ./run.js




















async function runOperation(inputs, means) {
    const { log, quoter } = means;
    const { operation, deleteOldToken } = inputs.settings;
    const mode = operation === 'rotate' ? `, delete-old-token: ${deleteOldToken}` : '';
    log.info(`rotate-vtex-token ${version} on Node ${process.versions.node} \u00b7 ${operation}${mode}`);
    let network;
    try {
        network = openNetwork({ env: process.env, clock: runner_clock/* systemClock */.m, log, quoter });
    }
    catch (error) {
        return means.refuse([unusableProxy(error)]);
    }
    const ports = connect(inputs, network, means);
    if (inputs.settings.operation !== 'check')
        void network.idle.then(loadSodium);
    const stop = watchForStop(longestRunMs(inputs));
    try {
        const outcome = await rotate(inputs.settings, ports, log, stop.signal);
        await report(inputs, outcome, means);
        await network.http.close();
        return isSuccess(outcome.result) ? 0 : 1;
    }
    finally {
        stop.release();
    }
}
function unusableProxy(error) {
    if (!(error instanceof HttpFailure))
        throw error;
    return new common_errors/* RotationError */.FL('input-invalid', `The environment is wrong: ${error.message}.`, error.hint);
}
function connect(inputs, network, { log, journal, quoter }) {
    const clock = runner_clock/* systemClock */.m;
    const serverUrl = process.env.GITHUB_SERVER_URL ?? 'https://github.com';
    const octokit = network.gitHub(inputs.githubToken);
    return {
        issuer: new VtexClient({
            baseUrl: inputs.vtexUrl,
            apiKey: inputs.settings.apiKey,
            http: network.http,
            clock,
            log,
            quoter,
            mask: (secret) => {
                journal.mask(secret);
            },
        }),
        store: new GitHubSecretStore({ octokit, clock, quoter, log }),
        verifier: new GitHubVerifier({
            octokit: network.gitHub(inputs.verificationToken),
            workflows: inputs.workflows,
            inputs: inputs.verificationInputs,
            timeoutMs: inputs.verificationTimeoutMs,
            clock,
            log,
            quoter,
            serverUrl,
        }),
        queue: new GitHubRunQueue({
            octokit,
            runOctokit: inputs.runToken === undefined ? undefined : network.gitHub(inputs.runToken),
            serverUrl,
            thisRun: readThisRun(process.env),
            quoter,
        }),
        clock,
        log,
        journal,
        rateLeft: () => octokit.rateLeft(),
    };
}
function longestRunMs({ settings, verificationTimeoutMs }) {
    const rotations = settings.deleteOldToken === 'later' ? 2 : 1;
    const waits = verificationTimeoutMs + settings.drainTimeoutMs + 8 * settings.propagationTimeoutMs;
    return 120 * 60_000 + rotations * waits;
}
async function report(inputs, outcome, { log, links }) {
    const { settings, account } = inputs;
    const check = checkReport(settings, outcome);
    const token = exposedToken(inputs, outcome);
    const outputs = (0,report_outputs/* outputsOf */.Yz)(account, settings, outcome);
    (0,publish/* publishOutputs */.eB)(token === undefined ? outputs : { ...outputs, 'new-token': token }, process.env, log);
    const extra = { warnings: log.warnings, check };
    await (0,publish/* publishSummary */.Iv)((0,summary/* summaryOf */.Y)(account, settings, outcome, links, extra), log);
    if (check !== undefined)
        for (const line of checkLines(check, outcome))
            log.info(line);
    if (outcome.note !== undefined) {
        if (outcome.noteIsWarning)
            log.warning(outcome.note);
        else
            log.notice(outcome.note);
    }
    for (const error of outcome.errors)
        (0,publish/* publishError */.Aq)(error.code, (0,texts/* annotationText */.xr)(error, settings, outcome, links));
    log.info(lastLine(settings, outcome));
}
function exposedToken({ exposeNewToken, settings }, { result, knowledge }) {
    if (!exposeNewToken || settings.operation !== 'rotate')
        return undefined;
    if (['rotated', 'pending', 'finished'].includes(result))
        return knowledge.renewal?.newToken;
    const isUsableRenewal = knowledge.seen !== undefined && (0,rotation_evidence/* isUsable */.Ng)(settings, knowledge.seen);
    return result === 'skipped' && isUsableRenewal ? settings.pendingToken : undefined;
}


/***/ })

};
