export const id = 826;
export const ids = [826];
export const modules = {

/***/ 8826:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  recover: () => (/* binding */ recover)
});

// EXTERNAL MODULE: ../node_modules/@actions/core/lib/core.js + 7 modules
var core = __webpack_require__(5360);
;// CONCATENATED MODULE: ./common/errors.js
const errorCodes = (/* unused pure expression or super */ null && ([
    'input-invalid',
    'vtex-unauthorized',
    'vtex-forbidden',
    'vtex-key-invalid',
    'vtex-unavailable',
    'github-forbidden',
    'github-unavailable',
    'secret-missing',
    'secret-write-failed',
    'workflow-missing',
    'renewal-pending',
    'renewal-lost',
    'renewal-unproven',
    'run-outdated',
    'current-token-refused',
    'new-token-rejected',
    'verification-failed',
    'verification-timeout',
    'drain-timeout',
    'finish-failed',
    'renewal-undone',
    'cancelled',
]));
class errors_RotationError extends Error {
    name = 'RotationError';
    code;
    hint;
    madeNoToken;
    constructor(code, message, hint = '', { madeNoToken = false, ...options } = {}) {
        super(message, options);
        this.code = code;
        this.hint = hint;
        this.madeNoToken = madeNoToken;
    }
}
async function attempted(action) {
    try {
        return await action();
    }
    catch (error) {
        if (error instanceof errors_RotationError)
            return error;
        throw error;
    }
}

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
    return new errors_RotationError(code, text + requestOf(reply, purpose), hint);
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
    return new errors_RotationError('github-unavailable', `GitHub's reply to the attempt to ${purpose.to} cannot be read.${requestOf(reply, purpose)}`);
}
function requestOf({ headers }, { quoter }) {
    const id = quoter.quote(headers['x-github-request-id'], 64);
    return id === '' ? '' : ` (GitHub's request "${id}")`;
}
function quoted(reply, { quoter }) {
    return quoter.quote(property(reply.data, 'message'));
}

;// CONCATENATED MODULE: ./paths/secret-forms.js
const ofRepository = { level: 'repository', classicScope: 'repo', capacity: 100 };
const ofOrganization = { level: 'organization', classicScope: 'admin:org', capacity: 1000 };
const secretForms = [
    {
        ...ofRepository,
        template: 'repos/{owner}/{repo}/actions/secrets/{name}',
        store: 'actions',
        called: 'Actions secrets',
        permission: 'secrets',
        permissionText: 'repository permission "Secrets"',
        feedsRuns: true,
    },
    {
        ...ofRepository,
        template: 'repos/{owner}/{repo}/environments/{environment}/secrets/{name}',
        level: 'environment',
        store: 'environment',
        called: 'environment secrets',
        permission: 'environments',
        permissionText: 'repository permission "Environments" (not "Secrets")',
        feedsRuns: true,
    },
    {
        ...ofRepository,
        template: 'repos/{owner}/{repo}/dependabot/secrets/{name}',
        store: 'dependabot',
        called: 'Dependabot secrets',
        permission: 'dependabot_secrets',
        permissionText: 'repository permission "Dependabot secrets"',
        feedsRuns: true,
    },
    {
        ...ofRepository,
        template: 'repos/{owner}/{repo}/codespaces/secrets/{name}',
        store: 'codespaces',
        called: 'Codespaces secrets',
        permission: 'codespaces_secrets',
        permissionText: 'repository permission "Codespaces secrets"',
        feedsRuns: false,
    },
    {
        ...ofOrganization,
        template: 'orgs/{org}/actions/secrets/{name}',
        store: 'actions',
        called: 'Actions secrets',
        permission: 'organization_secrets',
        permissionText: 'organization permission "Secrets"',
        feedsRuns: true,
    },
    {
        ...ofOrganization,
        template: 'orgs/{org}/dependabot/secrets/{name}',
        store: 'dependabot',
        called: 'Dependabot secrets',
        permission: 'organization_dependabot_secrets',
        permissionText: 'organization permission "Organization dependabot secrets"',
        feedsRuns: true,
    },
    {
        ...ofOrganization,
        template: 'orgs/{org}/codespaces/secrets/{name}',
        store: 'codespaces',
        called: 'Codespaces secrets',
        permission: 'organization_codespaces_secrets',
        permissionText: 'organization permission "Organization codespaces secrets"',
        feedsRuns: false,
    },
    {
        ...ofRepository,
        template: 'repos/{owner}/{repo}/agents/secrets/{name}',
        store: 'agents',
        called: "Copilot agents' secrets",
        permission: 'agent_secrets',
        permissionText: 'repository permission "Agent secrets"',
        feedsRuns: false,
    },
    {
        ...ofOrganization,
        template: 'orgs/{org}/agents/secrets/{name}',
        store: 'agents',
        called: "Copilot agents' secrets",
        permission: 'organization_agent_secrets',
        permissionText: 'organization permission "Agent secrets"',
        feedsRuns: false,
    },
];
function formOfSegments(segments) {
    for (const form of secretForms) {
        const places = form.template.split('/');
        if (places.length !== segments.length)
            continue;
        const values = new Map();
        const fits = places.every((place, index) => {
            const segment = segments[index] ?? '';
            if (!place.startsWith('{'))
                return place === segment;
            values.set(place.slice(1, -1), segment);
            return true;
        });
        if (fits)
            return { form, values };
    }
    return undefined;
}

;// CONCATENATED MODULE: ./paths/secret-path.js

function sameSecret(a, b) {
    return keyOf(a) === keyOf(b);
}
function keyOf({ path }) {
    return path.toLowerCase();
}
function secret_path_formOf({ path }) {
    const found = formOfSegments(path.split('/'));
    if (found === undefined)
        throw new Error('a secret path was made by hand, and wrongly');
    return found.form;
}
function placeOf({ path }) {
    return path.slice(0, path.lastIndexOf('/'));
}
function textOf(path) {
    if (path.level !== 'organization' || path.audience === undefined || 'like' in path.audience)
        return path.path;
    const { visibility } = path.audience;
    const repositories = path.audience.visibility === 'selected' ? `&repositories=${path.audience.repositories.join(',')}` : '';
    return `${path.path}?visibility=${visibility}${repositories}`;
}
function sibling(path, suffix) {
    const moved = renamed(path, path.name + suffix);
    return moved.level === 'organization' && path.level === 'organization'
        ? { ...moved, audience: { like: path } }
        : moved;
}
function oldSecretPathOf(pending) {
    const at = pending.name.lastIndexOf('_PENDING');
    const old = at < 0
        ? `${pending.name}_OLD`
        : `${pending.name.slice(0, at)}_OLD${pending.name.slice(at + '_PENDING'.length)}`;
    return renamed(pending, old);
}
function renamed(path, name) {
    return { ...path, name, path: `${placeOf(path)}/${name}` };
}
function warningAbout(path) {
    const [environment, store] = ['/environments/copilot/secrets/', '/agents/secrets/'];
    if (!path.path.toLowerCase().includes(environment))
        return undefined;
    const agents = placeOf(path).replace(/\/environments\/[^/]+\/secrets$/, store) + path.name;
    return (`GitHub has moved the secrets of the environment "copilot" to the agents' secrets, so ${path.path} may be read by ` +
        `nobody. If so, write ${agents} instead.`);
}

;// CONCATENATED MODULE: ./github/secrets/by-place.js

async function byPlace(paths, answer) {
    const places = Map.groupBy(paths, placeOf);
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
                attempted(() => this.#keys.of(first)),
                this.#inspectPlace(inPlace),
            ]);
            const problem = first.level === 'organization' ? undefined : ofRepositories.get(repositoryOf(first));
            if (problem !== undefined)
                return inPlace.map(() => problem);
            return key instanceof errors_RotationError ? inPlace.map(() => key) : answers;
        });
    }
    async #inspectPlace(paths) {
        const [first] = paths;
        if (first === undefined)
            return [];
        if (first.level === 'organization')
            return this.#inspectOrganization(paths);
        const { total, answers } = await this.#listings.ofPlace(paths);
        const missing = answers.filter((answer) => !(answer instanceof errors_RotationError) && answer.updatedAt === undefined);
        if (total === undefined || total + missing.length <= secret_path_formOf(first).capacity)
            return answers;
        const full = new errors_RotationError('secret-write-failed', `${placeOf(first)} holds ${total} secrets, and GitHub allows ${secret_path_formOf(first).capacity}: there is no room for ${missing.length} more.`, 'Delete a secret that is not used, or let pending-secret stand elsewhere.');
        return answers.map((answer) => (missing.includes(answer) ? full : answer));
    }
    #inspectOrganization(paths) {
        return Promise.all(paths.map((path) => attempted(async () => {
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
        const worthwhile = first !== undefined && secret_path_formOf(first).capacity > pageSize ? 10 : 2;
        if (first === undefined || paths.length < worthwhile)
            return { total: undefined, answers: await this.#each(paths) };
        const listed = await attempted(() => this.#list(first));
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
        return Promise.all(paths.map((path) => attempted(async () => this.facts(path, await this.get(path)))));
    }
    async #list(path) {
        const purpose = this.#purposes.on(path, `list the secrets of ${placeOf(path)}`);
        const dates = new Map();
        const paging = new Paging(dates);
        for (;;) {
            const { page, ...size } = paging.next();
            const query = page === 1 ? size : { ...size, page };
            const reply = await ask(this.#octokit, `GET /${placeOf(path)}`, query);
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

;// CONCATENATED MODULE: ./github/full-name.js

function fullNameOf(value, quoter) {
    if (typeof value !== 'string' || !/^[\w-]{1,100}\/(?!\.{1,2}$)[\w.-]{1,100}$/.test(value))
        return undefined;
    if (!quoter.isEcho(value))
        return value;
    throw new errors_RotationError('github-unavailable', 'GitHub gave the name of a repository that repeats a secret of this run, so it cannot be used.', 'If a repository has such a name: the values of the secrets that this run is given, in current-values too, must not ' +
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
    return new errors_RotationError('github-forbidden', `${path.path} is given to ${total} repositories, of which the token of \`github-token\` sees ${seen}. ` +
        'Writing the secret would cut the others off.', 'Give the token access to all repositories of the organization.');
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
        const after = await attempted(() => this.now(path, 'secret-write-failed'));
        if (after instanceof errors_RotationError) {
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

// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(7975);
;// CONCATENATED MODULE: ./common/secret.js

const secret_hidden = '***';
class Secret {
    #value;
    constructor(value) {
        this.#value = value;
    }
    reveal() {
        return this.#value;
    }
    equals(other) {
        return this.#value === other.#value;
    }
    toString() {
        return secret_hidden;
    }
    toJSON() {
        return secret_hidden;
    }
    [external_node_util_.inspect.custom]() {
        return secret_hidden;
    }
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
        throw new errors_RotationError('github-unavailable', 'The public key that GitHub gave cannot be used to seal a secret.');
    }
}

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
        const place = placeOf(path);
        const known = this.#known.get(place);
        if (known !== undefined)
            return known;
        const key = this.#fetch(path);
        this.#known.set(place, key);
        key.catch(() => this.#known.delete(place));
        return key;
    }
    forget(path) {
        this.#known.delete(placeOf(path));
    }
    async #fetch(path) {
        const purpose = this.#purposes.on(path, `read the public key of ${placeOf(path)}`);
        const reply = await ask(this.#octokit, `GET /${placeOf(path)}/public-key`);
        if (reply.status === 404)
            throw this.#absent(path, reply);
        if (!succeeded(reply))
            throw gitHubFailure(reply, { ...purpose, ifMoved: 'secret-missing' });
        const id = property(reply.data, 'key_id');
        const base64 = property(reply.data, 'key');
        if (!this.#isKeyId(id) || typeof base64 !== 'string')
            throw unreadable(reply, purpose);
        await seal(base64, new Secret(''));
        return { id, base64 };
    }
    #isKeyId(value) {
        return typeof value === 'string' && /^\P{C}{1,200}$/u.test(value) && !this.#purposes.quoter.isEcho(value);
    }
    #absent(path, reply) {
        const purpose = this.#purposes.on(path, '');
        const { store, called } = secret_path_formOf(path);
        const isServer = reply.headers['x-github-enterprise-version'] !== undefined;
        const mayLack = isServer && ['agents', 'codespaces', 'dependabot'].includes(store);
        const what = path.level === 'environment'
            ? `The environment ${this.#purposes.quote(path.environment)} of ${path.owner}/${path.repo}`
            : `The ${path.level} of ${path.path}`;
        return new errors_RotationError('secret-missing', `${what} was not found: ${absentOrForbidden(purpose)}${requestOf(reply, purpose)}`, `Check the spelling of the path and the reach of the token.${mayLack ? ` This GitHub Enterprise Server may have no ${called}.` : ''}`);
    }
}

;// CONCATENATED MODULE: ./github/secrets/purposes.js

class Purposes {
    quoter;
    constructor(quoter) {
        this.quoter = quoter;
    }
    on(path, to) {
        return this.needing(secret_path_formOf(path), to);
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

;// CONCATENATED MODULE: ./paths/secret-names.js
class InvalidSecretPath extends Error {
    name = 'InvalidSecretPath';
    suggestion;
    constructor(message, suggestion) {
        super(message);
        this.suggestion = suggestion;
    }
}
const longestName = 64;
function ownerName(text) {
    if (text.includes('*'))
        throw new InvalidSecretPath('"*" is possible in the name of the repository only');
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(text))
        throw new InvalidSecretPath('the owner is not a GitHub name');
    return text;
}
function repositoryName(text) {
    if (!/^[A-Za-z0-9._*-]+$/.test(text) || text === '.' || text === '..') {
        throw new InvalidSecretPath('the repository is not a GitHub name');
    }
    return text.replaceAll(/\*+/g, '*');
}
function secretName(text) {
    if (/^\w{1,64}(?:[,;\s]+\w{1,64})+$/.test(text)) {
        throw new InvalidSecretPath('there is more than one in the line; write one a line');
    }
    if (text.replace(/_(?:PENDING|OLD)$/i, '').length > longestName) {
        throw new InvalidSecretPath(`the name of the secret has more than ${longestName} characters, so it looks like a value; write the name that the secret has on GitHub`);
    }
    if (text.includes('*'))
        throw new InvalidSecretPath('"*" is possible in the name of the repository only');
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(text) || /^GITHUB_/i.test(text)) {
        throw new InvalidSecretPath('the name of a secret has letters, digits and _ only and does not start with a digit or GITHUB_', nameIn(text));
    }
    return text.toUpperCase();
}
function nameIn(text) {
    const bare = text.replace(/^(?:[-*]\s+|["'`$]+|(?:env|vars)\.)+/, '').replace(/["'`:]+$/, '');
    const name = bare.replaceAll('-', '_');
    return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !/^GITHUB_/i.test(name) ? name : undefined;
}
function environmentName(text) {
    if (text.includes('*'))
        throw new InvalidSecretPath('"*" is possible in the name of the repository only');
    let name;
    try {
        name = decodeURIComponent(text);
    }
    catch {
        throw new InvalidSecretPath('the environment is not percent-encoded correctly');
    }
    if (/^\.{0,2}$/.test(name) || name.length > 255 || /[\u0000-\u001f\u007f]/.test(name)) {
        throw new InvalidSecretPath('the environment is not a GitHub name');
    }
    return name;
}
function parseAudience(query) {
    const parameters = parametersOf(query);
    const visibility = parameters.get('visibility') ?? 'private';
    const repositories = parameters.get('repositories');
    if (visibility === 'selected') {
        if (!repositories)
            throw new InvalidSecretPath('visibility=selected needs repositories=a,b');
        return { visibility, repositories: repositories.split(',').map((name) => memberName(name.trim())) };
    }
    if (visibility !== 'all' && visibility !== 'private') {
        throw new InvalidSecretPath('visibility is all, private or selected');
    }
    if (repositories !== undefined)
        throw new InvalidSecretPath('repositories=\u2026 goes with visibility=selected only');
    return { visibility };
}
function parametersOf(query) {
    const parameters = new Map();
    for (const part of query.split('&')) {
        const [key = '', value = ''] = part.split('=', 2);
        if (key !== 'visibility' && key !== 'repositories') {
            throw new InvalidSecretPath('after "?" only visibility=all|private|selected and repositories=a,b are allowed');
        }
        if (parameters.has(key))
            throw new InvalidSecretPath(`"${key}" is given twice`);
        parameters.set(key, value);
    }
    return parameters;
}
function memberName(text) {
    if (text.includes('*'))
        throw new InvalidSecretPath('"*" is not possible in repositories=a,b');
    return repositoryName(text);
}

;// CONCATENATED MODULE: ./paths/mistaken-path.js


function refuseExpression(text) {
    const [, name] = /^(?:\$\{\{\s*)?secrets\.(\w+)(?:\s*\}\})?$/i.exec(text) ?? [];
    if (name !== undefined || text.includes('${{')) {
        throw new InvalidSecretPath('it is an expression; write the name of the secret alone', name);
    }
}
function meantBy(location) {
    const bare = location.replace(/^https?:\/\/[^/]+\/(?:api\/v3\/)?/i, '').replace(/^\//, '');
    const candidates = [
        bare,
        `repos/${bare}`,
        bare.replace(/^(repos\/[^/]+\/[^/]+|orgs\/[^/]+)\/secrets\//, '$1/actions/secrets/'),
        bare.replace(/^([^/]+\/[^/]+)\/secrets\//, 'repos/$1/actions/secrets/'),
        bare.replace(/^([^/]+\/[^/]+)\/settings\/secrets\/(\w+)\//, 'repos/$1/$2/secrets/'),
        bare.replace(/^organizations\/([^/]+)\/settings\/secrets\/(\w+)\//, 'orgs/$1/$2/secrets/'),
        bare.replace(/\/environments?\/([^/]+)\/(?:actions\/)?secrets\//, '/environments/$1/secrets/'),
    ];
    return candidates.find((text) => text !== location && formOfSegments(text.split('/')) !== undefined);
}
function nearMiss(location, segments) {
    const [root, , , store] = segments;
    if (/[,;\s]\S*\//.test(location))
        return new InvalidSecretPath('there is more than one in the line; write one a line');
    if (root === 'repos' && store === 'environments' && segments.length > 7) {
        return new InvalidSecretPath('an environment name with "/" must be percent-encoded: prod%2Feu');
    }
    const meant = meantBy(location);
    if (meant !== undefined) {
        const isPrefixed = /^(?:repos|orgs)\//.test(location);
        const what = isPrefixed ? 'it is not the path of a secret' : 'it does not begin with repos/ or orgs/';
        return new InvalidSecretPath(what, meant);
    }
    const forms = ['NAME', ...secretForms.map(({ template }) => template)].join(', ');
    return new InvalidSecretPath(`it is not the path of a secret; allowed: ${forms}`);
}

;// CONCATENATED MODULE: ./paths/parse-secret-path.js



function parse_secret_path_parseSecretPath(text, thisRepository) {
    const parsed = parseSecretTarget(text, thisRepository);
    if (parsed.level === 'pattern') {
        throw new InvalidSecretPath('"*" stands for many secrets, and one is wanted here');
    }
    return parsed;
}
function parseSecretTarget(text, thisRepository) {
    const bare = text.replace(/^\//, '');
    refuseExpression(bare);
    const [location = '', query, ...more] = bare.split('?');
    if (more.length > 0)
        throw new InvalidSecretPath('it has more than one "?"');
    const segments = location.includes('/') ? location.split('/') : [...parse_secret_path_short(thisRepository), location];
    const found = formOfSegments(segments);
    if (found === undefined)
        throw nearMiss(location, segments);
    const target = locate(found.form, found.values);
    if (query === undefined)
        return target;
    if (target.level !== 'organization') {
        throw new InvalidSecretPath('only the path of an organization secret takes "?visibility=\u2026"');
    }
    return { ...target, audience: parseAudience(query) };
}
function parse_secret_path_short(thisRepository) {
    if (!/^[^/]+\/[^/]+$/.test(thisRepository)) {
        throw new InvalidSecretPath('a name alone needs GITHUB_REPOSITORY, which is not set; write the whole path');
    }
    return ['repos', ...thisRepository.split('/'), 'actions', 'secrets'];
}
function locate(form, values) {
    const value = (place) => values.get(place) ?? '';
    const fill = (own) => form.template.replaceAll(/\{(\w+)\}/g, (_, place) => own[place] ?? '');
    const name = secretName(value('name'));
    if (form.level === 'organization') {
        const org = ownerName(value('org'));
        return { level: form.level, org, name, path: fill({ org, name }) };
    }
    const owner = ownerName(value('owner'));
    const repo = repositoryName(value('repo'));
    if (form.level === 'repository') {
        const path = fill({ owner, repo, name });
        if (repo.includes('*'))
            return patternOf(owner, repo, name, path);
        return { level: form.level, owner, repo, name, path };
    }
    const environment = environmentName(value('environment'));
    const path = fill({ owner, repo, name, environment: encodeSegment(environment) });
    if (repo.includes('*'))
        return patternOf(owner, repo, name, path);
    return { level: form.level, owner, repo, environment, name, path };
}
function patternOf(owner, repo, name, path) {
    const rest = path.split('/').slice(3).join('/');
    return { level: 'pattern', owner, repo, name, rest, path };
}
function encodeSegment(text) {
    return encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

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
    return parse_secret_path_parseSecretPath(`repos/${owner}/${repository}/${rest}`, '');
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
        return new errors_RotationError('github-forbidden', `The repository ${owner}/${repo} is archived, so its secrets cannot be written.`, 'Unarchive the repository, or take it out of secrets.');
    }
    async organizationSecretNamed(path) {
        if (path.level !== 'repository' || secret_path_formOf(path).store !== 'actions')
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
        const facts = await attempted(async () => this.#listings.facts(path, await this.#listings.get(path)));
        if (facts instanceof errors_RotationError) {
            if (facts.code === 'github-unavailable')
                throw facts;
            return 'its secrets cannot be read';
        }
        return facts.updatedAt === undefined ? 'it does not have the secret' : facts;
    }
    #nothingFound({ path }, count) {
        return new errors_RotationError('secret-missing', `${path}: ${count} repositories match that github-token can see, and none of them, archived ones left out, has the secret.`, 'Check the pattern, the name of the secret, and where the App is installed.');
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
                if (error instanceof errors_RotationError)
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

;// CONCATENATED MODULE: ./inputs/whole-value-secrets.js
const leastLength = 8;
function secretsIn(text) {
    if (text === '')
        return [];
    const parsed = parseJson(text);
    const values = isObject(parsed)
        ? Object.values(parsed).filter((value) => typeof value === 'string')
        : [text];
    const parts = [text, ...values].flatMap(partsOf).filter((part) => part.length >= leastLength);
    const wholes = [text, ...values].filter((whole) => !/[\r\n]/.test(whole));
    return [...new Set([...wholes, ...parts])];
}
function partsOf(value) {
    const parsed = parseJson(value);
    const leaves = typeof parsed === 'object' && parsed !== null ? leavesOf(parsed) : [];
    const lines = value.split(/\r\n|\r|\n/).map((line) => line.trim());
    return [...leaves, ...(lines.length > 1 ? lines : [])];
}
function leavesOf(value) {
    if (typeof value === 'string')
        return [value];
    return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leavesOf) : [];
}
function parseJson(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}
function isObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

;// CONCATENATED MODULE: ./inputs/names.js


const inputs = {
    operation: { default: 'rotate' },
    account: {},
    'app-key': {},
    'app-token': { isSecret: true },
    'api-key': {},
    'current-token': { isSecret: true },
    'pending-token': { isSecret: true },
    'old-token': { isSecret: true },
    'run-token': { isSecret: true },
    'vtex-url': {},
    'github-token': { isSecret: true },
    secrets: {},
    'pending-secret': {},
    'current-values': { isSecret: true },
    'create-missing-secrets': { default: 'false' },
    'delete-old-token': { default: 'now' },
    'verification-workflow': {},
    'verify-before-update': { default: 'false' },
    'verification-inputs': {},
    'verification-token': { isSecret: true },
    'verification-timeout-minutes': { default: '30' },
    'sign-in-check': { default: 'true' },
    'verification-requests': {},
    'on-verification-failure': { default: 'restore' },
    'propagation-timeout-seconds': { default: '60' },
    'drain-timeout-minutes': { default: '0' },
    'renew-after-days': { default: '0' },
    'renewed-at': {},
    'expose-new-token': { default: 'false' },
};
const inputNames = Object.keys(inputs);
const secretInputNames = inputNames.filter((name) => 'isSecret' in inputs[name]);
const inputDefaults = Object.fromEntries(inputNames.flatMap((name) => {
    const spec = inputs[name];
    return spec.default === undefined ? [] : [[name, spec.default]];
}));
function inputVariable(name) {
    return `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;
}
function names_valueOf(environment, name) {
    return environment[inputVariable(name)]?.trim() ?? '';
}
function secretInputs(environment) {
    const plain = new Set(inputNames.filter((name) => !secretInputNames.includes(name)).map((name) => names_valueOf(environment, name)));
    const values = secretInputNames.flatMap((name) => {
        const value = names_valueOf(environment, name);
        return name === 'current-values' ? secretsIn(value).filter((one) => !plain.has(one)) : [value];
    });
    return [...new Set(values)]
        .filter((value) => value !== '' && value !== 'none' && !isReference(value))
        .map((value) => new Secret(value));
}
function isReference(value) {
    return /^\/?[A-Za-z_][\w./%?&=, -]*#(?:\/[^\n]*)?$/.test(value);
}

;// CONCATENATED MODULE: ./inputs/reader.js



const howItBecomesEmpty = 'a value (the input is required). A variable or secret is empty if it is not set under this very name, or stands in an ' +
    'environment that the job does not name';
class InputReader {
    problems = [];
    #environment;
    constructor(environment) {
        this.#environment = environment;
    }
    text(name) {
        const given = this.#environment[inputVariable(name)]?.trim();
        return given === undefined || given === '' ? inputDefaults[name] : given;
    }
    required(name) {
        const value = this.text(name);
        if (value === undefined)
            this.wrong(name, 'it is missing or empty', howItBecomesEmpty);
        return value ?? '';
    }
    choice(name, allowed) {
        const value = this.text(name);
        const chosen = allowed.find((candidate) => candidate === value);
        if (chosen === undefined)
            this.wrong(name, `${this.quoted(value)} is not one of the values`, allowed.join(', '));
        return chosen ?? allowed[0];
    }
    boolean(name) {
        const value = this.text(name) ?? '';
        if (/^(true|True|TRUE)$/.test(value))
            return true;
        if (!/^(false|False|FALSE)$/.test(value))
            this.wrong(name, `${this.quoted(value)} is not a boolean`, 'true, false');
        return false;
    }
    integer(name, least, most) {
        const value = this.text(name) ?? '';
        const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
        if (number >= least && number <= most)
            return number;
        this.wrong(name, `${this.quoted(value)} is not a valid number`, `a whole number from ${least} to ${most}, digits only`);
        return least;
    }
    secret(name) {
        const value = this.text(name);
        if (value === undefined)
            return undefined;
        const flaw = flawOf(value);
        if (flaw !== undefined)
            this.wrong(name, flaw, 'one token: one line of printable ASCII, without quotes');
        return new Secret(value);
    }
    requiredSecret(name) {
        this.required(name);
        return this.secret(name) ?? new Secret('');
    }
    lines(name) {
        return (this.text(name) ?? '')
            .split(/\r\n|\r|\n/)
            .map((line, index) => ({ text: line.trim(), number: index + 1 }))
            .filter(({ text }) => text !== '' && !text.startsWith('#'));
    }
    isWrong(name) {
        return this.problems.some(({ message }) => message.startsWith(`Input "${name}": `));
    }
    wrong(name, what, allowed) {
        this.problems.push(new errors_RotationError('input-invalid', `Input "${name}": ${what}. Allowed: ${allowed}.`, 'Nothing was requested or changed. Correct the input and run the action again.'));
    }
    quoted(value) {
        if (value === undefined || /[\p{C}\u2028\u2029]/u.test(value) || looksSecret(value))
            return 'the value';
        const secrets = secretInputs(this.#environment).map((secret) => secret.reveal());
        const holdsSecret = secrets.some((secret) => value.includes(secret) || (value.length >= 8 && secret.includes(value)));
        if (holdsSecret)
            return 'the value';
        return value.length > longestQuote ? `"${value.slice(0, longestQuote)}\u2026"` : `"${value}"`;
    }
    meant(suggestion) {
        const quoted = this.quoted(suggestion);
        return quoted.startsWith('"') ? `; ${quoted} is probably meant` : '';
    }
}
const longestQuote = 200;
function looksSecret(value) {
    return value.split(/[\s/,;?&=@:]+/).some((part) => part.length > 64);
}
function flawOf(value) {
    if (/^\*+$/.test(value))
        return 'it is only asterisks, as a log shows a secret, not the secret itself';
    if (/^(["'`]).*\1$/s.test(value))
        return 'it begins and ends with a quote, which belongs to no token';
    if (/^[[{]/.test(value))
        return 'it looks like JSON, not like one token';
    if (/[\r\n]/.test(value))
        return 'it has several lines, and a token is one';
    if (!/^[\x21-\x7e]+$/.test(value))
        return 'it has white space or other characters that no token has';
    return undefined;
}

;// CONCATENATED MODULE: ./inputs/targets.js



function readTargets(reader, environment) {
    const targets = readListed(reader, environment);
    const secrets = targets.filter((target) => target.level !== 'pattern');
    const patterns = targets.filter((target) => target.level === 'pattern');
    const pendingSecret = readPendingSecret(reader, environment, targets[0]);
    const oldSecret = oldSecretPathOf(pendingSecret);
    for (const [path, what] of [
        [pendingSecret, 'it'],
        [oldSecret, 'its old secret'],
    ]) {
        if (secrets.some((listed) => sameSecret(listed, path)))
            reader.wrong('pending-secret', `${what} is one of the listed secrets`, 'a secret of its own, beside the listed ones');
    }
    return {
        secrets,
        patterns,
        pendingSecret,
        oldSecret,
        warnings: targets.flatMap((target) => warningAbout(target) ?? []),
    };
}
function readListed(reader, environment) {
    const lines = reader.lines('secrets');
    if (lines.length === 0)
        reader.wrong('secrets', 'it is missing', 'at least one path of a secret, one a line');
    const targets = lines.flatMap(({ text, number }) => {
        const target = readPath(reader, 'secrets', ` in line ${number}`, text, (path) => parseSecretTarget(path, environment.GITHUB_REPOSITORY ?? ''));
        return target === undefined ? [] : [target];
    });
    return [...new Map(targets.toReversed().map((target) => [keyOf(target), target])).values()].toReversed();
}
function readPath(reader, name, place, text, parse) {
    try {
        return parse(text);
    }
    catch (error) {
        if (!(error instanceof InvalidSecretPath))
            throw error;
        reader.wrong(name, `${reader.quoted(text)}${place} is wrong: ${error.message}${reader.meant(error.suggestion)}`, 'see "Paths of secrets" in the README');
        return undefined;
    }
}
const standIn = {
    level: 'repository',
    owner: '',
    repo: '',
    name: '',
    path: 'repos///actions/secrets/',
};
function readPendingSecret(reader, environment, first) {
    const given = reader.text('pending-secret');
    const text = given ?? (first === undefined ? undefined : `${first.name}_PENDING`);
    if (text === undefined)
        return standIn;
    const parse = (path) => parse_secret_path_parseSecretPath(path, environment.GITHUB_REPOSITORY ?? '');
    const pending = readPath(reader, 'pending-secret', '', text, parse);
    if (pending === undefined)
        return standIn;
    const isShared = pending.level === 'organization' && pending.audience === undefined;
    const isBeside = isShared && first?.level === 'organization' && pending.org.toLowerCase() === first.org.toLowerCase();
    return isBeside ? { ...pending, audience: { like: first } } : pending;
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
            return { status, headers, text, json: () => http_parseJson(text) };
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
function http_parseJson(text) {
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

;// CONCATENATED MODULE: ./common/quoter.js
const windowLength = 12;
const echoLength = 30;
const shownLength = 4096;
const overlap = 64;
const withheld = '(text withheld: it repeats a secret)';
const quoter_invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;
class Quoter {
    #forms = new Set();
    know(secret) {
        const value = secret.reveal();
        for (const form of formsOf(value)) {
            if (form.length >= Math.min(windowLength, value.length) && form !== '')
                this.#forms.add(form.toLowerCase());
        }
    }
    quote(text, limit = 160) {
        if (typeof text !== 'string')
            return '';
        if (this.#repeatsSecret(text.slice(0, shownLength + overlap)))
            return withheld;
        return cut(breakCommands(clean(text.slice(0, shownLength))), limit);
    }
    isEcho(name) {
        const windows = new Windows(viewsOf(name), echoLength);
        return [...this.#forms].some((form) => windows.meet(form));
    }
    #repeatsSecret(text) {
        const views = viewsOf(text);
        const windows = new Windows(views, windowLength);
        for (const form of this.#forms) {
            if (form.length < windowLength ? views.some((view) => view.includes(form)) : windows.meet(form))
                return true;
        }
        return false;
    }
}
function viewsOf(text) {
    const cleaned = clean(text);
    return [text, cleaned, cleaned.replaceAll(' ', '')].map((view) => view.toLowerCase());
}
function clean(text) {
    return text.replaceAll(/\s+/gu, ' ').replaceAll(quoter_invisible, '').replaceAll(/ +/g, ' ').trim();
}
function breakCommands(text) {
    return text.replaceAll(/:(?=:)/g, ': ').replaceAll('##[', '## [');
}
function cut(text, limit) {
    if (text.length <= limit)
        return text;
    return `${text.slice(0, Math.max(0, limit - 1)).replace(/[\uD800-\uDBFF]$/, '')}\u2026`;
}
function formsOf(value) {
    const bytes = Buffer.from(value);
    const base64 = [0, 1, 2].map((offset) => base64At(bytes, offset));
    const cleaned = clean(value);
    return [
        value,
        cleaned,
        cleaned.replaceAll(' ', ''),
        Array.from(value).reverse().join(''),
        JSON.stringify(value).slice(1, -1),
        encodeURIComponent(value.toWellFormed()),
        bytes.toString('hex'),
        ...base64,
        ...base64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_')),
    ];
}
function base64At(bytes, offset) {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
        .toString('base64')
        .replaceAll('=', '');
    const start = Math.ceil((offset * 8) / 6);
    const end = Math.floor(((offset + bytes.length) * 8) / 6);
    return text.slice(start, end);
}
class Windows {
    #windows = new Set();
    #beginnings = new Uint8Array(0x10000);
    #length;
    constructor(texts, length) {
        this.#length = length;
        for (const text of texts) {
            for (let at = 0; at + length <= text.length; at++) {
                this.#windows.add(text.slice(at, at + length));
                this.#beginnings[beginningAt(text, at)] = 1;
            }
        }
    }
    meet(form) {
        const length = this.#length;
        for (let at = 0; at + length <= form.length; at++) {
            if (this.#beginnings[beginningAt(form, at)] === 1 && this.#windows.has(form.slice(at, at + length))) {
                return true;
            }
        }
        return false;
    }
}
function beginningAt(text, at) {
    return (text.charCodeAt(at) ^ (text.charCodeAt(at + 1) << 5) ^ (text.charCodeAt(at + 2) << 10)) & 0xffff;
}

;// CONCATENATED MODULE: ./rotation/vtex-admin.js
const vtex_admin_undoRenewalLabel = '"Undo Renewal" (Desfazer renova\u00e7\u00e3o / Deshacer renovaci\u00f3n)';
const vtex_admin_deleteOldTokenLabel = '"Delete old token" (Excluir token antigo / Eliminar token antiguo)';
const renewTokenLabel = '"Renew token" (Renovar token)';
const vtex_admin_apiKeysPage = 'VTEX Admin, Account settings > API keys > Generated';
const pendingAlert = '"Pending deletion - Old token"';

;// CONCATENATED MODULE: ./rotation/next-moves.js

const grantRenewToken = (/* unused pure expression or super */ null && ('Give the key in app-key a role with the License Manager resource "Renew API Token" (product License Manager, ' +
    'category API Key Management) in VTEX Admin > Account Settings > Account management > Roles; the predefined role ' +
    '"User Administrator - RESTRICTED" has it too but grants much more. The key must be active and belong to this account.'));
const checkApiKey = (/* unused pure expression or super */ null && ('Check that api-key is the app key (vtexappkey-\u2026) of a generated key of this very account: VTEX cannot renew a key ' +
    'of another account.'));
const next_moves_nextRunResumes = 'Start a new run of the action with pending-token and old-token; it resumes this renewal.';
const where = `In ${vtex_admin_apiKeysPage}, the row of the key shows ${pendingAlert}.`;
const whereNotOffered = `If it is not offered, choose ${renewTokenLabel} there once nothing is pending, or delete the old token only after ` +
    'every system holds the new one.';
const undoLostRenewal = `Look at the row of the key in ${vtex_admin_apiKeysPage}. If it shows ${pendingAlert}, choose ${vtex_admin_undoRenewalLabel} in its menu: the ` +
    `old token stays in use. Do not choose ${vtex_admin_deleteOldTokenLabel}: that would kill the only token that is known. ` +
    `${whereNotOffered} Then run the action again.`;
const giveUpNewToken = `${where} To give the new token up, choose ${vtex_admin_undoRenewalLabel} in its menu: the old token stays in use. ` +
    `Do not choose ${vtex_admin_deleteOldTokenLabel}: the listed secrets still hold it.`;
const next_moves_giveUpVerifiedToken = 'If a verification workflow hands the new token to other systems, hand them the old one back before anything else. ' +
    giveUpNewToken;
function findOutFirst({ apiKey, pendingSecret, oldSecret }) {
    return (`Find out first which token is in use: run a workflow that signs in to VTEX with ${apiKey} and each listed secret, and ` +
        `compare with ${pendingSecret.name} (the new token) and ${oldSecret.name} (the old one).`);
}
function waysOutOfPending(settings) {
    return ('If this run was queued before the secrets were last written, a new run (not a re-run) resumes the renewal. If it ' +
        `does not: ${findOutFirst(settings)} ${where} ${undoRenewalLabel} fits only if no listed secret and no other system ` +
        `holds the new token; ${deleteOldTokenLabel} fits only if all of them do, and kills whoever still holds the old one. ` +
        'Then run the action again.');
}
function passTheRenewalsSecrets({ pendingSecret, oldSecret }) {
    return (`The workflow must pass pending-token: \${{ secrets.${pendingSecret.name} }} and ` +
        `old-token: \${{ secrets.${oldSecret.name} }}.`);
}
function waysOutOfUnproven(settings) {
    return ('First run the action with operation: rotate, which resumes the renewal and stores its token. ' +
        `${passTheRenewalsSecrets(settings)} ${waysOutOfPending(settings)}`);
}
function next_moves_keepOrGiveUpNewToken(settings) {
    return (`${findOutFirst(settings)} ${where} ${deleteOldTokenLabel} fits only if every system works with the new token, and ` +
        'kills whoever still holds the old one. To go back instead, run the action with operation: undo.');
}
function next_moves_endOfPending(hasOldToken) {
    return hasOldToken
        ? 'Once every system uses the new token, run the action with operation: finish to delete the old one, or let the ' +
            'next rotate with delete-old-token: later do it.'
        : `Once every system uses the new token, choose ${deleteOldTokenLabel} in the menu of the key in ${apiKeysPage}. ` +
            'It kills whoever still holds the old one.';
}
const next_moves_endOfUndone = `Once no system outside GitHub holds the new token, choose ${vtex_admin_undoRenewalLabel} in the menu of the key in ` +
    `${vtex_admin_apiKeysPage}: it ends the renewal. The next run then finds it over.`;
function neverNow({ pendingSecret, oldSecret }, standing) {
    const keep = `delete ${pendingSecret.name} or ${oldSecret.name} by hand.`;
    switch (standing.renewal) {
        case 'none':
        case 'over':
        case 'undone':
            return [];
        case 'lost':
            return [`choose ${deleteOldTokenLabel}: it would kill the only token that is known.`];
        case 'elsewhere':
            return [
                `choose ${undoRenewalLabel} or ${deleteOldTokenLabel} before it is known which token is in use.`,
                keep,
            ];
        case 'pending':
        case 'unclear':
            return [neverWhilePending(standing), keep];
    }
}
function neverWhilePending({ secrets, canGiveUp }) {
    if (secrets.every(({ holds }) => holds === 'new')) {
        return `choose ${undoRenewalLabel}: it would kill the new token, which every listed secret holds.`;
    }
    if (canGiveUp) {
        return `choose ${deleteOldTokenLabel}: no listed secret holds the new token, so it would kill the one in use.`;
    }
    return (`choose ${undoRenewalLabel} or ${deleteOldTokenLabel}: each kills one of the two tokens, and both may be in ` +
        'listed secrets.');
}

;// CONCATENATED MODULE: ./rotation/steps/context.js

function needSeen({ known }) {
    if (known.seen === undefined)
        throw new Error('a step was ordered before anything was observed');
    return known.seen;
}
function needRenewal({ known }) {
    if (known.renewal === undefined)
        throw new Error('a step was ordered without a renewal');
    return known.renewal;
}
const codes = {
    observe: 'github-unavailable',
    resume: 'renewal-unproven',
    reserve: 'secret-write-failed',
    renew: 'vtex-unavailable',
    release: 'secret-write-failed',
    stage: 'secret-write-failed',
    'check-token': 'new-token-rejected',
    verify: 'verification-failed',
    store: 'secret-write-failed',
    keep: 'secret-write-failed',
    restore: 'secret-write-failed',
    close: 'secret-write-failed',
    drain: 'drain-timeout',
    confirm: 'finish-failed',
    finish: 'finish-failed',
    prove: 'new-token-rejected',
    'clean-up': 'secret-write-failed',
};
function asRotationError(error, step) {
    return error instanceof RotationError ? error : ownError(error, codes[step]);
}
function ownError(error, code) {
    const name = error instanceof Error ? error.name : typeof error;
    return new errors_RotationError(code, `The action met an error of its own (${name}).`, 'This is a bug in the action; please report it. Running the action again is safe.', { cause: error });
}
function said(error) {
    if (error instanceof RotationError)
        return error.message;
    throw error;
}

;// CONCATENATED MODULE: ./common/waits.js
function* waits_growingWaits(first, factor, longest) {
    for (let wait = first;; wait = Math.min(wait * factor, longest))
        yield wait;
}

;// CONCATENATED MODULE: ./rotation/steps/patience.js


const githubPatienceMs = 5 * 60_000;
const stagePatienceMs = (/* unused pure expression or super */ null && (60 * 60_000));
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
    for (const wait of waits_growingWaits(2000, 2, 30_000)) {
        try {
            return await write();
        }
        catch (error) {
            const left = deadline - ports.clock.now();
            if (!(error instanceof errors_RotationError) || error.code !== 'github-unavailable' || left <= 0)
                throw error;
            ports.log.info(`GitHub does not answer (${error.message}) Still trying to ${what}, for ${Math.ceil(left / 1000)} s more.`);
            await (stop.aborted ? ports.clock.sleep(500) : ports.clock.sleep(Math.min(wait, left), stop));
        }
    }
    throw new Error('the waits ended');
}

;// CONCATENATED MODULE: ./runner/clock.js
const systemClock = {
    now: () => Date.now(),
    sleep(ms, stop) {
        if (!Number.isFinite(ms) || ms < 0)
            throw new RangeError('a wait must be a finite number of milliseconds');
        if (stop?.aborted)
            return Promise.resolve();
        return new Promise((resolve) => {
            const timer = setTimeout(end, ms);
            function end() {
                clearTimeout(timer);
                stop?.removeEventListener('abort', end);
                resolve();
            }
            stop?.addEventListener('abort', end);
        });
    },
};

;// CONCATENATED MODULE: ./runner/file-fault.js
function fileFault(error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOSPC' || code === 'EDQUOT')
        return 'the disk is full';
    return /^[A-Z][A-Z0-9_]+$/.test(code) ? code : 'there is no such file';
}

// EXTERNAL MODULE: ./runner/saved-state.js
var saved_state = __webpack_require__(9467);
;// CONCATENATED MODULE: ./runner/journal.js



function createJournal(quoter, log) {
    let isTold = false;
    function save(entries) {
        try {
            for (const [key, value] of Object.entries(entries))
                core/* saveState */.LZ(key, value);
        }
        catch (error) {
            if (isTold)
                return;
            isTold = true;
            log.warning(`The state of this step cannot be written (GITHUB_STATE: ${fileFault(error)}). The run goes on; but should it ` +
                'be killed, the end of the job cannot save a new token for it.');
        }
    }
    return {
        mask(secret) {
            core/* setSecret */.Pq(secret.reveal());
            quoter.know(secret);
        },
        renewed({ path, keyId, value }) {
            save({ [saved_state/* stateKeys */.O.path]: path.path, [saved_state/* stateKeys */.O.keyId]: keyId, [saved_state/* stateKeys */.O.value]: value });
        },
        staged() {
            save({ [saved_state/* stateKeys */.O.value]: '' });
        },
    };
}

;// CONCATENATED MODULE: ./report/links.js


function linksFrom(env) {
    const server = (env.GITHUB_SERVER_URL ?? 'https://github.com').replace(/\/+$/, '');
    const { GITHUB_ACTION_REPOSITORY: action, GITHUB_ACTION_REF: ref, GITHUB_REPOSITORY: repository } = env;
    const [, file] = /\/\.github\/workflows\/([^/@]+)@/.exec(env.GITHUB_WORKFLOW_REF ?? '') ?? [];
    return {
        server,
        troubleshooting: action && ref ? `${server}/${action}/blob/${ref}/docs/troubleshooting.md` : '',
        workflow: repository && file ? `${server}/${repository}/actions/workflows/${file}` : '',
    };
}
function links_sectionOf({ troubleshooting }, code) {
    return troubleshooting === '' ? '' : `${troubleshooting}#${code}`;
}
function vtexAdmin(account) {
    return `https://${account}.myvtex.com/admin/api-keys`;
}
const storeNames = {
    actions: '',
    environment: '',
    dependabot: ' \u00b7 Dependabot',
    codespaces: ' \u00b7 Codespaces',
    agents: ' \u00b7 agents',
};
function placeOfSecret(text, { server }) {
    const path = parseSecretPath(text, '');
    const { store } = formOf(path);
    const { name } = path;
    if (path.level === 'organization') {
        const url = `${server}/organizations/${path.org}/settings/secrets/${store}`;
        return { name, where: `organization ${path.org}${storeNames[store]}`, url };
    }
    const repository = `${path.owner}/${path.repo}`;
    return path.level === 'environment'
        ? {
            name,
            where: `${repository} \u00b7 ${path.environment}`,
            url: `${server}/${repository}/settings/environments`,
        }
        : {
            name,
            where: `${repository}${storeNames[store]}`,
            url: `${server}/${repository}/settings/secrets/${store}`,
        };
}

;// CONCATENATED MODULE: ./report/state.js
function state_tokenState(settings, { standing, earlier }) {
    const before = earlier === undefined ? '' : 'The earlier renewal is finished: its new token is the one in use. ';
    return before + sentences(settings, standing).join(' ');
}
function stateInShort(settings, { standing }) {
    return sentences(settings, standing)[0] ?? '';
}
function sentences(settings, standing) {
    switch (standing.renewal) {
        case 'none':
            return ['Nothing was renewed.'];
        case 'elsewhere':
            return [
                'VTEX has a renewal pending, or may have one, with two tokens that work. Nothing was renewed by this run.',
            ];
        case 'lost':
            return [
                'The token in use was not touched. VTEX may have a renewal pending whose new token nobody holds.',
            ];
        case 'undone':
            return ['The old token works; the new one is dead.'];
        case 'over':
            return standing.tokens.new === 'accepted'
                ? [`Only the new token works${standing.tokens.old === 'refused' ? '; the old one is deleted' : ''}.`]
                : ['The old token is deleted.', token('the new token', standing.tokens.new)];
        case 'unclear':
            return ['The old token may have been deleted.', token('the new token', standing.tokens.new)];
        case 'pending':
            return [bothTokens(standing.tokens), whereTheyAre(settings, standing)];
    }
}
function bothTokens({ old, new: fresh }) {
    if (old === 'accepted' && fresh === 'accepted')
        return 'Both tokens work, the old and the new one.';
    const oldToken = old === 'absent' ? 'There is no old token.' : token('the old token', old);
    return `Nothing was deleted. ${oldToken} ${token('the new token', fresh)}`;
}
function token(name, state) {
    const subject = name.charAt(0).toUpperCase() + name.slice(1);
    switch (state) {
        case 'accepted':
            return `${subject} works.`;
        case 'refused':
            return `VTEX refuses ${name}.`;
        case 'absent':
            return `${subject} is not in the hands of this run.`;
        case 'unknown':
            return `Whether VTEX accepts ${name} is not known.`;
    }
}
function whereTheyAre({ pendingSecret, oldSecret }, { pending, old }) {
    const places = [
        pending.holds === 'new' ? `the new one is in ${pendingSecret.path}` : '',
        old.holds === 'old' ? `the old one in ${oldSecret.path}` : '',
    ].filter((place) => place !== '');
    if (pending.holds === 'none')
        return 'The new one is stored nowhere yet.';
    const text = places.join(', ');
    return text === '' ? '' : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
const labels = {
    new: 'Holding the new token',
    old: 'Holding the old token',
    unchanged: 'Not changed by this run',
    none: 'Not existing',
    unknown: 'Not known what they hold',
};
function state_holdingsText({ standing }) {
    return Object.keys(labels)
        .map((holds) => {
        const paths = standing.secrets.filter((secret) => secret.holds === holds).map(({ path }) => path);
        if (paths.length === 0)
            return '';
        const shown = paths.slice(0, 5).join(', ');
        return `${labels[holds]}: ${paths.length > 5 ? `${shown} and ${paths.length - 5} more` : shown}.`;
    })
        .filter((text) => text !== '')
        .join(' ');
}

;// CONCATENATED MODULE: ./report/times.js
const dayMs = 86_400_000;
function dateText(instant) {
    return new Date(instant).toISOString().slice(0, 10);
}
function clockText(instant) {
    return new Date(instant).toISOString().slice(11, 19);
}
function momentText(instant, now) {
    const [date, today] = [dateText(instant), dateText(now)];
    if (date === today)
        return clockText(instant);
    return now - instant < dayMs ? `${date} ${clockText(instant)}` : date;
}
function ageText(instant, now) {
    const days = Math.floor((now - instant) / dayMs);
    return days < 1 ? '' : counted(days, 'day');
}
function durationText(ms) {
    const seconds = Math.round(ms / 1000);
    if (seconds < 1)
        return 'less than 1 s';
    if (seconds < 120)
        return `${seconds} s`;
    const minutes = Math.floor(seconds / 60);
    if (minutes < 120)
        return `${minutes} min ${seconds % 60} s`;
    return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
function numberText(count) {
    return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}
function counted(count, thing) {
    return `${numberText(count)} ${thing}${count === 1 ? '' : 's'}`;
}
function daysAfter(instant, days) {
    return instant + days * dayMs;
}

;// CONCATENATED MODULE: ./report/texts.js




const stepLabels = {
    observe: 'Look at VTEX and GitHub',
    resume: 'Resume the pending renewal',
    reserve: 'Reserve: keep the current token in the old secret',
    renew: 'Renew the token at VTEX',
    release: 'Remove the old secret again',
    stage: 'Save the new token in the pending secret',
    'check-token': 'Check the new token',
    verify: 'Verify with the workflows',
    store: 'Store the new token in the listed secrets',
    keep: 'See that the pending secret holds the new token',
    restore: 'Write the old token back',
    close: 'Close: note in the pending secret that all is stored',
    drain: 'Wait for runs that may hold the earlier token',
    confirm: 'Confirm what the secrets hold, and that VTEX accepts both tokens',
    finish: 'Finish the renewal: delete the old token',
    prove: 'Prove that the old token is dead and the new one works',
    'clean-up': 'Delete the pending and the old secret',
};
const resultTexts = {
    rotated: 'The new token is stored and the old one is deleted.',
    pending: 'The new token is stored; the old one still works.',
    finished: 'The old token of an earlier run is deleted.',
    skipped: 'There was nothing to do.',
    checked: 'Nothing was changed. What was looked at is in order.',
    restored: 'The old token was written back.',
    undone: 'The old token was written back on request; both tokens work.',
    failed: 'The run failed.',
};
function stepLine({ step, startedAt, endedAt, failed }) {
    return `${failed ? '\u2717' : '\u2713'} ${stepLabels[step]} (${durationText(endedAt - startedAt)})`;
}
function hintOf({ hint }) {
    return hint === '' ? 'Run the action again; it goes on from here.' : hint;
}
function annotationText(error, settings, outcome, links) {
    const happened = [error.message, tokenState(settings, outcome), holdingsText(outcome)];
    const moves = [hintOf(error), ...movesAfterVerification(settings, outcome)].join(' ');
    const page = sectionOf(links, error.code);
    return [
        `${error.code}: ${oneLine(happened.join(' '))}`,
        `Do: ${oneLine(moves)}`,
        ...(page === '' ? [] : [`See: ${page}`]),
    ].join('\n');
}
function plainAnnotation(error, links) {
    const page = sectionOf(links, error.code);
    return [
        `${error.code}: ${error.message}`,
        `Do: ${hintOf(error)}`,
        ...(page === '' ? [] : [`See: ${page}`]),
    ].join('\n');
}
function oneLine(text) {
    return text.replace(/\s+/g, ' ').trim();
}
function movesAfterVerification(settings, { knowledge, standing }) {
    if (knowledge.verification !== 'failed' || standing.renewal !== 'pending')
        return [];
    return [
        `Fix what failed. ${nextRunResumes} It verifies again.`,
        standing.canGiveUp ? giveUpVerifiedToken : keepOrGiveUpNewToken(settings),
    ];
}
function nextMove(outcome) {
    switch (outcome.result) {
        case 'pending':
            return endOfPending(hasOldToken(outcome));
        case 'undone':
            return endOfUndone;
        case 'checked':
            return 'Run the action with operation: rotate.';
        case 'rotated':
        case 'finished':
        case 'skipped':
        case 'restored':
        case 'failed':
            return '';
    }
}
function hasOldToken({ knowledge: { renewal } }) {
    return renewal?.oldToken !== undefined || renewal?.origin !== 'resumed';
}

;// CONCATENATED MODULE: ./rotation/progress.js
function progressOf(what, count, total, elapsedMs) {
    const aMinute = count / (Math.max(elapsedMs, 1) / 60_000);
    const rest = count === 0 ? '' : `, about ${duration(((total - count) / aMinute) * 60_000)} left`;
    return `${what}: ${count} of ${total} in ${duration(elapsedMs)} (${Math.round(aMinute)} a minute)${rest}`;
}
function duration(ms) {
    const seconds = Math.ceil(ms / 1000);
    const minutes = Math.floor(seconds / 60);
    return minutes === 0 ? `${seconds} s` : `${minutes} min ${seconds % 60} s`;
}

;// CONCATENATED MODULE: ./runner/log.js



const heartbeatMs = 10_000;
class RunnerLog {
    warnings = [];
    #group;
    #inGroup = false;
    #heartbeat;
    #progress;
    #isQuiet = true;
    debug(message) {
        core/* debug */.Yz(log_oneLine(message));
    }
    info(message) {
        this.#open();
        core/* info */.pq(log_oneLine(message));
    }
    notice(message) {
        this.#open();
        core/* notice */.lm(log_oneLine(message));
    }
    warning(message) {
        this.#open();
        this.warnings.push(message);
        core/* warning */.$e(log_oneLine(message));
    }
    progress(line) {
        this.#progress = line;
    }
    waiting(message) {
        if (this.#progress === undefined)
            this.info(message);
    }
    started(step) {
        const label = stepLabels[step];
        const startedAt = Date.now();
        this.#group = label;
        this.#isQuiet = true;
        this.#heartbeat = setInterval(() => {
            if (this.#progress !== undefined)
                this.info(this.#progress());
            else if (this.#isQuiet)
                this.info(`${label}: still at it after ${duration(Date.now() - startedAt)}`);
            this.#isQuiet = true;
        }, heartbeatMs).unref();
    }
    #open() {
        this.#isQuiet = false;
        if (this.#group === undefined || this.#inGroup)
            return;
        core/* startGroup */.Oh(this.#group);
        this.#inGroup = true;
    }
    ended(times) {
        clearInterval(this.#heartbeat);
        this.#heartbeat = undefined;
        this.#progress = undefined;
        if (this.#inGroup)
            core/* endGroup */.N4();
        this.#inGroup = false;
        this.#group = undefined;
        core/* info */.pq(stepLine(times));
    }
}
function log_oneLine(message) {
    return message.replace(/\s+/g, ' ').replaceAll('##[', '## [').replace(/^::/, ': :');
}

;// CONCATENATED MODULE: ./recovery.js


















const patienceMs = 4 * 60_000;
async function recover() {
    const quoter = new Quoter();
    const log = new RunnerLog();
    const journal = createJournal(quoter, log);
    for (const secret of secretInputs(process.env))
        journal.mask(secret);
    const pathText = core/* getState */.Gu(saved_state/* stateKeys */.O.path);
    let network;
    try {
        network = openNetwork({ env: process.env, clock: systemClock, log, quoter });
        await save(network, pathText, quoter, log);
        log.notice(`The run ended early; its new token is now in ${pathText}. ${next_moves_nextRunResumes}`);
        return 0;
    }
    catch (cause) {
        const error = cause instanceof errors_RotationError ? cause : ownError(cause, 'secret-write-failed');
        core/* error */.z3(`secret-write-failed: The new token could not be saved in ${pathText}: ${error.message} This run has not deleted the old token.\n` +
            `Do: ${next_moves_nextRunResumes} If it fails with renewal-pending and that secret does not hold the new token: ${undoLostRenewal}`, { title: 'secret-write-failed' });
        return 1;
    }
    finally {
        await network?.http.close();
    }
}
async function save({ gitHub }, pathText, quoter, log) {
    const path = pendingSecretAt(pathText);
    const octokit = gitHub(new Secret(core/* getInput */.V4('github-token')));
    const store = new GitHubSecretStore({ octokit, clock: systemClock, quoter, log });
    const sealed = { path, keyId: core/* getState */.Gu(saved_state/* stateKeys */.O.keyId), value: core/* getState */.Gu(saved_state/* stateKeys */.O.value) };
    const tooLate = AbortSignal.timeout(patienceMs);
    const ports = { clock: systemClock, log };
    await untilGitHubAnswers(() => store.writeSealed(sealed), `save the token in ${pathText}`, ports, tooLate, patienceMs);
}
function pendingSecretAt(pathText) {
    const path = parse_secret_path_parseSecretPath(pathText, '');
    const { pendingSecret } = readTargets(new InputReader(process.env), process.env);
    return sameSecret(path, pendingSecret) ? pendingSecret : path;
}


/***/ })

};
