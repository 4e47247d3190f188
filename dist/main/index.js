import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
/******/ var __webpack_modules__ = ({

/***/ 181:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("buffer");

/***/ }),

/***/ 9896:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("fs");

/***/ }),

/***/ 4589:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:assert");

/***/ }),

/***/ 6698:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:async_hooks");

/***/ }),

/***/ 4573:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:buffer");

/***/ }),

/***/ 7598:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:crypto");

/***/ }),

/***/ 3053:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:diagnostics_channel");

/***/ }),

/***/ 8474:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:events");

/***/ }),

/***/ 7067:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:http");

/***/ }),

/***/ 2467:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:http2");

/***/ }),

/***/ 7030:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:net");

/***/ }),

/***/ 643:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:perf_hooks");

/***/ }),

/***/ 1792:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:querystring");

/***/ }),

/***/ 99:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:sqlite");

/***/ }),

/***/ 7075:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:stream");

/***/ }),

/***/ 7830:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:stream/web");

/***/ }),

/***/ 1692:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:tls");

/***/ }),

/***/ 3136:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:url");

/***/ }),

/***/ 7975:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:util");

/***/ }),

/***/ 3429:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:util/types");

/***/ }),

/***/ 5919:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:worker_threads");

/***/ }),

/***/ 8522:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:zlib");

/***/ }),

/***/ 857:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("os");

/***/ }),

/***/ 932:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("process");

/***/ }),

/***/ 8029:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  e: () => (/* binding */ run)
});

// EXTERNAL MODULE: ./runner/clock.js
var clock = __nccwpck_require__(6158);
// EXTERNAL MODULE: ../node_modules/@actions/core/lib/core.js + 9 modules
var core = __nccwpck_require__(2966);
// EXTERNAL MODULE: ./runner/file-fault.js
var file_fault = __nccwpck_require__(4681);
;// CONCATENATED MODULE: ./runner/saved-state.js
const stateKeys = { path: 'pending-path', keyId: 'pending-key-id', value: 'pending-value' };
function isTokenUnsaved(environment) {
    return (environment[`STATE_${stateKeys.value}`] ?? '') !== '';
}

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
            log.warning(`The state of this step cannot be written (GITHUB_STATE: ${(0,file_fault/* fileFault */.b)(error)}). The run goes on; but should it ` +
                'be killed, the end of the job cannot save a new token for it.');
        }
    }
    return {
        mask(secret) {
            core/* setSecret */.Pq(secret.reveal());
            quoter.know(secret);
        },
        renewed({ path, keyId, value }) {
            save({ [stateKeys.path]: path.path, [stateKeys.keyId]: keyId, [stateKeys.value]: value });
        },
        staged() {
            save({ [stateKeys.value]: '' });
        },
    };
}

// EXTERNAL MODULE: ./report/texts.js
var texts = __nccwpck_require__(6384);
// EXTERNAL MODULE: ./rotation/progress.js
var progress = __nccwpck_require__(2773);
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
        core/* debug */.Yz(oneLine(message));
    }
    info(message) {
        this.#open();
        core/* info */.pq(oneLine(message));
    }
    notice(message) {
        this.#open();
        core/* notice */.lm(oneLine(message));
    }
    warning(message) {
        this.#open();
        this.warnings.push(message);
        core/* warning */.$e(oneLine(message));
    }
    progress(line) {
        this.#progress = line;
    }
    waiting(message) {
        if (this.#progress === undefined)
            this.info(message);
    }
    started(step) {
        const label = texts/* stepLabels */.Wg[step];
        const startedAt = Date.now();
        this.#group = label;
        this.#isQuiet = true;
        this.#heartbeat = setInterval(() => {
            if (this.#progress !== undefined)
                this.info(this.#progress());
            else if (this.#isQuiet)
                this.info(`${label}: still at it after ${(0,progress/* duration */.p)(Date.now() - startedAt)}`);
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
        core/* info */.pq((0,texts/* stepLine */.l6)(times));
    }
}
function oneLine(message) {
    return message.replace(/\s+/g, ' ').replaceAll('##[', '## [').replace(/^::/, ': :');
}

// EXTERNAL MODULE: ./runner/publish.js
var publish = __nccwpck_require__(1767);
// EXTERNAL MODULE: ./common/errors.js
var errors = __nccwpck_require__(9484);
;// CONCATENATED MODULE: ./inputs/account.js
const accountName = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
function readAccount(reader) {
    const account = reader.required('account');
    if (account !== '' && !accountName.test(account)) {
        const quoted = reader.quoted(account);
        const advice = quoted.startsWith('"') ? reader.meant(nearMiss(account)) : '';
        reader.wrong('account', `${quoted} is not a VTEX account name${advice}`, 'lower-case letters, digits and -');
    }
    return account;
}
function nearMiss(account) {
    const [, host = account] = /^(?:https?:\/\/)?([A-Za-z0-9.-]+)/.exec(account) ?? [];
    const name = host
        .toLowerCase()
        .replace(/\.(?:myvtex\.com|vtexcommercestable\.com\.br|vtexcommercebeta\.com\.br).*$/, '');
    return accountName.test(name) ? name : undefined;
}
function readKey(reader, name) {
    const key = reader.required(name);
    if (key !== '' && !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(key)) {
        reader.wrong(name, 'it is not an app key', 'the key as VTEX Admin shows it: vtexappkey-{account}-{letters}');
    }
    return key;
}
const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
function readVtexUrl(reader, account) {
    const given = reader.text('vtex-url');
    if (given === undefined)
        return `https://${account}.vtexcommercestable.com.br`;
    if (!isBaseUrl(given)) {
        reader.wrong('vtex-url', 'it is not a valid base URL', 'an https URL without user, query and fragment (http only for loopback)');
    }
    return given.replace(/\/+$/, '');
}
function isBaseUrl(text) {
    const url = URL.parse(text);
    if (url?.username !== '' || url.password !== '' || /[?#]/.test(text))
        return false;
    return url.protocol === 'https:' || (url.protocol === 'http:' && loopback.test(url.hostname));
}

// EXTERNAL MODULE: ./common/secret.js
var secret = __nccwpck_require__(8683);
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
        .map((value) => new secret/* Secret */.z(value));
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
        return new secret/* Secret */.z(value);
    }
    requiredSecret(name) {
        this.required(name);
        return this.secret(name) ?? new secret/* Secret */.z('');
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
        this.problems.push(new errors/* RotationError */.FL('input-invalid', `Input "${name}": ${what}. Allowed: ${allowed}.`, 'Nothing was requested or changed. Correct the input and run the action again.'));
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

// EXTERNAL MODULE: ./paths/parse-secret-path.js + 1 modules
var parse_secret_path = __nccwpck_require__(461);
// EXTERNAL MODULE: ./paths/secret-names.js
var secret_names = __nccwpck_require__(3397);
// EXTERNAL MODULE: ./paths/secret-path.js
var secret_path = __nccwpck_require__(9862);
;// CONCATENATED MODULE: ./inputs/targets.js



function readTargets(reader, environment) {
    const targets = readListed(reader, environment);
    const secrets = targets.filter((target) => target.level !== 'pattern');
    const patterns = targets.filter((target) => target.level === 'pattern');
    const pendingSecret = readPendingSecret(reader, environment, targets[0]);
    const oldSecret = (0,secret_path/* oldSecretPathOf */.A1)(pendingSecret);
    for (const [path, what] of [
        [pendingSecret, 'it'],
        [oldSecret, 'its old secret'],
    ]) {
        if (secrets.some((listed) => (0,secret_path/* sameSecret */.BX)(listed, path)))
            reader.wrong('pending-secret', `${what} is one of the listed secrets`, 'a secret of its own, beside the listed ones');
    }
    return {
        secrets,
        patterns,
        pendingSecret,
        oldSecret,
        warnings: targets.flatMap((target) => (0,secret_path/* warningAbout */.yY)(target) ?? []),
    };
}
function readListed(reader, environment) {
    const lines = reader.lines('secrets');
    if (lines.length === 0)
        reader.wrong('secrets', 'it is missing', 'at least one path of a secret, one a line');
    const targets = lines.flatMap(({ text, number }) => {
        const target = readPath(reader, 'secrets', ` in line ${number}`, text, (path) => (0,parse_secret_path/* parseSecretTarget */.p)(path, environment.GITHUB_REPOSITORY ?? ''));
        return target === undefined ? [] : [target];
    });
    return [...new Map(targets.toReversed().map((target) => [(0,secret_path/* keyOf */.TN)(target), target])).values()].toReversed();
}
function readPath(reader, name, place, text, parse) {
    try {
        return parse(text);
    }
    catch (error) {
        if (!(error instanceof secret_names/* InvalidSecretPath */.LY))
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
    const parse = (path) => (0,parse_secret_path/* parseSecretPath */.T)(path, environment.GITHUB_REPOSITORY ?? '');
    const pending = readPath(reader, 'pending-secret', '', text, parse);
    if (pending === undefined)
        return standIn;
    const isShared = pending.level === 'organization' && pending.audience === undefined;
    const isBeside = isShared && first?.level === 'organization' && pending.org.toLowerCase() === first.org.toLowerCase();
    return isBeside ? { ...pending, audience: { like: first } } : pending;
}

// EXTERNAL MODULE: ./rotation/settings.js
var settings = __nccwpck_require__(8283);
;// CONCATENATED MODULE: ./inputs/tokens.js







function readTokens(reader, environment, operation, secrets) {
    const values = readCurrentValues(reader, environment, secrets);
    return {
        currentToken: readCurrentToken(reader, operation, values),
        pendingToken: tokenOrNone(reader, 'pending-token'),
        oldToken: tokenOrNone(reader, 'old-token'),
        oldTokenPassed: reader.text('old-token') !== undefined,
        currentValues: values.byPath,
    };
}
function tokenOrNone(reader, name) {
    return reader.text(name) === settings/* noToken */.fC ? undefined : reader.secret(name);
}
const tokenOrNoneAllowed = `the token that is in use now, or ${settings/* noToken */.fC} if there is none`;
function readCurrentToken(reader, operation, values) {
    const name = 'current-token';
    const text = reader.text(name);
    if (text === undefined) {
        if (operation === 'rotate' || operation === 'check')
            reader.wrong(name, 'it is empty', tokenOrNoneAllowed);
        return undefined;
    }
    if (text === settings/* noToken */.fC)
        return undefined;
    if (isReference(text) || values.byKey.has(keyIn(text)))
        return readReference(reader, text, values);
    if (flawOf(text) !== undefined && /^[[{]|[\r\n]/.test(text)) {
        const flaw = `${flawOf(text) ?? ''}: the secret holds more than the token`;
        const allowed = `${tokenOrNoneAllowed}; for a secret that holds more, its whole value in current-values, and here NAME#/json/pointer`;
        reader.wrong(name, flaw, allowed);
        return undefined;
    }
    return reader.secret(name);
}
function readCurrentValues(reader, environment, secrets) {
    const name = 'current-values';
    const nothing = { byKey: new Map(), byPath: new Map() };
    const text = reader.text(name);
    if (text === undefined)
        return nothing;
    const parsed = parseJson(text);
    if (!isObject(parsed)) {
        reader.wrong(name, 'it is not a JSON object', '{"NAME": ${{ toJSON(secrets.NAME) }} }');
        return nothing;
    }
    const byKey = new Map();
    const byPath = new Map();
    for (const [key, value] of Object.entries(parsed)) {
        const path = listedPath(key, environment, secrets);
        if (path === undefined)
            reader.wrong(name, `${reader.quoted(key)} is not a line of secrets`, 'listed secrets, as written there, without *');
        else if (typeof value !== 'string' || value === '')
            reader.wrong(name, `the value of ${reader.quoted(key)} is not a text`, 'the whole value of that secret, from toJSON(secrets.NAME)');
        else {
            byKey.set(key, value);
            byPath.set(path.path, new secret/* Secret */.z(value));
        }
    }
    return { byKey, byPath };
}
function listedPath(key, environment, secrets) {
    try {
        const target = (0,parse_secret_path/* parseSecretTarget */.p)(key, environment.GITHUB_REPOSITORY ?? '');
        return secrets.find((path) => (0,secret_path/* keyOf */.TN)(path) === (0,secret_path/* keyOf */.TN)(target));
    }
    catch {
        return undefined;
    }
}
function readReference(reader, text, { byKey }) {
    const name = 'current-token';
    const key = keyIn(text);
    const pointer = text.slice(key.length + 1);
    const whole = byKey.get(key);
    if (whole === undefined) {
        reader.wrong(name, `current-values has no entry ${reader.quoted(key)}`, 'NAME#/json/pointer with NAME as in current-values');
        return undefined;
    }
    const found = valueAt(parseJson(whole), pointer);
    if (typeof found === 'string' && flawOf(found) === undefined)
        return new secret/* Secret */.z(found);
    reader.wrong(name, `in the value of ${reader.quoted(key)} there is no token at ${reader.quoted(pointer)}`, 'a JSON pointer to the token, as /vtex/apiToken');
    return undefined;
}
function keyIn(reference) {
    return reference.split('#', 1)[0] ?? '';
}
function valueAt(document, pointer) {
    if (pointer === '')
        return document;
    if (!pointer.startsWith('/'))
        return undefined;
    let value = document;
    for (const part of pointer.slice(1).split('/')) {
        const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
        if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key))
            return undefined;
        value = value[key];
    }
    return value;
}

;// CONCATENATED MODULE: ./paths/workflow-ref.js
const file = String.raw `([A-Za-z0-9._-]+\.ya?ml)`;
const here = new RegExp(String.raw `^(?:(?:\./)?\.github/workflows/)?${file}$`);
const elsewhere = new RegExp(String.raw `^([^/]+)/([^/]+)/\.github/workflows/${file}$`);
const workflow_ref_name = /^[A-Za-z0-9._-]+$/;
function parseWorkflowRef(text, thisRepository, thisRef) {
    const at = text.indexOf('@');
    const path = at === -1 ? text : text.slice(0, at);
    const ref = at === -1 ? undefined : text.slice(at + 1);
    const wrongRef = ref === undefined ? undefined : reasonAgainstRef(ref);
    const place = placeOf(path, thisRepository);
    if (typeof place === 'string')
        return place;
    if (wrongRef !== undefined)
        return wrongRef;
    const isHere = `${place.owner}/${place.repo}`.toLowerCase() === thisRepository.toLowerCase();
    return { input: text, ...place, ref: ref ?? (isHere ? branchOrTag(thisRef) : undefined) };
}
function placeOf(path, thisRepository) {
    if (hasDotSegments(path))
        return 'a path with the segment "." or ".." is not allowed';
    const [, local] = here.exec(path) ?? [];
    if (local !== undefined)
        return placeHere(local, thisRepository);
    const [, owner, repo, file] = elsewhere.exec(path) ?? [];
    if (owner === undefined || repo === undefined || file === undefined)
        return reasonAgainstPath(path);
    return areNames(owner, repo) ? { owner, repo, file } : 'the owner or repository is no GitHub name';
}
function areNames(owner, repo) {
    return owner !== '.' && workflow_ref_name.test(owner) && workflow_ref_name.test(repo);
}
function hasDotSegments(path) {
    return path.split('/').some((segment, index) => segment === '..' || (segment === '.' && index > 0));
}
function placeHere(file, thisRepository) {
    const [owner = '', repo = ''] = thisRepository.split('/');
    if (owner === '' || repo === '')
        return 'GITHUB_REPOSITORY is not set, so the repository must be named';
    return { owner, repo, file };
}
function reasonAgainstPath(path) {
    if (/^https?:/i.test(path))
        return 'it is an address; write owner/repo/.github/workflows/verify.yml';
    if (path.includes(','))
        return 'it has a comma; write one workflow a line';
    if (/^\d+$/.test(path))
        return 'it is a number; write the name of the file';
    if (!/\.ya?ml$/.test(path))
        return 'it does not end in .yml or .yaml, as the file of a workflow does';
    return 'it is neither the name of a workflow file nor the path of one';
}
function branchOrTag(ref) {
    return /^refs\/(?:heads|tags)\/(.+)$/.exec(ref)?.[1];
}
function reasonAgainstRef(ref) {
    if (/^[0-9a-f]{40}$/i.test(ref)) {
        return 'the ref after "@" is the SHA of a commit, and a dispatch takes a branch or a tag only';
    }
    return isRef(ref) ? undefined : 'the ref after "@" is not the name of a branch or tag';
}
function isRef(ref) {
    return (ref.length <= 250 &&
        /^[^\s~^:?*[\\\p{Cc}]+$/u.test(ref) &&
        !/\.\.|@\{|\.$|^@$|^-/.test(ref) &&
        ref.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock')));
}

;// CONCATENATED MODULE: ./inputs/verification.js

function readWorkflows(reader, environment) {
    return reader.lines('verification-workflow').flatMap(({ text, number }) => {
        const workflow = parseWorkflowRef(text, environment.GITHUB_REPOSITORY ?? '', environment.GITHUB_REF ?? '');
        if (typeof workflow !== 'string')
            return [workflow];
        reader.wrong('verification-workflow', `${reader.quoted(text)} in line ${number} is wrong: ${workflow}`, 'verify.yml or owner/repo/.github/workflows/verify.yml@ref, one a line');
        return [];
    });
}
function readVerificationInputs(reader, workflows) {
    const name = 'verification-inputs';
    const values = new Map();
    for (const { text, number } of reader.lines(name)) {
        const [, key, value] = /^([A-Za-z_][\w-]*)\s*=(.*)$/.exec(text) ?? [];
        if (key === undefined || value === undefined)
            reader.wrong(name, `line ${number} is not name=value`, 'name=value, one a line');
        else if (values.has(key))
            reader.wrong(name, `line ${number} repeats an input`, 'each name once');
        else
            values.set(key, value.trim());
    }
    if (values.size > 25)
        reader.wrong(name, `${values.size} inputs are given`, 'at most 25, which is what GitHub takes');
    if (values.size > 0 && workflows.length === 0 && reader.text('verification-workflow') === undefined) {
        reader.wrong(name, 'there is no workflow to give them to', 'inputs together with verification-workflow');
    }
    return values;
}
function readRequests(reader) {
    return reader.lines('verification-requests').flatMap(({ text, number }) => {
        const base = 'https://store.invalid';
        const url = /^\/(?![/\\])[\x21-\x7e]*$/.test(text) && URL.canParse(text, base) ? new URL(text, base) : undefined;
        const folds = (text.split('?')[0] ?? '').split('/').some((part) => /^(?:\.|%2e){1,2}$/i.test(part));
        if (url?.origin === base && !folds && !/[\\#]/.test(text))
            return [text];
        reader.wrong('verification-requests', `${reader.quoted(text)} in line ${number} is not a path`, 'VTEX paths that start with one /, without "." and ".." segments, one a line');
        return [];
    });
}

;// CONCATENATED MODULE: ./inputs/warnings.js
function warningsAbout(settings, choices) {
    const renews = settings.operation === 'rotate';
    return [
        ...aboutKeys(settings, choices.account),
        ...(renews ? aboutTokens(settings, choices) : []),
        ...aboutVerification(settings, choices.verifyBefore),
        ...aboutWaits(settings, choices),
    ];
}
function aboutKeys({ apiKey, manager }, account) {
    const warnings = [];
    if (apiKey === manager.appKey && apiKey !== '') {
        warnings.push('api-key equals app-key. VTEX\'s rule for renewing a token is: "You must use a valid API key (not the one being ' +
            'renewed)". The run goes on and finishes with the new token.');
    }
    const owner = /^vtexappkey-(.+)-[^-]+$/.exec(apiKey)?.[1];
    if (owner !== undefined && owner !== account) {
        warnings.push(`api-key carries the name of another account than "${account}"; VTEX renews only keys of its own account.`);
    }
    return warnings;
}
function aboutTokens({ currentToken, deleteOldToken }, { exposeNewToken }) {
    const warnings = [];
    if (currentToken === undefined) {
        warnings.push('current-token is none: nothing can be restored, and nothing shows that api-key is the key whose token the secrets hold.');
    }
    if (exposeNewToken && deleteOldToken === 'now') {
        warnings.push('expose-new-token with delete-old-token: now: the old token is dead before the steps run that are fed with the new ' +
            'one. Use later, and finish in a step after them.');
    }
    return warnings;
}
function aboutVerification(settings, verifyBefore) {
    const verifies = settings.verification !== 'none';
    const warnings = [];
    const mayRestore = settings.operation === 'rotate' && settings.onVerificationFailure === 'restore';
    if (verifies && mayRestore && settings.currentToken === undefined) {
        warnings.push('on-verification-failure is restore, but without current-token there is nothing to restore.');
    }
    if (verifyBefore && !verifies) {
        warnings.push('verify-before-update is true, but without verification-workflow there is nothing to verify with.');
    }
    return warnings;
}
const longestWaitsMs = 50 * 60_000;
function aboutWaits(settings, { githubToken, verificationTimeoutMs }) {
    const verification = settings.verification === 'none' ? 0 : verificationTimeoutMs;
    const waits = verification + settings.drainTimeoutMs + settings.propagationTimeoutMs;
    if (!githubToken.startsWith('ghs_') || settings.operation === 'check' || waits <= longestWaitsMs)
        return [];
    return [
        `github-token is an installation token, which lives one hour, and this run may wait ${Math.round(waits / 60_000)} minutes. ` +
            'For long waits use delete-old-token: later, and operation: finish in a later run.',
    ];
}

;// CONCATENATED MODULE: ./inputs/inputs.js







const minuteMs = 60_000;
const dayMs = 86_400_000;
function parseInputs(environment, now) {
    const reader = new InputReader(environment);
    const account = readAccount(reader);
    const operation = reader.choice('operation', ['rotate', 'finish', 'check', 'undo']);
    const { warnings, ...targets } = readTargets(reader, environment);
    const githubToken = reader.requiredSecret('github-token');
    const workflows = readWorkflows(reader, environment);
    const verifyBefore = reader.boolean('verify-before-update');
    const verificationTimeoutMs = reader.integer('verification-timeout-minutes', 1, 1440) * minuteMs;
    const exposeNewToken = reader.boolean('expose-new-token');
    const settings = {
        operation,
        manager: { appKey: readKey(reader, 'app-key'), appToken: reader.requiredSecret('app-token') },
        apiKey: readKey(reader, 'api-key'),
        ...readTokens(reader, environment, operation, targets.secrets),
        ...targets,
        createMissing: reader.boolean('create-missing-secrets'),
        deleteOldToken: reader.choice('delete-old-token', ['now', 'later']),
        signInCheck: reader.boolean('sign-in-check'),
        verificationRequests: readRequests(reader),
        verification: workflows.length === 0 ? 'none' : verifyBefore ? 'before-update' : 'after-update',
        onVerificationFailure: reader.choice('on-verification-failure', ['restore', 'keep']),
        propagationTimeoutMs: reader.integer('propagation-timeout-seconds', 0, 600) * 1000,
        drainTimeoutMs: reader.integer('drain-timeout-minutes', 0, 1440) * minuteMs,
        renewAfterMs: reader.integer('renew-after-days', 0, 3650) * dayMs,
        renewedAt: readRenewedAt(reader, operation, now),
    };
    const inputs = {
        settings,
        account,
        vtexUrl: readVtexUrl(reader, account),
        githubToken,
        runToken: reader.secret('run-token'),
        verificationToken: reader.secret('verification-token') ?? githubToken,
        workflows,
        verificationInputs: readVerificationInputs(reader, workflows),
        verificationTimeoutMs,
        exposeNewToken,
        warnings: [
            ...warnings,
            ...warningsAbout(settings, {
                account,
                verifyBefore,
                exposeNewToken,
                verificationTimeoutMs,
                githubToken: githubToken.reveal(),
            }),
        ],
    };
    expectProof(reader);
    forbidSecretsElsewhere(reader, environment);
    return reader.problems.length > 0 ? { problems: reader.problems } : { inputs: Object.freeze(inputs) };
}
const clockAllowanceMs = 5 * minuteMs;
function readRenewedAt(reader, operation, now) {
    const text = reader.text('renewed-at');
    if (text === undefined)
        return undefined;
    if (operation !== 'finish') {
        reader.wrong('renewed-at', `it means nothing with operation: ${operation}`, 'it goes with operation: finish only');
        return undefined;
    }
    const isIso = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/.test(text);
    const instant = isIso ? Date.parse(text) : Number.NaN;
    if (Number.isNaN(instant)) {
        reader.wrong('renewed-at', `${reader.quoted(text)} is not a time with a zone`, 'ISO 8601 with a zone: 2026-01-31T12:00:00Z');
    }
    else if (instant > now + clockAllowanceMs) {
        reader.wrong('renewed-at', 'it is in the future', 'the output renewed-at of the run that rotated');
    }
    return instant;
}
function expectProof(reader) {
    const isOff = /^false$/i.test(reader.text('sign-in-check') ?? '');
    if (!isOff || reader.lines('verification-requests').length > 0)
        return;
    reader.wrong('sign-in-check', 'false leaves nothing that tells whether VTEX accepts a token', 'true, or false with verification-requests');
}
function forbidSecretsElsewhere(reader, environment) {
    const secrets = secretInputs(environment).map((secret) => secret.reveal());
    for (const name of inputNames) {
        if (secretInputNames.includes(name) || reader.isWrong(name))
            continue;
        const value = reader.text(name) ?? '';
        if (secrets.some((secret) => secret.length >= 8 && value.includes(secret))) {
            reader.wrong(name, 'it contains the value of a secret input', 'a name or path, never a token');
        }
    }
}

;// CONCATENATED MODULE: ./common/quoter.js
const windowLength = 12;
const echoLength = 30;
const shownLength = 4096;
const overlap = 64;
const withheld = '(text withheld: it repeats a secret)';
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;
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
    return text.replaceAll(/\s+/gu, ' ').replaceAll(invisible, '').replaceAll(/ +/g, ' ').trim();
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

// EXTERNAL MODULE: ./report/links.js
var links = __nccwpck_require__(9525);
// EXTERNAL MODULE: ./report/outputs.js
var outputs = __nccwpck_require__(7954);
// EXTERNAL MODULE: ./report/summary.js + 5 modules
var summary = __nccwpck_require__(9719);
// EXTERNAL MODULE: ./rotation/steps/context.js
var context = __nccwpck_require__(8603);
;// CONCATENATED MODULE: ./action.js













async function run() {
    try {
        return await runReporting();
    }
    catch (error) {
        const own = (0,context/* ownError */.ld)(error, 'github-unavailable');
        (0,publish/* publishError */.Aq)(own.code, (0,texts/* plainAnnotation */.ki)(own, (0,links/* linksFrom */.av)(process.env)));
        return 1;
    }
}
async function runReporting() {
    const quoter = new Quoter();
    const log = new RunnerLog();
    const journal = createJournal(quoter, log);
    for (const secret of secretInputs(process.env))
        journal.mask(secret);
    const { inputs, problems } = parseInputs(process.env, clock/* systemClock */.m.now());
    const refuse = (wrong) => reportInvalidInputs(wrong, log);
    if (problems !== undefined)
        return refuse(problems);
    if (inputs.settings.currentToken !== undefined)
        journal.mask(inputs.settings.currentToken);
    for (const warning of inputs.warnings)
        log.warning(warning);
    const { runOperation } = await Promise.all(/* import() */[__nccwpck_require__.e(883), __nccwpck_require__.e(909)]).then(__nccwpck_require__.bind(__nccwpck_require__, 9909));
    return runOperation(inputs, { log, journal, quoter, links: (0,links/* linksFrom */.av)(process.env), refuse });
}
async function reportInvalidInputs(problems, log) {
    (0,publish/* publishOutputs */.eB)((0,outputs/* outputsOfInvalidInputs */.Ew)(problems), process.env, log);
    await (0,publish/* publishSummary */.Iv)((0,summary/* summaryOfInvalidInputs */.W)(problems, (0,links/* linksFrom */.av)(process.env)), log);
    for (const problem of problems)
        (0,publish/* publishError */.Aq)(problem.code, (0,texts/* plainAnnotation */.ki)(problem, (0,links/* linksFrom */.av)(process.env)));
    return 1;
}


/***/ }),

/***/ 9484:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   FL: () => (/* binding */ RotationError),
/* harmony export */   zU: () => (/* binding */ attempted)
/* harmony export */ });
/* unused harmony export errorCodes */
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
class RotationError extends Error {
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
        if (error instanceof RotationError)
            return error;
        throw error;
    }
}


/***/ }),

/***/ 8683:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   z: () => (/* binding */ Secret)
/* harmony export */ });
/* harmony import */ var node_util__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7975);

const hidden = '***';
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
        return hidden;
    }
    toJSON() {
        return hidden;
    }
    [node_util__WEBPACK_IMPORTED_MODULE_0__.inspect.custom]() {
        return hidden;
    }
}


/***/ }),

/***/ 8540:
/***/ ((__webpack_module__, __unused_webpack___webpack_exports__, __nccwpck_require__) => {

__nccwpck_require__.a(__webpack_module__, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
/* harmony import */ var _action_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(8029);
/* harmony import */ var _runner_exit_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(3070);


(0,_runner_exit_js__WEBPACK_IMPORTED_MODULE_1__/* .exit */ .N)(await (0,_action_js__WEBPACK_IMPORTED_MODULE_0__/* .run */ .e)());

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 461:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  T: () => (/* binding */ parseSecretPath),
  p: () => (/* binding */ parseSecretTarget)
});

// EXTERNAL MODULE: ./paths/secret-forms.js
var secret_forms = __nccwpck_require__(7234);
// EXTERNAL MODULE: ./paths/secret-names.js
var secret_names = __nccwpck_require__(3397);
;// CONCATENATED MODULE: ./paths/mistaken-path.js


function refuseExpression(text) {
    const [, name] = /^(?:\$\{\{\s*)?secrets\.(\w+)(?:\s*\}\})?$/i.exec(text) ?? [];
    if (name !== undefined || text.includes('${{')) {
        throw new secret_names/* InvalidSecretPath */.LY('it is an expression; write the name of the secret alone', name);
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
    return candidates.find((text) => text !== location && (0,secret_forms/* formOfSegments */.q)(text.split('/')) !== undefined);
}
function nearMiss(location, segments) {
    const [root, , , store] = segments;
    if (/[,;\s]\S*\//.test(location))
        return new secret_names/* InvalidSecretPath */.LY('there is more than one in the line; write one a line');
    if (root === 'repos' && store === 'environments' && segments.length > 7) {
        return new secret_names/* InvalidSecretPath */.LY('an environment name with "/" must be percent-encoded: prod%2Feu');
    }
    const meant = meantBy(location);
    if (meant !== undefined) {
        const isPrefixed = /^(?:repos|orgs)\//.test(location);
        const what = isPrefixed ? 'it is not the path of a secret' : 'it does not begin with repos/ or orgs/';
        return new secret_names/* InvalidSecretPath */.LY(what, meant);
    }
    const forms = ['NAME', ...secret_forms/* secretForms */.e.map(({ template }) => template)].join(', ');
    return new secret_names/* InvalidSecretPath */.LY(`it is not the path of a secret; allowed: ${forms}`);
}

;// CONCATENATED MODULE: ./paths/parse-secret-path.js



function parseSecretPath(text, thisRepository) {
    const parsed = parseSecretTarget(text, thisRepository);
    if (parsed.level === 'pattern') {
        throw new secret_names/* InvalidSecretPath */.LY('"*" stands for many secrets, and one is wanted here');
    }
    return parsed;
}
function parseSecretTarget(text, thisRepository) {
    const bare = text.replace(/^\//, '');
    refuseExpression(bare);
    const [location = '', query, ...more] = bare.split('?');
    if (more.length > 0)
        throw new secret_names/* InvalidSecretPath */.LY('it has more than one "?"');
    const segments = location.includes('/') ? location.split('/') : [...parse_secret_path_short(thisRepository), location];
    const found = (0,secret_forms/* formOfSegments */.q)(segments);
    if (found === undefined)
        throw nearMiss(location, segments);
    const target = locate(found.form, found.values);
    if (query === undefined)
        return target;
    if (target.level !== 'organization') {
        throw new secret_names/* InvalidSecretPath */.LY('only the path of an organization secret takes "?visibility=\u2026"');
    }
    return { ...target, audience: (0,secret_names/* parseAudience */.QA)(query) };
}
function parse_secret_path_short(thisRepository) {
    if (!/^[^/]+\/[^/]+$/.test(thisRepository)) {
        throw new secret_names/* InvalidSecretPath */.LY('a name alone needs GITHUB_REPOSITORY, which is not set; write the whole path');
    }
    return ['repos', ...thisRepository.split('/'), 'actions', 'secrets'];
}
function locate(form, values) {
    const value = (place) => values.get(place) ?? '';
    const fill = (own) => form.template.replaceAll(/\{(\w+)\}/g, (_, place) => own[place] ?? '');
    const name = (0,secret_names/* secretName */.Gf)(value('name'));
    if (form.level === 'organization') {
        const org = (0,secret_names/* ownerName */.Hc)(value('org'));
        return { level: form.level, org, name, path: fill({ org, name }) };
    }
    const owner = (0,secret_names/* ownerName */.Hc)(value('owner'));
    const repo = (0,secret_names/* repositoryName */.aR)(value('repo'));
    if (form.level === 'repository') {
        const path = fill({ owner, repo, name });
        if (repo.includes('*'))
            return patternOf(owner, repo, name, path);
        return { level: form.level, owner, repo, name, path };
    }
    const environment = (0,secret_names/* environmentName */.VE)(value('environment'));
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


/***/ }),

/***/ 7234:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   e: () => (/* binding */ secretForms),
/* harmony export */   q: () => (/* binding */ formOfSegments)
/* harmony export */ });
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


/***/ }),

/***/ 3397:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Gf: () => (/* binding */ secretName),
/* harmony export */   Hc: () => (/* binding */ ownerName),
/* harmony export */   LY: () => (/* binding */ InvalidSecretPath),
/* harmony export */   QA: () => (/* binding */ parseAudience),
/* harmony export */   VE: () => (/* binding */ environmentName),
/* harmony export */   aR: () => (/* binding */ repositoryName)
/* harmony export */ });
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


/***/ }),

/***/ 9862:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   $t: () => (/* binding */ placeOf),
/* harmony export */   A1: () => (/* binding */ oldSecretPathOf),
/* harmony export */   BX: () => (/* binding */ sameSecret),
/* harmony export */   QU: () => (/* binding */ formOf),
/* harmony export */   TN: () => (/* binding */ keyOf),
/* harmony export */   yY: () => (/* binding */ warningAbout)
/* harmony export */ });
/* unused harmony exports textOf, sibling */
/* harmony import */ var _secret_forms_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7234);

function sameSecret(a, b) {
    return keyOf(a) === keyOf(b);
}
function keyOf({ path }) {
    return path.toLowerCase();
}
function formOf({ path }) {
    const found = (0,_secret_forms_js__WEBPACK_IMPORTED_MODULE_0__/* .formOfSegments */ .q)(path.split('/'));
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


/***/ }),

/***/ 898:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   $: () => (/* binding */ subline),
/* harmony export */   g: () => (/* binding */ headlineOf)
/* harmony export */ });
/* harmony import */ var _links_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(9525);
/* harmony import */ var _markup_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(2698);
/* harmony import */ var _times_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(2770);




function headlineOf(settings, outcome) {
    const { standing, result } = outcome;
    switch (result) {
        case 'rotated':
            return { icon: '\u2705', text: `VTEX token rotated: ${holding(standing, 'new')}` };
        case 'pending':
            return { icon: '\u23f3', text: `Both VTEX tokens work: ${holding(standing, 'new')}` };
        case 'finished':
            return { icon: '\u2705', text: `Old VTEX token deleted: ${holding(standing, 'new')}` };
        case 'skipped':
            return outcome.noteIsWarning
                ? { icon: '\u26a0\ufe0f', text: 'Nothing was done' }
                : { icon: '\u23ed\ufe0f', text: 'Nothing to do' };
        case 'checked':
            return { icon: '\u2705', text: 'Check passed: nothing wrong was seen, nothing was changed' };
        case 'restored':
            return { icon: '\u21a9\ufe0f', text: `VTEX token rotation taken back: ${holding(standing, 'old')}` };
        case 'undone':
            return { icon: '\u21a9\ufe0f', text: `Old VTEX token written back: ${holding(standing, 'old')}` };
        case 'failed':
            return { icon: '\u274c', text: failure(settings, outcome) };
    }
}
function failure({ operation }, { standing, errors }) {
    if (operation === 'check') {
        return `Check: ${(0,_times_js__WEBPACK_IMPORTED_MODULE_1__/* .counted */ .hS)(errors.length, 'thing')} ${errors.length === 1 ? 'is' : 'are'} wrong, nothing was changed`;
    }
    const what = operation === 'finish' ? 'VTEX token rotation not finished' : 'VTEX token rotation stopped';
    return `${what}: ${whatIsTrue(standing)}`;
}
function whatIsTrue(standing) {
    switch (standing.renewal) {
        case 'none':
            return 'nothing was renewed';
        case 'elsewhere':
            return 'another renewal is pending at VTEX';
        case 'lost':
            return 'a new token may be lost';
        case 'unclear':
            return 'the old token may be deleted';
        case 'undone':
        case 'over':
        case 'pending':
            return holding(standing, 'new');
    }
}
function holding({ secrets }, holds) {
    const count = secrets.filter((secret) => secret.holds === holds).length;
    const token = `the ${holds} token`;
    if (secrets.length === 1)
        return `the secret ${count === 1 ? 'holds' : 'is not known to hold'} ${token}`;
    if (count === secrets.length)
        return `all ${(0,_times_js__WEBPACK_IMPORTED_MODULE_1__/* .numberText */ .$4)(secrets.length)} secrets hold ${token}`;
    const verb = count === 1 ? 'holds' : 'hold';
    return `${(0,_times_js__WEBPACK_IMPORTED_MODULE_1__/* .numberText */ .$4)(count)} of ${(0,_times_js__WEBPACK_IMPORTED_MODULE_1__/* .counted */ .hS)(secrets.length, 'secret')} ${verb} ${token}`;
}
const longestAdvisedDays = 180;
function subline(account, settings, outcome) {
    const { steps } = outcome;
    const [first, last] = [steps[0], steps.at(-1)];
    const took = first === undefined || last === undefined ? '' : (0,_times_js__WEBPACK_IMPORTED_MODULE_1__/* .durationText */ .S5)(last.endedAt - first.startedAt);
    return [
        (0,_markup_js__WEBPACK_IMPORTED_MODULE_2__/* .strong */ .ko)(settings.apiKey),
        `account ${(0,_markup_js__WEBPACK_IMPORTED_MODULE_2__/* .link */ .nf)(account, (0,_links_js__WEBPACK_IMPORTED_MODULE_0__/* .vtexAdmin */ .jd)(account))}`,
        (0,_markup_js__WEBPACK_IMPORTED_MODULE_2__/* .escapeHtml */ .ZD)(took),
        nextDue(settings, outcome),
    ]
        .filter((part) => part !== '')
        .join(' \u00b7 ');
}
function nextDue({ renewAfterMs }, { standing, result }) {
    if (['failed', 'restored', 'undone'].includes(result))
        return '';
    const dates = standing.secrets.flatMap(({ updatedAt }) => updatedAt ?? []);
    if (dates.length < standing.secrets.length || dates.length === 0)
        return '';
    const oldest = Math.min(...dates);
    return renewAfterMs > 0
        ? `next rotation due ${(0,_markup_js__WEBPACK_IMPORTED_MODULE_2__/* .strong */ .ko)((0,_times_js__WEBPACK_IMPORTED_MODULE_1__/* .dateText */ .MK)(oldest + renewAfterMs))}`
        : `VTEX advises the next one by ${(0,_markup_js__WEBPACK_IMPORTED_MODULE_2__/* .strong */ .ko)((0,_times_js__WEBPACK_IMPORTED_MODULE_1__/* .dateText */ .MK)((0,_times_js__WEBPACK_IMPORTED_MODULE_1__/* .daysAfter */ .mU)(oldest, longestAdvisedDays)))}`;
}


/***/ }),

/***/ 9525:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Ri: () => (/* binding */ placeOfSecret),
/* harmony export */   ZE: () => (/* binding */ sectionOf),
/* harmony export */   av: () => (/* binding */ linksFrom),
/* harmony export */   jd: () => (/* binding */ vtexAdmin)
/* harmony export */ });
/* harmony import */ var _paths_parse_secret_path_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(461);
/* harmony import */ var _paths_secret_path_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(9862);


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
function sectionOf({ troubleshooting }, code) {
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
    const path = (0,_paths_parse_secret_path_js__WEBPACK_IMPORTED_MODULE_0__/* .parseSecretPath */ .T)(text, '');
    const { store } = (0,_paths_secret_path_js__WEBPACK_IMPORTED_MODULE_1__/* .formOf */ .QU)(path);
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


/***/ }),

/***/ 2698:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   D_: () => (/* binding */ unbroken),
/* harmony export */   FY: () => (/* binding */ paragraph),
/* harmony export */   Mn: () => (/* binding */ lines),
/* harmony export */   ZD: () => (/* binding */ escapeHtml),
/* harmony export */   aY: () => (/* binding */ code),
/* harmony export */   ko: () => (/* binding */ strong),
/* harmony export */   nf: () => (/* binding */ link),
/* harmony export */   om: () => (/* binding */ block),
/* harmony export */   p_: () => (/* binding */ list),
/* harmony export */   tp: () => (/* binding */ table),
/* harmony export */   xE: () => (/* binding */ alert),
/* harmony export */   zH: () => (/* binding */ details)
/* harmony export */ });
function escapeHtml(text) {
    return text.replace(/\s+/g, ' ').replace(/[&<>"'@*`[\]]/g, (character) => `&#${character.charCodeAt(0)};`);
}
function block(html) {
    return html === '' ? '' : `<p>${html}</p>`;
}
function paragraph(text) {
    return `<p>${escapeHtml(text)}</p>`;
}
function strong(text) {
    return `<b>${escapeHtml(text)}</b>`;
}
function unbroken(text) {
    return escapeHtml(text).replaceAll(' ', '&nbsp;');
}
function code(text) {
    return `<code>${escapeHtml(text).replace(/[_/-]/g, '$&<wbr>')}</code>`;
}
function lines(texts) {
    return block(texts.map(escapeHtml).join('<br>\n'));
}
function list(lines) {
    if (lines.length === 0)
        return '';
    return ['<ul>', ...lines.map((line) => `<li>${escapeHtml(line)}</li>`), '</ul>'].join('\n');
}
function link(text, url) {
    return url === ''
        ? escapeHtml(text)
        : `<a href="${url.replace(/["<>\s]/g, encodeURIComponent)}">${escapeHtml(text)}</a>`;
}
function table(head, rows) {
    const cells = (tag, row) => row.map((cell) => `<${tag}>${cell}</${tag}>`).join('');
    return [
        '<table>',
        `<tr>${cells('th', head)}</tr>`,
        ...rows.map((row) => `<tr>${cells('td', row)}</tr>`),
        '</table>',
    ].join('\n');
}
function details(title, ...parts) {
    const content = parts.filter((part) => part !== '');
    if (content.length === 0)
        return '';
    return ['<details>', `<summary>${escapeHtml(title)}</summary>`, ...content, '</details>'].join('\n');
}
function alert(kind, lead, parts) {
    const lines = parts.filter((part) => part !== '').flatMap((part) => part.split('\n'));
    return [`[!${kind}]`, strong(lead), '', ...lines].map((line) => `> ${line}`.trimEnd()).join('\n');
}


/***/ }),

/***/ 7954:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Ew: () => (/* binding */ outputsOfInvalidInputs),
/* harmony export */   Yz: () => (/* binding */ outputsOf)
/* harmony export */ });
/* unused harmony export isoTime */
function isoTime(instant) {
    return new Date(instant).toISOString().replace('.000Z', 'Z');
}
function isoOrNull(instant) {
    return instant === undefined ? null : isoTime(instant);
}
function outputsOf(account, settings, outcome) {
    const { knowledge, standing, result, errors, earlier } = outcome;
    const beginning = renewedAt(outcome);
    const runs = [...(earlier?.runs ?? []), ...knowledge.runs];
    const verification = runs.map(({ workflow, url, conclusion }) => ({ workflow, url, conclusion }));
    const record = {
        operation: settings.operation,
        account,
        'api-key': settings.apiKey,
        'vtex-id': knowledge.renewal?.vtexId ?? null,
        'renewed-at': isoOrNull(beginning),
        'vtex-renewed-at': isoOrNull(knowledge.renewal?.createdAt),
        steps: outcome.steps.map(({ step, startedAt, endedAt }) => ({
            step,
            started: isoTime(startedAt),
            ended: isoTime(endedAt),
        })),
        secrets: standing.secrets.map(({ path, holds, updatedAt }) => ({
            path,
            holds,
            updated_at: isoOrNull(updatedAt),
        })),
        verification,
        result,
        'old-token-deleted': isOldTokenDeleted(outcome),
        ...errorsOf(errors),
    };
    const updated = standing.secrets.filter(({ holds }) => holds === 'new').map(({ path }) => path);
    return {
        result,
        'renewed-at': beginning === undefined ? '' : isoTime(beginning),
        'old-token-deleted': String(isOldTokenDeleted(outcome)),
        'updated-secrets': JSON.stringify(updated),
        'verification-runs': JSON.stringify(verification),
        record: JSON.stringify(record),
    };
}
function renewedAt({ result, standing }) {
    return ['rotated', 'pending', 'finished'].includes(result) ? standing.beginning : undefined;
}
function isOldTokenDeleted({ standing, earlier, knowledge }) {
    return standing.oldTokenDeleted || (earlier !== undefined && knowledge.renewal === undefined);
}
function outputsOfInvalidInputs(errors) {
    return {
        result: 'failed',
        'renewed-at': '',
        'old-token-deleted': 'false',
        'updated-secrets': '[]',
        'verification-runs': '[]',
        record: JSON.stringify({ result: 'failed', ...errorsOf(errors) }),
    };
}
function errorsOf(errors) {
    return { error: errors[0]?.code ?? null, errors: errors.map(({ code }) => code) };
}


/***/ }),

/***/ 5309:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   CJ: () => (/* binding */ holdingsText),
/* harmony export */   J4: () => (/* binding */ stateInShort),
/* harmony export */   Tu: () => (/* binding */ tokenState)
/* harmony export */ });
function tokenState(settings, { standing, earlier }) {
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
function holdingsText({ standing }) {
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


/***/ }),

/***/ 9719:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  Y: () => (/* binding */ summaryOf),
  W: () => (/* binding */ summaryOfInvalidInputs)
});

// EXTERNAL MODULE: ./rotation/next-moves.js + 1 modules
var next_moves = __nccwpck_require__(2282);
// EXTERNAL MODULE: ./report/links.js
var report_links = __nccwpck_require__(9525);
// EXTERNAL MODULE: ./report/markup.js
var markup = __nccwpck_require__(2698);
;// CONCATENATED MODULE: ./report/prose.js


const knownPages = ['https://status.vtex.com', 'https://www.githubstatus.com'];
const command = /(gh api --method PUT \S+(?: -[fF] \S+)+)/;
function prose(text, outcome, links) {
    const { standing, knowledge, earlier } = outcome;
    const paths = new Set([...standing.secrets, standing.pending, standing.old].map(({ path }) => path));
    const runs = [...(earlier?.runs ?? []), ...knowledge.runs].map(({ url }) => url);
    const pages = new Set([...knownPages, ...runs]);
    const sentences = (part) => part
        .split(/(\bDo not\b|(?:repos|orgs)\/[\w.%/-]+|https:\/\/[\w.%/-]*[\w%/])/)
        .map((part) => {
        if (part === 'Do not')
            return '<b>Do not</b>';
        if (pages.has(part))
            return (0,markup/* link */.nf)(shortAddress(part), part);
        const [path, rest] = part.endsWith('.') ? [part.slice(0, -1), '.'] : [part, ''];
        return paths.has(path) ? secretText(path, links) + rest : (0,markup/* escapeHtml */.ZD)(part);
    })
        .join('');
    return text
        .split(command)
        .map((part, index) => (index % 2 === 1 ? (0,markup/* escapeHtml */.ZD)(part) : sentences(part)))
        .join('');
}
function secretText(path, links) {
    const { name, where, url } = (0,report_links/* placeOfSecret */.Ri)(path, links);
    return `${(0,markup/* code */.aY)(name)} in ${(0,markup/* link */.nf)(where, url)}`;
}
function shortAddress(url) {
    const [, run] = /\/actions\/(runs\/\d+)$/.exec(url) ?? [];
    return run?.replace('runs/', 'run ') ?? url.replace('https://', '');
}

// EXTERNAL MODULE: ./report/state.js
var state = __nccwpck_require__(5309);
// EXTERNAL MODULE: ./report/texts.js
var texts = __nccwpck_require__(6384);
;// CONCATENATED MODULE: ./report/failure-box.js






const shownErrors = 20;
function failureBox(account, settings, outcome, links) {
    const { errors } = outcome;
    if (errors.length === 0)
        return nextBox(account, settings, outcome, links);
    const written = (text) => prose(text, outcome, links);
    const [then = '', instead] = (0,texts/* movesAfterVerification */.sg)(settings, outcome);
    return (0,markup/* alert */.xE)('CAUTION', (0,state/* stateInShort */.J4)(settings, outcome), [
        ...errorParts(errors.slice(0, shownErrors), written),
        then === '' ? '' : part('Do then', written(then)),
        instead === undefined ? '' : part('Or', written(instead)),
        errors.length > shownErrors
            ? (0,markup/* block */.om)(`And ${errors.length - shownErrors} more errors: see the annotations.`)
            : '',
        ...warnings(settings, outcome, instead ?? errors.map(texts/* hintOf */.$z).join(' ')),
        pages(links, errors, account),
    ]);
}
function inputBox(errors, links) {
    return (0,markup/* alert */.xE)('CAUTION', 'Nothing was requested and nothing was changed.', [
        ...errorParts(errors, markup/* escapeHtml */.ZD),
        pages(links, errors),
    ]);
}
function errorParts(errors, written) {
    return errors.flatMap((error, index) => {
        const next = errors[index + 1];
        const isSame = next !== undefined && (0,texts/* hintOf */.$z)(next) === (0,texts/* hintOf */.$z)(error);
        return [
            part('What happened', `${error.code}: ${written(error.message)}`),
            isSame ? '' : part('Do now', written((0,texts/* hintOf */.$z)(error))),
        ];
    });
}
function nextBox(account, settings, outcome, links) {
    const move = (0,texts/* nextMove */.lE)(outcome);
    if (move === '' || outcome.result === 'checked')
        return '';
    return (0,markup/* alert */.xE)('IMPORTANT', (0,state/* stateInShort */.J4)(settings, outcome), [
        part('Do next', prose(move, outcome, links)),
        ...warnings(settings, outcome),
        pages(links, [], account),
    ]);
}
function warnings(settings, { standing }, moves = '') {
    return (0,next_moves/* neverNow */.fk)(settings, standing)
        .filter((never) => !(never.startsWith('choose') && moves.includes('Do not choose')))
        .map((never) => (0,markup/* block */.om)(`${(0,markup/* strong */.ko)('Do not')} ${(0,markup/* escapeHtml */.ZD)(never)}`));
}
function pages(links, errors, account) {
    const codes = [...new Set(errors.map(({ code }) => code))];
    return (0,markup/* block */.om)([
        ...codes.flatMap((code) => section(code, links)),
        ...(links.workflow === '' ? [] : [(0,markup/* link */.nf)('Start this workflow', links.workflow)]),
        ...(account === undefined ? [] : [(0,markup/* link */.nf)('API keys in VTEX Admin', (0,report_links/* vtexAdmin */.jd)(account))]),
    ].join(' \u00b7 '));
}
function section(code, links) {
    const url = (0,report_links/* sectionOf */.ZE)(links, code);
    return url === '' ? [] : [(0,markup/* link */.nf)(`${code} in the troubleshooting guide`, url)];
}
function part(title, html) {
    return (0,markup/* block */.om)(`${(0,markup/* strong */.ko)(title)} \u00b7 ${html}`);
}

// EXTERNAL MODULE: ./report/heading.js
var heading = __nccwpck_require__(898);
// EXTERNAL MODULE: ./rotation/listed-secrets.js
var listed_secrets = __nccwpck_require__(2791);
// EXTERNAL MODULE: ./report/times.js
var report_times = __nccwpck_require__(2770);
;// CONCATENATED MODULE: ./report/secret-rows.js




const shownRows = 30;
const foldedLimit = 600_000;
function secretTable(settings, outcome, links) {
    const now = outcome.steps.at(-1)?.endedAt ?? 0;
    const cells = (row) => cellsOf(row, now, links);
    const rows = listedRows(outcome).toSorted((a, b) => a.rank - b.rank);
    const shown = rows.slice(0, shownRows);
    const folded = rows.slice(shownRows);
    const head = ['Holds', 'Secret', 'Where', 'Written (UTC)'];
    return [
        folded.length === 0 ? '' : (0,markup/* block */.om)(countsOf(rows)),
        (0,markup/* table */.tp)(head, [...shown, ...ownRows(settings, outcome)].map(cells)),
        folded.length === 0 ? '' : foldedTable(head, folded.map(cells)),
    ]
        .filter((part) => part !== '')
        .join('\n\n');
}
function foldedTable(head, rows) {
    let length = 0;
    const fitting = rows.filter((row) => (length += row.join('').length + 50) < foldedLimit);
    const left = rows.length - fitting.length;
    const more = left === 0 ? '' : (0,markup/* block */.om)(`and ${left} more: see the output <code>record</code>`);
    return (0,markup/* details */.zH)((0,report_times/* counted */.hS)(rows.length, 'more secret'), (0,markup/* table */.tp)(head, fitting), more);
}
function countsOf(rows) {
    const byState = Map.groupBy(rows, ({ state }) => state);
    return [...byState].map(([state, { length }]) => `${state} ${(0,report_times/* numberText */.$4)(length)}`).join(' \u00b7 ');
}
function cellsOf({ secret, state, readers }, now, links) {
    const { name, where, url } = (0,report_links/* placeOfSecret */.Ri)(secret.path, links);
    const note = readers === undefined ? '' : ` (${(0,markup/* escapeHtml */.ZD)(readers.replace(/^selected: /, ''))})`;
    return [state.replace(' ', '&nbsp;'), (0,markup/* code */.aY)(name), (0,markup/* link */.nf)(where, url) + note, writtenText(secret, now)];
}
function writtenText({ updatedAt }, now) {
    if (updatedAt === undefined)
        return '\u2013';
    const age = (0,report_times/* ageText */.XG)(updatedAt, now);
    return (0,report_times/* momentText */.Am)(updatedAt, now) + (age === '' ? '' : ` \u00b7 ${(0,markup/* unbroken */.D_)(age)}`);
}
function listedRows({ standing, knowledge, result }) {
    const isTakenBack = result === 'restored' || result === 'undone';
    const wanted = isTakenBack ? 'old' : 'new';
    const isAtWork = standing.secrets.some(({ holds }) => holds === wanted) || standing.renewal === 'pending';
    const readers = new Map(knowledge.seen?.listed.map(({ path, readers: who }) => [path.path, who]));
    return standing.secrets.map((secret) => {
        const who = readers.get(secret.path);
        return {
            secret,
            ...stateOf(secret.holds, wanted, isAtWork && !isTakenBack),
            ...(who === undefined ? {} : { readers: who }),
        };
    });
}
function stateOf(holds, wanted, isAtWork) {
    switch (holds) {
        case 'unknown':
            return { state: '\ud83d\udfe1 not known', rank: 0 };
        case 'unchanged':
            return isAtWork ? { state: '\ud83d\udfe1 not updated', rank: 1 } : { state: '\u26aa unchanged', rank: 3 };
        case 'none':
            return { state: '\u26aa does not exist', rank: 2 };
        case 'new':
        case 'old':
            return holds === wanted ? { state: `\ud83d\udfe2 ${holds}`, rank: 4 } : { state: `\ud83d\udfe1 ${holds}`, rank: 1 };
    }
}
function ownRows(settings, { standing, knowledge }) {
    const rows = [
        [settings.pendingSecret, standing.pending],
        [settings.oldSecret, standing.old],
    ];
    return rows.flatMap(([path, secret]) => {
        const [entry] = (0,listed_secrets/* entriesOf */.Mc)(knowledge.secrets, [path]);
        if (entry === undefined)
            return [];
        if (secret.holds !== 'none')
            return [{ secret, ...ownState(secret.holds) }];
        const existed = entry.write !== undefined || entry.seen.updatedAt !== undefined;
        return existed ? [{ secret, state: '\u26aa removed', rank: 5 }] : [];
    });
}
function ownState(holds) {
    return holds === 'new' || holds === 'old'
        ? { state: `${holds === 'new' ? '\ud83d\udfe2' : '\ud83d\udd35'} ${holds}`, rank: 5 }
        : { state: '\ud83d\udfe1 not known', rank: 5 };
}

// EXTERNAL MODULE: ./rotation/plan.js
var plan = __nccwpck_require__(3033);
// EXTERNAL MODULE: ./rotation/settings.js
var rotation_settings = __nccwpck_require__(8283);
;// CONCATENATED MODULE: ./report/steps.js





const names = {
    observe: 'look',
    resume: 'resume',
    reserve: 'reserve',
    renew: 'renew',
    release: 'release',
    stage: 'save',
    'check-token': 'sign in',
    verify: 'verify',
    store: 'store',
    keep: 'keep',
    restore: 'write back',
    close: 'close',
    drain: 'drain',
    confirm: 'confirm',
    finish: 'delete old token',
    prove: 'prove',
    'clean-up': 'clean up',
};
const longMs = 60_000;
function stepLine(settings, outcome) {
    const { steps } = outcome;
    if (steps.every(({ step }) => step === 'observe'))
        return '';
    const words = [
        ...steps.map((times) => stepWord(times, outcome)),
        ...outstanding(settings, outcome).map((step) => `\u00b7 ${names[step]}`),
    ];
    return (0,markup/* block */.om)(words.join(' \u2192 '));
}
function stepWord(times, outcome) {
    const { step, failed } = times;
    const tookMs = times.endedAt - times.startedAt;
    const long = tookMs >= longMs ? ` (${(0,report_times/* durationText */.S5)(tookMs)})` : '';
    const word = `${names[step]}${failed && step === 'store' ? ` ${countStored(outcome)}` : ''}`;
    const [run] = step === 'verify' ? outcome.knowledge.runs : [];
    const shown = run === undefined ? (0,markup/* escapeHtml */.ZD)(word) : (0,markup/* link */.nf)(word, run.url);
    return failed ? `<b>\u2717 ${shown}</b>${long}` : `\u2713 ${shown}${long}`;
}
function countStored({ standing: { secrets } }) {
    return `${secrets.filter(({ holds }) => holds === 'new').length}/${secrets.length}`;
}
function outstanding(settings, { result, knowledge, standing, earlier, steps }) {
    const { seen } = knowledge;
    const isOpen = standing.renewal !== 'over' && standing.renewal !== 'undone';
    if (result !== 'failed' || seen === undefined || !isOpen)
        return [];
    const token = earlier?.renewal?.newToken;
    const current = token === undefined ? settings : (0,rotation_settings/* settingsOfNext */.sF)(settings, token);
    const taken = steps.slice(steps.findLastIndex(({ step }) => step === 'observe')).map(({ step }) => step);
    return (0,plan/* planOf */.XC)(current, seen).filter((step) => !taken.includes(step));
}
function timeline({ steps }) {
    const [first, last] = [steps[0], steps.at(-1)];
    if (first === undefined || last === undefined || first === last)
        return '';
    const title = `Timeline (${(0,report_times/* counted */.hS)(steps.length, 'step')}, ${(0,report_times/* durationText */.S5)(last.endedAt - first.startedAt)})`;
    const rows = steps.map(({ step, startedAt, endedAt, failed }) => [
        (0,report_times/* momentText */.Am)(startedAt, last.endedAt),
        `${failed ? '\u2717' : '\u2713'} ${(0,markup/* escapeHtml */.ZD)(texts/* stepLabels */.Wg[step])}`,
        (0,report_times/* durationText */.S5)(endedAt - startedAt),
    ]);
    return (0,markup/* details */.zH)(title, (0,markup/* table */.tp)(['Began (UTC)', 'Step', 'Took'], rows));
}

;// CONCATENATED MODULE: ./report/token-rows.js


const states = {
    accepted: '\ud83d\udfe2 accepted',
    refused: '\ud83d\udd34 refused',
    unknown: '\ud83d\udfe1 not known',
};
function tokenTable(outcome) {
    const rows = outcome.knowledge.renewal === undefined ? inputRows(outcome) : renewalRows(outcome);
    if (rows.length === 0)
        return '';
    return (0,markup/* table */.tp)(['Token', 'At VTEX'], rows.map(([name = '', state = '']) => [name, state.replace(' ', '&nbsp;')]));
}
function inputRows({ knowledge: { seen }, standing }) {
    if (seen === undefined)
        return [];
    const inputs = [
        ['in use <code>current-token</code>', seen.current],
        ['old <code>old-token</code>', seen.old],
        ['new <code>pending-token</code>', seen.pending],
    ];
    const asked = inputs.flatMap(([name, state]) => (state === 'absent' ? [] : [[name, states[state]]]));
    return standing.renewal === 'lost' ? [...asked, ['new', '\ud83d\udfe1 may exist, and nobody holds it']] : asked;
}
function renewalRows(outcome) {
    const { knowledge, standing, steps } = outcome;
    const now = steps.at(-1)?.endedAt ?? 0;
    const { renewal } = knowledge;
    const began = renewal?.createdAt ?? standing.beginning;
    const old = standing.tokens.old === 'absent' ? [] : [[`old${oldAge(outcome, now)}`, oldState(outcome, now)]];
    const fresh = standing.tokens.new;
    const newState = fresh === 'absent' ? '\ud83d\udfe1 not in the hands of this run' : states[fresh];
    return [...old, [`new${began === undefined ? '' : ` (renewed ${since(began, now)})`}`, newState]];
}
function oldState({ standing, knowledge, steps }, now) {
    const { old } = standing.tokens;
    const finished = knowledge.finish === 'finished' ? steps.findLast(({ step }) => step === 'finish') : undefined;
    if (finished === undefined || old === 'absent')
        return old === 'absent' ? '\u2013' : states[old];
    const deleted = `\u26aa deleted ${(0,report_times/* momentText */.Am)(finished.endedAt, now)}`;
    if (old === 'accepted')
        return `${deleted}, not yet seen to be refused`;
    return knowledge.done.has('prove') && old === 'refused' ? `${deleted}, refused since` : deleted;
}
function oldAge({ knowledge: { renewal, seen } }, now) {
    if (renewal?.origin !== 'renewed' || seen === undefined)
        return '';
    const dates = seen.listed.flatMap(({ updatedAt }) => updatedAt ?? []);
    return dates.length === 0 ? '' : ` (stored ${since(Math.min(...dates), now)})`;
}
function since(instant, now) {
    const age = (0,report_times/* ageText */.XG)(instant, now);
    return age === '' ? (0,report_times/* momentText */.Am)(instant, now) : `${(0,report_times/* dateText */.MK)(instant)}, ${age}`;
}

;// CONCATENATED MODULE: ./report/summary.js






const mostLines = 100;
function summaryOf(account, settings, outcome, links, { warnings, check }) {
    const sections = [
        summary_heading((0,heading/* headlineOf */.g)(settings, outcome)),
        (0,markup/* block */.om)((0,heading/* subline */.$)(account, settings, outcome)),
        failureBox(account, settings, outcome, links),
        noteOf(outcome),
        tokenTable(outcome),
        secretTable(settings, outcome, links),
        leftOut(outcome),
        verification(outcome),
        stepLine(settings, outcome),
        ...checkSections(check),
        warningBox(warnings),
        timeline(outcome),
        runDetails(account, settings, outcome),
    ];
    return join(sections);
}
function summaryOfInvalidInputs(errors, links) {
    const count = errors.length === 1 ? 'an input is wrong' : `${errors.length} inputs are wrong`;
    return join([
        summary_heading({ icon: '\u274c', text: `VTEX token rotation did not start: ${count}` }),
        inputBox(errors, links),
    ]);
}
function join(sections) {
    return sections.filter((section) => section !== '').join('\n\n') + '\n';
}
function summary_heading({ icon, text }) {
    return `## ${icon} ${text}`;
}
function noteOf({ note, noteIsWarning }) {
    if (note === undefined)
        return '';
    return noteIsWarning ? (0,markup/* alert */.xE)('WARNING', 'Nothing was changed.', [(0,markup/* paragraph */.FY)(note)]) : (0,markup/* paragraph */.FY)(note);
}
function leftOut({ knowledge: { seen } }) {
    const skipped = seen?.skipped ?? [];
    if (skipped.length === 0)
        return '';
    const reasons = skipped.map(({ repository, reason }) => `${repository}: ${reason}`);
    return (0,markup/* details */.zH)(`Left out by the patterns: ${skipped.length}`, (0,markup/* list */.p_)(limited(reasons)));
}
function verification({ knowledge, earlier }) {
    const runs = [...(earlier?.runs ?? []), ...knowledge.runs];
    if (runs.length === 0)
        return '';
    return (0,markup/* block */.om)(`${(0,markup/* strong */.ko)('Verified by')} ${runs.map(verifiedRun).join(' \u00b7 ')}`);
}
function verifiedRun({ workflow, url, runId, conclusion, failure }) {
    const name = workflow.replace(/^.*\//, '');
    const page = (0,markup/* link */.nf)(runId === undefined ? 'no run was found' : `run ${runId}`, url);
    return `${failure === undefined ? '\u2713' : '\u2717'} ${(0,markup/* escapeHtml */.ZD)(name)}, ${page}: ${(0,markup/* escapeHtml */.ZD)(conclusion ?? 'no conclusion')}`;
}
function checkSections(check) {
    if (check === undefined)
        return [];
    return [
        (0,markup/* lines */.Mn)(limited([...check.seen, ...check.unseen])),
        (0,markup/* details */.zH)('What a rotation would do now', (0,markup/* lines */.Mn)(limited(check.plan))),
    ];
}
function warningBox(warnings) {
    if (warnings.length === 0)
        return '';
    const lead = warnings.length === 1 ? 'A warning' : `${warnings.length} warnings`;
    return (0,markup/* alert */.xE)('WARNING', lead, [(0,markup/* list */.p_)(limited(warnings))]);
}
function limited(lines) {
    return lines.length <= mostLines
        ? lines
        : [...lines.slice(0, mostLines), `and ${lines.length - mostLines} more, in the log`];
}
function runDetails(account, settings, { result, knowledge }) {
    const rows = [
        ['Result', result],
        ['Operation', settings.operation],
        ['Account', account],
        ['API key', settings.apiKey],
        ['VTEX\u2019s id of the token', knowledge.renewal?.vtexId ?? ''],
    ].filter(([, value]) => value !== '');
    return (0,markup/* details */.zH)('Details', (0,markup/* table */.tp)(['What', 'Value'], rows.map((row) => row.map(markup/* escapeHtml */.ZD))));
}


/***/ }),

/***/ 6384:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   $z: () => (/* binding */ hintOf),
/* harmony export */   Wg: () => (/* binding */ stepLabels),
/* harmony export */   ki: () => (/* binding */ plainAnnotation),
/* harmony export */   l6: () => (/* binding */ stepLine),
/* harmony export */   lE: () => (/* binding */ nextMove),
/* harmony export */   sg: () => (/* binding */ movesAfterVerification),
/* harmony export */   xr: () => (/* binding */ annotationText)
/* harmony export */ });
/* unused harmony export resultTexts */
/* harmony import */ var _rotation_next_moves_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(2282);
/* harmony import */ var _links_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(9525);
/* harmony import */ var _state_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(5309);
/* harmony import */ var _times_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(2770);




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
    return `${failed ? '\u2717' : '\u2713'} ${stepLabels[step]} (${(0,_times_js__WEBPACK_IMPORTED_MODULE_3__/* .durationText */ .S5)(endedAt - startedAt)})`;
}
function hintOf({ hint }) {
    return hint === '' ? 'Run the action again; it goes on from here.' : hint;
}
function annotationText(error, settings, outcome, links) {
    const happened = [error.message, (0,_state_js__WEBPACK_IMPORTED_MODULE_2__/* .tokenState */ .Tu)(settings, outcome), (0,_state_js__WEBPACK_IMPORTED_MODULE_2__/* .holdingsText */ .CJ)(outcome)];
    const moves = [hintOf(error), ...movesAfterVerification(settings, outcome)].join(' ');
    const page = (0,_links_js__WEBPACK_IMPORTED_MODULE_1__/* .sectionOf */ .ZE)(links, error.code);
    return [
        `${error.code}: ${oneLine(happened.join(' '))}`,
        `Do: ${oneLine(moves)}`,
        ...(page === '' ? [] : [`See: ${page}`]),
    ].join('\n');
}
function plainAnnotation(error, links) {
    const page = (0,_links_js__WEBPACK_IMPORTED_MODULE_1__/* .sectionOf */ .ZE)(links, error.code);
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
        `Fix what failed. ${_rotation_next_moves_js__WEBPACK_IMPORTED_MODULE_0__/* .nextRunResumes */ .FN} It verifies again.`,
        standing.canGiveUp ? _rotation_next_moves_js__WEBPACK_IMPORTED_MODULE_0__/* .giveUpVerifiedToken */ .CD : (0,_rotation_next_moves_js__WEBPACK_IMPORTED_MODULE_0__/* .keepOrGiveUpNewToken */ .AE)(settings),
    ];
}
function nextMove(outcome) {
    switch (outcome.result) {
        case 'pending':
            return (0,_rotation_next_moves_js__WEBPACK_IMPORTED_MODULE_0__/* .endOfPending */ .eh)(hasOldToken(outcome));
        case 'undone':
            return _rotation_next_moves_js__WEBPACK_IMPORTED_MODULE_0__/* .endOfUndone */ .uW;
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


/***/ }),

/***/ 2770:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   $4: () => (/* binding */ numberText),
/* harmony export */   Am: () => (/* binding */ momentText),
/* harmony export */   MK: () => (/* binding */ dateText),
/* harmony export */   S5: () => (/* binding */ durationText),
/* harmony export */   XG: () => (/* binding */ ageText),
/* harmony export */   hS: () => (/* binding */ counted),
/* harmony export */   mU: () => (/* binding */ daysAfter)
/* harmony export */ });
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


/***/ }),

/***/ 3135:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   BH: () => (/* binding */ isOrphan),
/* harmony export */   Ng: () => (/* binding */ isUsable),
/* harmony export */   V6: () => (/* binding */ storedBefore),
/* harmony export */   VI: () => (/* binding */ beginningOf),
/* harmony export */   dI: () => (/* binding */ isByTime),
/* harmony export */   dh: () => (/* binding */ missingProof),
/* harmony export */   it: () => (/* binding */ isConfirmed),
/* harmony export */   jy: () => (/* binding */ finishEvidence),
/* harmony export */   nZ: () => (/* binding */ isDue),
/* harmony export */   uc: () => (/* binding */ isStoredEverywhere)
/* harmony export */ });
/* unused harmony export isStoredByDate */
/* harmony import */ var _listed_secrets_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(2791);

function isUsable(settings, { old, pending }) {
    return old === 'accepted' && pending === 'accepted' && !isSame(settings.oldToken, settings.pendingToken);
}
function isOrphan(settings, { current, pending, oldSecret }) {
    const hasNoOldToken = settings.oldTokenPassed && settings.oldToken === undefined;
    const isReplaced = current === 'absent' || current === 'refused';
    return hasNoOldToken && oldSecret.updatedAt !== undefined && pending === 'accepted' && isReplaced;
}
function isDue(settings, seen) {
    return seen.listed.some(({ updatedAt, readAt }) => updatedAt === undefined || readAt - updatedAt >= settings.renewAfterMs);
}
function isStoredByDate({ updatedAt }, { oldSecret, pendingSecret }) {
    const [beginning, close] = [oldSecret.updatedAt, pendingSecret.updatedAt];
    if (updatedAt === undefined || beginning === undefined || close === undefined)
        return false;
    return beginning <= updatedAt && updatedAt < close;
}
function isByTime(settings, seen) {
    if (settings.operation !== 'finish' || settings.renewedAt === undefined)
        return false;
    return missingTokens(settings, seen).length > 0 && missingAt(settings, seen).length === 0;
}
function contradicts(settings, seen) {
    const { currentToken, pendingToken } = settings;
    return currentToken !== undefined && !isSame(currentToken, pendingToken) && !isByTime(settings, seen);
}
function isUnclosed({ listed, pendingSecret }) {
    const { updatedAt: close } = pendingSecret;
    return listed.some(({ updatedAt }) => close !== undefined && updatedAt !== undefined && updatedAt >= close);
}
function storedBefore(settings, seen) {
    if (contradicts(settings, seen) || isUnclosed(seen))
        return new Set();
    return new Set(seen.listed.filter((secret) => isStoredByDate(secret, seen)).map(({ path }) => path.path));
}
function isStoredEverywhere(settings, seen) {
    return storedBefore(settings, seen).size === seen.listed.length;
}
function beginningOf(settings, known) {
    const entry = known.secrets.get(settings.oldSecret.path);
    return entry === undefined ? undefined : (0,_listed_secrets_js__WEBPACK_IMPORTED_MODULE_0__/* .dateOf */ .Q$)(entry);
}
function missingProof(settings, seen) {
    const tokens = missingTokens(settings, seen);
    if (settings.operation === 'undo')
        return tokens;
    const isProved = tokens.length === 0 || isByTime(settings, seen);
    if (!isProved)
        return settings.renewedAt === undefined ? tokens : missingAt(settings, seen);
    return seen.listed.flatMap((secret) => missingDate(secret, seen));
}
function missingTokens(settings, { old, pending }) {
    const { oldToken, pendingToken, currentToken } = settings;
    const reasons = [];
    if (oldToken === undefined)
        reasons.push('old-token holds no token');
    else if (old !== 'accepted')
        reasons.push(`VTEX ${verdict(old)} old-token`);
    if (pendingToken === undefined)
        reasons.push('pending-token holds no token');
    else if (pending !== 'accepted')
        reasons.push(`VTEX ${verdict(pending)} pending-token`);
    if (isSame(oldToken, pendingToken))
        reasons.push('old-token and pending-token are the same token');
    const mustAgree = settings.operation === 'finish' && currentToken !== undefined && pendingToken !== undefined;
    if (mustAgree && !isSame(currentToken, pendingToken))
        reasons.push('current-token is not pending-token');
    return reasons;
}
function verdict(state) {
    return state === 'refused' ? 'refuses' : 'gave no clear answer about';
}
function missingAt(settings, { current, pending, oldSecret }) {
    const reasons = [];
    if (settings.renewedAt !== oldSecret.updatedAt)
        reasons.push(`renewed-at is not the time at which ${oldSecret.path.path} was written`);
    if (settings.currentToken === undefined)
        reasons.push('with renewed-at, current-token is required');
    else if (current === 'refused')
        reasons.push('VTEX refuses current-token, so the renewal is over already, or this is not the token that was in use before it');
    else if (current !== 'accepted')
        reasons.push(`VTEX ${verdict(current)} current-token`);
    return [...reasons, ...missingToken(settings, pending)];
}
function missingToken(settings, pending) {
    const { pendingToken, currentToken, signInCheck, verificationRequests } = settings;
    if (pendingToken === undefined) {
        return signInCheck && verificationRequests.length > 0
            ? ['verification-requests want the new token, and pending-token holds none']
            : [];
    }
    const reasons = pending === 'accepted' ? [] : [`VTEX ${verdict(pending)} pending-token`];
    return isSame(pendingToken, currentToken)
        ? [...reasons, 'current-token and pending-token are the same token']
        : reasons;
}
function missingDate(secret, seen) {
    if (isStoredByDate(secret, seen))
        return [];
    const { path, updatedAt } = secret;
    if (updatedAt === undefined)
        return [`${path.path} does not exist`];
    const { updatedAt: close } = seen.pendingSecret;
    const isLater = close !== undefined && updatedAt >= close;
    return [`${path.path} was last written ${isLater ? 'after' : 'before'} this renewal stored its token`];
}
function isSame(a, b) {
    return a !== undefined && b !== undefined && a.equals(b);
}
function isConfirmed(settings, known, entry, look) {
    if (entry.isForeign || (0,_listed_secrets_js__WEBPACK_IMPORTED_MODULE_0__/* .compareDate */ .SE)(entry, look.updatedAt) !== 'same' || look.updatedAt === undefined)
        return false;
    if (entry.write !== undefined)
        return entry.write.value === 'new' && entry.write.outcome === 'done';
    return known.seen !== undefined && storedBefore(settings, known.seen).has(entry.path.path);
}
function finishEvidence(settings, known) {
    const { renewal } = known;
    const listed = (0,_listed_secrets_js__WEBPACK_IMPORTED_MODULE_0__/* .entriesOf */ .Mc)(known.secrets, known.seen?.listed.map(({ path }) => path) ?? []);
    return {
        interrupted: known.interrupted !== false,
        ...tokenEvidence(settings, known),
        tokensDiffer: renewal !== undefined && !isSame(renewal.oldToken, renewal.newToken),
        secrets: listed.map(({ path }) => ({ path: path.path, confirmed: known.confirmed })),
        verification: settings.verification === 'none' ? 'none' : known.verification,
        drain: drainEvidence(settings, known),
    };
}
function tokenEvidence(settings, { renewal, tokens, seen }) {
    const isOwnWithoutOld = renewal?.origin === 'renewed' && renewal.oldToken === undefined;
    const isNotInHand = renewal !== undefined && renewal.newToken === undefined;
    const isProved = isNotInHand && seen !== undefined && isByTime(settings, seen);
    return {
        oldToken: isOwnWithoutOld ? 'none' : tokens.old,
        newToken: isProved ? 'renewed-at' : tokens.new,
    };
}
function drainEvidence({ drainTimeoutMs }, { done }) {
    if (drainTimeoutMs === 0)
        return 'none';
    return done.has('drain') ? 'done' : 'outstanding';
}


/***/ }),

/***/ 2791:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Mc: () => (/* binding */ entriesOf),
/* harmony export */   Ms: () => (/* binding */ entryOf),
/* harmony export */   O3: () => (/* binding */ followsOwnWrite),
/* harmony export */   Q$: () => (/* binding */ dateOf),
/* harmony export */   Qk: () => (/* binding */ withLook),
/* harmony export */   SE: () => (/* binding */ compareDate),
/* harmony export */   Sx: () => (/* binding */ datedBy),
/* harmony export */   fI: () => (/* binding */ waitBefore),
/* harmony export */   mx: () => (/* binding */ dateBefore),
/* harmony export */   rs: () => (/* binding */ datesOf)
/* harmony export */ });
const ownWriteWindowMs = 2000;
function entryOf(seen, seenAt, past = []) {
    return { path: seen.path, seen, seenAt, past, write: undefined, isForeign: false };
}
function datesOf({ seen, write, past }) {
    return [...past, seen.updatedAt, write?.before, write?.mark].filter((date) => date !== undefined);
}
function dateOf({ seen, write }) {
    return write === undefined ? seen.updatedAt : write.mark;
}
function followsOwnWrite({ write }, now) {
    return write !== undefined && now - write.endedAt < ownWriteWindowMs;
}
const settlingMs = 3000;
function waitBefore({ seen, seenAt, write }, now) {
    if (write !== undefined || seen.updatedAt === undefined)
        return 0;
    const age = Math.max(0, seen.readAt - seen.updatedAt) + (now - seenAt);
    return Math.max(0, settlingMs - age);
}
function dateBefore({ seen, write }) {
    return write === undefined ? seen.updatedAt : (write.mark ?? write.before);
}
function showsWrite({ seen, past }, write, updatedAt) {
    if (updatedAt === undefined)
        return false;
    if (write.followsOwn && updatedAt === write.before)
        return true;
    return ![write.before, seen.updatedAt, ...past].includes(updatedAt);
}
const markWindowMs = 75_000;
function missedItsMark({ write }, now) {
    return write?.value === 'new' && write.mark === undefined && now - write.endedAt > markWindowMs;
}
function withLook(entry, { updatedAt }, now) {
    const { write } = entry;
    if (write === undefined || write.mark !== undefined || !showsWrite(entry, write, updatedAt))
        return entry;
    if (write.latest === undefined && missedItsMark(entry, now))
        return entry;
    if (updatedAt !== undefined && updatedAt > (write.latest ?? Infinity))
        return { ...entry, isForeign: true };
    return { ...entry, write: { ...write, mark: updatedAt } };
}
const dateAllowanceMs = 5000;
function datedBy(entry, { mark, beganAt }) {
    const { write } = entry;
    if (write === undefined || mark === undefined)
        return entry;
    const latest = mark + Math.max(0, write.endedAt - beganAt) + dateAllowanceMs;
    return { ...entry, write: { ...write, latest } };
}
function compareDate(entry, updatedAt) {
    const expected = dateOf(entry);
    if (expected === undefined)
        return entry.write === undefined && updatedAt === undefined ? 'same' : 'early';
    if (updatedAt === expected)
        return 'same';
    return updatedAt === undefined || updatedAt < expected ? 'early' : 'changed';
}
function entriesOf(secrets, paths) {
    return paths.flatMap(({ path }) => secrets.get(path) ?? []);
}


/***/ }),

/***/ 2282:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  Sq: () => (/* binding */ checkApiKey),
  eh: () => (/* binding */ endOfPending),
  uW: () => (/* binding */ endOfUndone),
  u: () => (/* binding */ findOutFirst),
  qL: () => (/* binding */ giveUpNewToken),
  CD: () => (/* binding */ giveUpVerifiedToken),
  ln: () => (/* binding */ grantRenewToken),
  AE: () => (/* binding */ keepOrGiveUpNewToken),
  fk: () => (/* binding */ neverNow),
  FN: () => (/* binding */ nextRunResumes),
  De: () => (/* binding */ passTheRenewalsSecrets),
  hl: () => (/* binding */ undoLostRenewal),
  jb: () => (/* binding */ waysOutOfPending),
  dA: () => (/* binding */ waysOutOfUnproven)
});

;// CONCATENATED MODULE: ./rotation/vtex-admin.js
const undoRenewalLabel = '"Undo Renewal" (Desfazer renova\u00e7\u00e3o / Deshacer renovaci\u00f3n)';
const deleteOldTokenLabel = '"Delete old token" (Excluir token antigo / Eliminar token antiguo)';
const renewTokenLabel = '"Renew token" (Renovar token)';
const apiKeysPage = 'VTEX Admin, Account settings > API keys > Generated';
const pendingAlert = '"Pending deletion - Old token"';

;// CONCATENATED MODULE: ./rotation/next-moves.js

const grantRenewToken = 'Give the key in app-key a role with the License Manager resource "Renew API Token" (product License Manager, ' +
    'category API Key Management) in VTEX Admin > Account Settings > Account management > Roles; the predefined role ' +
    '"User Administrator - RESTRICTED" has it too but grants much more. The key must be active and belong to this account.';
const checkApiKey = 'Check that api-key is the app key (vtexappkey-\u2026) of a generated key of this very account: VTEX cannot renew a key ' +
    'of another account.';
const nextRunResumes = 'Start a new run of the action with pending-token and old-token; it resumes this renewal.';
const where = `In ${apiKeysPage}, the row of the key shows ${pendingAlert}.`;
const whereNotOffered = `If it is not offered, choose ${renewTokenLabel} there once nothing is pending, or delete the old token only after ` +
    'every system holds the new one.';
const undoLostRenewal = `Look at the row of the key in ${apiKeysPage}. If it shows ${pendingAlert}, choose ${undoRenewalLabel} in its menu: the ` +
    `old token stays in use. Do not choose ${deleteOldTokenLabel}: that would kill the only token that is known. ` +
    `${whereNotOffered} Then run the action again.`;
const giveUpNewToken = `${where} To give the new token up, choose ${undoRenewalLabel} in its menu: the old token stays in use. ` +
    `Do not choose ${deleteOldTokenLabel}: the listed secrets still hold it.`;
const giveUpVerifiedToken = 'If a verification workflow hands the new token to other systems, hand them the old one back before anything else. ' +
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
function keepOrGiveUpNewToken(settings) {
    return (`${findOutFirst(settings)} ${where} ${deleteOldTokenLabel} fits only if every system works with the new token, and ` +
        'kills whoever still holds the old one. To go back instead, run the action with operation: undo.');
}
function endOfPending(hasOldToken) {
    return hasOldToken
        ? 'Once every system uses the new token, run the action with operation: finish to delete the old one, or let the ' +
            'next rotate with delete-old-token: later do it.'
        : `Once every system uses the new token, choose ${deleteOldTokenLabel} in the menu of the key in ${apiKeysPage}. ` +
            'It kills whoever still holds the old one.';
}
const endOfUndone = `Once no system outside GitHub holds the new token, choose ${undoRenewalLabel} in the menu of the key in ` +
    `${apiKeysPage}: it ends the renewal. The next run then finds it over.`;
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


/***/ }),

/***/ 3033:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   KN: () => (/* binding */ nothingToDo),
/* harmony export */   XC: () => (/* binding */ planOf),
/* harmony export */   e3: () => (/* binding */ finishesEarlier),
/* harmony export */   n2: () => (/* binding */ resumes)
/* harmony export */ });
/* harmony import */ var _evidence_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3135);

function planOf(settings, seen) {
    const { before, after, drain } = optionalSteps(settings);
    const resume = isUnsaved(seen) ? ['resume', 'stage'] : ['resume'];
    const begin = resumes(settings, seen) ? resume : ['reserve', 'renew', 'stage'];
    const finish = [...drain, 'confirm', 'finish', 'prove', 'clean-up'];
    const rollOut = ['check-token', ...before, 'store', ...after];
    switch (settings.operation) {
        case 'check':
            return [];
        case 'finish':
            return ['resume', 'check-token', ...before, ...after, ...finish];
        case 'undo':
            return [...resume, 'restore', ...drain, 'confirm'];
        case 'rotate':
            if (finishesEarlier(settings, seen))
                return planOf({ ...settings, operation: 'finish' }, seen);
            return [...begin, ...rollOut, ...(mayFinish(settings, seen) ? finish : ['close'])];
    }
}
function isUnsaved({ pendingSecret }) {
    return pendingSecret.updatedAt === undefined && pendingSecret.readAt > 0;
}
function optionalSteps({ verification, drainTimeoutMs, }) {
    return {
        before: verification === 'before-update' ? ['verify'] : [],
        after: verification === 'after-update' ? ['verify'] : [],
        drain: drainTimeoutMs > 0 ? ['drain'] : [],
    };
}
function resumes(settings, seen) {
    return (0,_evidence_js__WEBPACK_IMPORTED_MODULE_0__/* .isUsable */ .Ng)(settings, seen) || (0,_evidence_js__WEBPACK_IMPORTED_MODULE_0__/* .isOrphan */ .BH)(settings, seen);
}
function finishesEarlier(settings, seen) {
    return isWaiting(settings, seen) && settings.renewAfterMs > 0 && (0,_evidence_js__WEBPACK_IMPORTED_MODULE_0__/* .isDue */ .nZ)(settings, seen);
}
function isWaiting(settings, seen) {
    const { operation, deleteOldToken } = settings;
    const isLater = operation === 'rotate' && deleteOldToken === 'later';
    return isLater && (0,_evidence_js__WEBPACK_IMPORTED_MODULE_0__/* .isUsable */ .Ng)(settings, seen) && (0,_evidence_js__WEBPACK_IMPORTED_MODULE_0__/* .isStoredEverywhere */ .uc)(settings, seen);
}
function mayFinish(settings, seen) {
    return settings.deleteOldToken === 'now' && !(resumes(settings, seen) && !(0,_evidence_js__WEBPACK_IMPORTED_MODULE_0__/* .isUsable */ .Ng)(settings, seen));
}
function nothingToDo(settings, seen) {
    switch (settings.operation) {
        case 'check':
        case 'undo':
            return undefined;
        case 'finish':
            return nothingToFinish(settings, seen);
        case 'rotate':
            if (isWaiting(settings, seen)) {
                if (finishesEarlier(settings, seen))
                    return undefined;
                const note = 'An earlier renewal is stored everywhere; both tokens work. Run the action with operation: finish to delete ' +
                    'the old token.';
                return { note, isWarning: false };
            }
            if (resumes(settings, seen) || (0,_evidence_js__WEBPACK_IMPORTED_MODULE_0__/* .isDue */ .nZ)(settings, seen))
                return undefined;
            return { note: 'Every listed secret is younger than renew-after-days.', isWarning: false };
    }
}
function nothingToFinish(settings, seen) {
    const { pendingSecret, oldSecret } = seen;
    const isAbsent = [pendingSecret, oldSecret].every(({ updatedAt, readAt }) => updatedAt === undefined && readAt > 0);
    if (isAbsent) {
        const note = `Nothing of this action is pending: neither ${pendingSecret.path.path} nor ${oldSecret.path.path} exists. If the ` +
            'renewal was kept elsewhere, pass its path as pending-secret.';
        return { note, isWarning: true };
    }
    if (!isLeftOver(settings, seen))
        return undefined;
    const note = 'The renewal is over already: VTEX does not accept its old token any more. This run deleted nothing.';
    return { note, isWarning: false };
}
function isLeftOver(settings, seen) {
    const { currentToken, pendingToken } = settings;
    const isPast = seen.old === 'refused' || (seen.oldSecret.updatedAt === undefined && seen.oldSecret.readAt > 0);
    const isInUse = pendingToken === undefined || currentToken?.equals(pendingToken) === true;
    return isPast && isInUse && seen.current === 'accepted';
}


/***/ }),

/***/ 2773:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   j: () => (/* binding */ progressOf),
/* harmony export */   p: () => (/* binding */ duration)
/* harmony export */ });
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


/***/ }),

/***/ 8283:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   fC: () => (/* binding */ noToken),
/* harmony export */   gT: () => (/* binding */ renewsItself),
/* harmony export */   sF: () => (/* binding */ settingsOfNext)
/* harmony export */ });
const noToken = 'none';
function renewsItself(settings) {
    return settings.apiKey === settings.manager.appKey;
}
function settingsOfNext(settings, token) {
    const { manager } = settings;
    return {
        ...settings,
        currentToken: token,
        oldToken: undefined,
        pendingToken: undefined,
        manager: renewsItself(settings) ? { ...manager, appToken: token } : manager,
    };
}


/***/ }),

/***/ 8603:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   FB: () => (/* binding */ needRenewal),
/* harmony export */   aH: () => (/* binding */ needSeen),
/* harmony export */   ag: () => (/* binding */ said),
/* harmony export */   fq: () => (/* binding */ asRotationError),
/* harmony export */   ld: () => (/* binding */ ownError)
/* harmony export */ });
/* harmony import */ var _common_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(9484);

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
    return error instanceof _common_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .RotationError */ .FL ? error : ownError(error, codes[step]);
}
function ownError(error, code) {
    const name = error instanceof Error ? error.name : typeof error;
    return new _common_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .RotationError */ .FL(code, `The action met an error of its own (${name}).`, 'This is a bug in the action; please report it. Running the action again is safe.', { cause: error });
}
function said(error) {
    if (error instanceof _common_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .RotationError */ .FL)
        return error.message;
    throw error;
}


/***/ }),

/***/ 6158:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   m: () => (/* binding */ systemClock)
/* harmony export */ });
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


/***/ }),

/***/ 3070:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   N: () => (/* binding */ exit)
/* harmony export */ });
function exit(status) {
    process.exitCode = status;
    process.stdout.write('', () => process.exit());
}


/***/ }),

/***/ 4681:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   b: () => (/* binding */ fileFault)
/* harmony export */ });
function fileFault(error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOSPC' || code === 'EDQUOT')
        return 'the disk is full';
    return /^[A-Z][A-Z0-9_]+$/.test(code) ? code : 'there is no such file';
}


/***/ }),

/***/ 1767:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Aq: () => (/* binding */ publishError),
/* harmony export */   Iv: () => (/* binding */ publishSummary),
/* harmony export */   eB: () => (/* binding */ publishOutputs)
/* harmony export */ });
/* harmony import */ var _actions_core__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(2966);
/* harmony import */ var _file_fault_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(4681);


function publishOutputs(outputs, env, log) {
    const missing = [];
    let fault = 'it is not set';
    const hasFile = (env.GITHUB_OUTPUT ?? '') !== '';
    for (const [name, value] of Object.entries(outputs)) {
        try {
            if (typeof value === 'string')
                _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .setOutput */ .uH(name, value);
            else if (hasFile)
                _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .setOutput */ .uH(name, value.reveal());
            else
                missing.push(name);
        }
        catch (error) {
            missing.push(name);
            fault = (0,_file_fault_js__WEBPACK_IMPORTED_MODULE_1__/* .fileFault */ .b)(error);
        }
    }
    if (missing.length === 0)
        return;
    log.warning(`Later steps do not get these outputs: ${missing.join(', ')} (GITHUB_OUTPUT: ${fault}). The log says what the run did.`);
}
async function publishSummary(markdown, log) {
    try {
        await _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .summary */ .z.addRaw(markdown).write();
    }
    catch (error) {
        log.warning(`The job summary cannot be written (GITHUB_STEP_SUMMARY: ${(0,_file_fault_js__WEBPACK_IMPORTED_MODULE_1__/* .fileFault */ .b)(error)}).`);
    }
}
function publishError(code, text) {
    _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .error */ .z3(text, { title: code });
}


/***/ }),

/***/ 2966:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  Yz: () => (/* binding */ core_debug),
  N4: () => (/* binding */ endGroup),
  z3: () => (/* binding */ error),
  pq: () => (/* binding */ info),
  lm: () => (/* binding */ notice),
  LZ: () => (/* binding */ saveState),
  uH: () => (/* binding */ setOutput),
  Pq: () => (/* binding */ core_setSecret),
  Oh: () => (/* binding */ startGroup),
  z: () => (/* reexport */ summary),
  $e: () => (/* binding */ warning)
});

// UNUSED EXPORTS: ExitCode, addPath, exportVariable, getBooleanInput, getIDToken, getInput, getMultilineInput, getState, group, isDebug, markdownSummary, platform, setCommandEcho, setFailed, toPlatformPath, toPosixPath, toWin32Path

// EXTERNAL MODULE: external "os"
var external_os_ = __nccwpck_require__(857);
;// CONCATENATED MODULE: ../node_modules/@actions/core/lib/utils.js
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */
/**
 * Sanitizes an input into a string so it can be passed into issueCommand safely
 * @param input input to sanitize into a string
 */
function utils_toCommandValue(input) {
    if (input === null || input === undefined) {
        return '';
    }
    else if (typeof input === 'string' || input instanceof String) {
        return input;
    }
    return JSON.stringify(input);
}
/**
 *
 * @param annotationProperties
 * @returns The command properties to send with the actual annotation command
 * See IssueCommandProperties: https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionCommandManager.cs#L646
 */
function toCommandProperties(annotationProperties) {
    if (!Object.keys(annotationProperties).length) {
        return {};
    }
    return {
        title: annotationProperties.title,
        file: annotationProperties.file,
        line: annotationProperties.startLine,
        endLine: annotationProperties.endLine,
        col: annotationProperties.startColumn,
        endColumn: annotationProperties.endColumn
    };
}
//# sourceMappingURL=utils.js.map
;// CONCATENATED MODULE: ../node_modules/@actions/core/lib/command.js


/**
 * Issues a command to the GitHub Actions runner
 *
 * @param command - The command name to issue
 * @param properties - Additional properties for the command (key-value pairs)
 * @param message - The message to include with the command
 * @remarks
 * This function outputs a specially formatted string to stdout that the Actions
 * runner interprets as a command. These commands can control workflow behavior,
 * set outputs, create annotations, mask values, and more.
 *
 * Command Format:
 *   ::name key=value,key=value::message
 *
 * @example
 * ```typescript
 * // Issue a warning annotation
 * issueCommand('warning', {}, 'This is a warning message');
 * // Output: ::warning::This is a warning message
 *
 * // Set an environment variable
 * issueCommand('set-env', { name: 'MY_VAR' }, 'some value');
 * // Output: ::set-env name=MY_VAR::some value
 *
 * // Add a secret mask
 * issueCommand('add-mask', {}, 'secretValue123');
 * // Output: ::add-mask::secretValue123
 * ```
 *
 * @internal
 * This is an internal utility function that powers the public API functions
 * such as setSecret, warning, error, and exportVariable.
 */
function command_issueCommand(command, properties, message) {
    const cmd = new Command(command, properties, message);
    process.stdout.write(cmd.toString() + external_os_.EOL);
}
function command_issue(name, message = '') {
    command_issueCommand(name, {}, message);
}
const CMD_STRING = '::';
class Command {
    constructor(command, properties, message) {
        if (!command) {
            command = 'missing.command';
        }
        this.command = command;
        this.properties = properties;
        this.message = message;
    }
    toString() {
        let cmdStr = CMD_STRING + this.command;
        if (this.properties && Object.keys(this.properties).length > 0) {
            cmdStr += ' ';
            let first = true;
            for (const key in this.properties) {
                if (this.properties.hasOwnProperty(key)) {
                    const val = this.properties[key];
                    if (val) {
                        if (first) {
                            first = false;
                        }
                        else {
                            cmdStr += ',';
                        }
                        cmdStr += `${key}=${escapeProperty(val)}`;
                    }
                }
            }
        }
        cmdStr += `${CMD_STRING}${escapeData(this.message)}`;
        return cmdStr;
    }
}
function escapeData(s) {
    return utils_toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A');
}
function escapeProperty(s) {
    return utils_toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A')
        .replace(/:/g, '%3A')
        .replace(/,/g, '%2C');
}
//# sourceMappingURL=command.js.map
;// CONCATENATED MODULE: external "crypto"
const external_crypto_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("crypto");
// EXTERNAL MODULE: external "fs"
var external_fs_ = __nccwpck_require__(9896);
;// CONCATENATED MODULE: ../node_modules/@actions/core/lib/file-command.js
// For internal use, subject to change.
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */




function file_command_issueFileCommand(command, message) {
    const filePath = process.env[`GITHUB_${command}`];
    if (!filePath) {
        throw new Error(`Unable to find environment variable for file command ${command}`);
    }
    if (!external_fs_.existsSync(filePath)) {
        throw new Error(`Missing file at path: ${filePath}`);
    }
    external_fs_.appendFileSync(filePath, `${utils_toCommandValue(message)}${external_os_.EOL}`, {
        encoding: 'utf8'
    });
}
function file_command_prepareKeyValueMessage(key, value) {
    const delimiter = `ghadelimiter_${external_crypto_namespaceObject.randomUUID()}`;
    const convertedValue = utils_toCommandValue(value);
    // These should realistically never happen, but just in case someone finds a
    // way to exploit uuid generation let's not allow keys or values that contain
    // the delimiter.
    if (key.includes(delimiter)) {
        throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
    }
    if (convertedValue.includes(delimiter)) {
        throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
    }
    return `${key}<<${delimiter}${external_os_.EOL}${convertedValue}${external_os_.EOL}${delimiter}`;
}
//# sourceMappingURL=file-command.js.map
;// CONCATENATED MODULE: external "path"
const external_path_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("path");
;// CONCATENATED MODULE: ../node_modules/@actions/core/lib/oidc-utils.js
var __awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};



class oidc_utils_OidcClient {
    static createHttpClient(allowRetry = true, maxRetry = 10) {
        const requestOptions = {
            allowRetries: allowRetry,
            maxRetries: maxRetry
        };
        return new HttpClient('actions/oidc-client', [new BearerCredentialHandler(oidc_utils_OidcClient.getRequestToken())], requestOptions);
    }
    static getRequestToken() {
        const token = process.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
        if (!token) {
            throw new Error('Unable to get ACTIONS_ID_TOKEN_REQUEST_TOKEN env variable');
        }
        return token;
    }
    static getIDTokenUrl() {
        const runtimeUrl = process.env['ACTIONS_ID_TOKEN_REQUEST_URL'];
        if (!runtimeUrl) {
            throw new Error('Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable');
        }
        return runtimeUrl;
    }
    static getCall(id_token_url) {
        return __awaiter(this, void 0, void 0, function* () {
            var _a;
            const httpclient = oidc_utils_OidcClient.createHttpClient();
            const res = yield httpclient
                .getJson(id_token_url)
                .catch(error => {
                throw new Error(`Failed to get ID Token. \n 
        Error Code : ${error.statusCode}\n 
        Error Message: ${error.message}`);
            });
            const id_token = (_a = res.result) === null || _a === void 0 ? void 0 : _a.value;
            if (!id_token) {
                throw new Error('Response json body do not have ID Token field');
            }
            return id_token;
        });
    }
    static getIDToken(audience) {
        return __awaiter(this, void 0, void 0, function* () {
            try {
                // New ID Token is requested from action service
                let id_token_url = oidc_utils_OidcClient.getIDTokenUrl();
                if (audience) {
                    const encodedAudience = encodeURIComponent(audience);
                    id_token_url = `${id_token_url}&audience=${encodedAudience}`;
                }
                debug(`ID token url is ${id_token_url}`);
                const id_token = yield oidc_utils_OidcClient.getCall(id_token_url);
                setSecret(id_token);
                return id_token;
            }
            catch (error) {
                throw new Error(`Error message: ${error.message}`);
            }
        });
    }
}
//# sourceMappingURL=oidc-utils.js.map
;// CONCATENATED MODULE: ../node_modules/@actions/core/lib/summary.js
var summary_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


const { access, appendFile, writeFile } = external_fs_.promises;
const SUMMARY_ENV_VAR = 'GITHUB_STEP_SUMMARY';
const SUMMARY_DOCS_URL = 'https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions#adding-a-job-summary';
class Summary {
    constructor() {
        this._buffer = '';
    }
    /**
     * Finds the summary file path from the environment, rejects if env var is not found or file does not exist
     * Also checks r/w permissions.
     *
     * @returns step summary file path
     */
    filePath() {
        return summary_awaiter(this, void 0, void 0, function* () {
            if (this._filePath) {
                return this._filePath;
            }
            const pathFromEnv = process.env[SUMMARY_ENV_VAR];
            if (!pathFromEnv) {
                throw new Error(`Unable to find environment variable for $${SUMMARY_ENV_VAR}. Check if your runtime environment supports job summaries.`);
            }
            try {
                yield access(pathFromEnv, external_fs_.constants.R_OK | external_fs_.constants.W_OK);
            }
            catch (_a) {
                throw new Error(`Unable to access summary file: '${pathFromEnv}'. Check if the file has correct read/write permissions.`);
            }
            this._filePath = pathFromEnv;
            return this._filePath;
        });
    }
    /**
     * Wraps content in an HTML tag, adding any HTML attributes
     *
     * @param {string} tag HTML tag to wrap
     * @param {string | null} content content within the tag
     * @param {[attribute: string]: string} attrs key-value list of HTML attributes to add
     *
     * @returns {string} content wrapped in HTML element
     */
    wrap(tag, content, attrs = {}) {
        const htmlAttrs = Object.entries(attrs)
            .map(([key, value]) => ` ${key}="${value}"`)
            .join('');
        if (!content) {
            return `<${tag}${htmlAttrs}>`;
        }
        return `<${tag}${htmlAttrs}>${content}</${tag}>`;
    }
    /**
     * Writes text in the buffer to the summary buffer file and empties buffer. Will append by default.
     *
     * @param {SummaryWriteOptions} [options] (optional) options for write operation
     *
     * @returns {Promise<Summary>} summary instance
     */
    write(options) {
        return summary_awaiter(this, void 0, void 0, function* () {
            const overwrite = !!(options === null || options === void 0 ? void 0 : options.overwrite);
            const filePath = yield this.filePath();
            const writeFunc = overwrite ? writeFile : appendFile;
            yield writeFunc(filePath, this._buffer, { encoding: 'utf8' });
            return this.emptyBuffer();
        });
    }
    /**
     * Clears the summary buffer and wipes the summary file
     *
     * @returns {Summary} summary instance
     */
    clear() {
        return summary_awaiter(this, void 0, void 0, function* () {
            return this.emptyBuffer().write({ overwrite: true });
        });
    }
    /**
     * Returns the current summary buffer as a string
     *
     * @returns {string} string of summary buffer
     */
    stringify() {
        return this._buffer;
    }
    /**
     * If the summary buffer is empty
     *
     * @returns {boolen} true if the buffer is empty
     */
    isEmptyBuffer() {
        return this._buffer.length === 0;
    }
    /**
     * Resets the summary buffer without writing to summary file
     *
     * @returns {Summary} summary instance
     */
    emptyBuffer() {
        this._buffer = '';
        return this;
    }
    /**
     * Adds raw text to the summary buffer
     *
     * @param {string} text content to add
     * @param {boolean} [addEOL=false] (optional) append an EOL to the raw text (default: false)
     *
     * @returns {Summary} summary instance
     */
    addRaw(text, addEOL = false) {
        this._buffer += text;
        return addEOL ? this.addEOL() : this;
    }
    /**
     * Adds the operating system-specific end-of-line marker to the buffer
     *
     * @returns {Summary} summary instance
     */
    addEOL() {
        return this.addRaw(external_os_.EOL);
    }
    /**
     * Adds an HTML codeblock to the summary buffer
     *
     * @param {string} code content to render within fenced code block
     * @param {string} lang (optional) language to syntax highlight code
     *
     * @returns {Summary} summary instance
     */
    addCodeBlock(code, lang) {
        const attrs = Object.assign({}, (lang && { lang }));
        const element = this.wrap('pre', this.wrap('code', code), attrs);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML list to the summary buffer
     *
     * @param {string[]} items list of items to render
     * @param {boolean} [ordered=false] (optional) if the rendered list should be ordered or not (default: false)
     *
     * @returns {Summary} summary instance
     */
    addList(items, ordered = false) {
        const tag = ordered ? 'ol' : 'ul';
        const listItems = items.map(item => this.wrap('li', item)).join('');
        const element = this.wrap(tag, listItems);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML table to the summary buffer
     *
     * @param {SummaryTableCell[]} rows table rows
     *
     * @returns {Summary} summary instance
     */
    addTable(rows) {
        const tableBody = rows
            .map(row => {
            const cells = row
                .map(cell => {
                if (typeof cell === 'string') {
                    return this.wrap('td', cell);
                }
                const { header, data, colspan, rowspan } = cell;
                const tag = header ? 'th' : 'td';
                const attrs = Object.assign(Object.assign({}, (colspan && { colspan })), (rowspan && { rowspan }));
                return this.wrap(tag, data, attrs);
            })
                .join('');
            return this.wrap('tr', cells);
        })
            .join('');
        const element = this.wrap('table', tableBody);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds a collapsable HTML details element to the summary buffer
     *
     * @param {string} label text for the closed state
     * @param {string} content collapsable content
     *
     * @returns {Summary} summary instance
     */
    addDetails(label, content) {
        const element = this.wrap('details', this.wrap('summary', label) + content);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML image tag to the summary buffer
     *
     * @param {string} src path to the image you to embed
     * @param {string} alt text description of the image
     * @param {SummaryImageOptions} options (optional) addition image attributes
     *
     * @returns {Summary} summary instance
     */
    addImage(src, alt, options) {
        const { width, height } = options || {};
        const attrs = Object.assign(Object.assign({}, (width && { width })), (height && { height }));
        const element = this.wrap('img', null, Object.assign({ src, alt }, attrs));
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML section heading element
     *
     * @param {string} text heading text
     * @param {number | string} [level=1] (optional) the heading level, default: 1
     *
     * @returns {Summary} summary instance
     */
    addHeading(text, level) {
        const tag = `h${level}`;
        const allowedTag = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].includes(tag)
            ? tag
            : 'h1';
        const element = this.wrap(allowedTag, text);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML thematic break (<hr>) to the summary buffer
     *
     * @returns {Summary} summary instance
     */
    addSeparator() {
        const element = this.wrap('hr', null);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML line break (<br>) to the summary buffer
     *
     * @returns {Summary} summary instance
     */
    addBreak() {
        const element = this.wrap('br', null);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML blockquote to the summary buffer
     *
     * @param {string} text quote text
     * @param {string} cite (optional) citation url
     *
     * @returns {Summary} summary instance
     */
    addQuote(text, cite) {
        const attrs = Object.assign({}, (cite && { cite }));
        const element = this.wrap('blockquote', text, attrs);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML anchor tag to the summary buffer
     *
     * @param {string} text link text/content
     * @param {string} href hyperlink
     *
     * @returns {Summary} summary instance
     */
    addLink(text, href) {
        const element = this.wrap('a', text, { href });
        return this.addRaw(element).addEOL();
    }
}
const _summary = new Summary();
/**
 * @deprecated use `core.summary`
 */
const markdownSummary = (/* unused pure expression or super */ null && (_summary));
const summary = _summary;
//# sourceMappingURL=summary.js.map
;// CONCATENATED MODULE: ../node_modules/@actions/core/lib/path-utils.js

/**
 * toPosixPath converts the given path to the posix form. On Windows, \\ will be
 * replaced with /.
 *
 * @param pth. Path to transform.
 * @return string Posix path.
 */
function toPosixPath(pth) {
    return pth.replace(/[\\]/g, '/');
}
/**
 * toWin32Path converts the given path to the win32 form. On Linux, / will be
 * replaced with \\.
 *
 * @param pth. Path to transform.
 * @return string Win32 path.
 */
function toWin32Path(pth) {
    return pth.replace(/[/]/g, '\\');
}
/**
 * toPlatformPath converts the given path to a platform-specific path. It does
 * this by replacing instances of / and \ with the platform-specific path
 * separator.
 *
 * @param pth The path to platformize.
 * @return string The platform-specific path.
 */
function toPlatformPath(pth) {
    return pth.replace(/[/\\]/g, path.sep);
}
//# sourceMappingURL=path-utils.js.map
;// CONCATENATED MODULE: ../node_modules/@actions/core/lib/platform.js
var platform_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


const getWindowsInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    const { stdout: version } = yield exec.getExecOutput('powershell -command "(Get-CimInstance -ClassName Win32_OperatingSystem).Version"', undefined, {
        silent: true
    });
    const { stdout: name } = yield exec.getExecOutput('powershell -command "(Get-CimInstance -ClassName Win32_OperatingSystem).Caption"', undefined, {
        silent: true
    });
    return {
        name: name.trim(),
        version: version.trim()
    };
});
const getMacOsInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    var _a, _b, _c, _d;
    const { stdout } = yield exec.getExecOutput('sw_vers', undefined, {
        silent: true
    });
    const version = (_b = (_a = stdout.match(/ProductVersion:\s*(.+)/)) === null || _a === void 0 ? void 0 : _a[1]) !== null && _b !== void 0 ? _b : '';
    const name = (_d = (_c = stdout.match(/ProductName:\s*(.+)/)) === null || _c === void 0 ? void 0 : _c[1]) !== null && _d !== void 0 ? _d : '';
    return {
        name,
        version
    };
});
const getLinuxInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    const { stdout } = yield exec.getExecOutput('lsb_release', ['-i', '-r', '-s'], {
        silent: true
    });
    const [name, version] = stdout.trim().split('\n');
    return {
        name,
        version
    };
});
const platform = external_os_.platform();
const arch = external_os_.arch();
const isWindows = platform === 'win32';
const isMacOS = platform === 'darwin';
const isLinux = platform === 'linux';
function getDetails() {
    return platform_awaiter(this, void 0, void 0, function* () {
        return Object.assign(Object.assign({}, (yield (isWindows
            ? getWindowsInfo()
            : isMacOS
                ? getMacOsInfo()
                : getLinuxInfo()))), { platform,
            arch,
            isWindows,
            isMacOS,
            isLinux });
    });
}
//# sourceMappingURL=platform.js.map
;// CONCATENATED MODULE: ../node_modules/@actions/core/lib/core.js
var core_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};






/**
 * The code to exit an action
 */
var ExitCode;
(function (ExitCode) {
    /**
     * A code indicating that the action was successful
     */
    ExitCode[ExitCode["Success"] = 0] = "Success";
    /**
     * A code indicating that the action was a failure
     */
    ExitCode[ExitCode["Failure"] = 1] = "Failure";
})(ExitCode || (ExitCode = {}));
//-----------------------------------------------------------------------
// Variables
//-----------------------------------------------------------------------
/**
 * Sets env variable for this action and future actions in the job
 * @param name the name of the variable to set
 * @param val the value of the variable. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function exportVariable(name, val) {
    const convertedVal = toCommandValue(val);
    process.env[name] = convertedVal;
    const filePath = process.env['GITHUB_ENV'] || '';
    if (filePath) {
        return issueFileCommand('ENV', prepareKeyValueMessage(name, val));
    }
    issueCommand('set-env', { name }, convertedVal);
}
/**
 * Registers a secret which will get masked from logs
 *
 * @param secret - Value of the secret to be masked
 * @remarks
 * This function instructs the Actions runner to mask the specified value in any
 * logs produced during the workflow run. Once registered, the secret value will
 * be replaced with asterisks (***) whenever it appears in console output, logs,
 * or error messages.
 *
 * This is useful for protecting sensitive information such as:
 * - API keys
 * - Access tokens
 * - Authentication credentials
 * - URL parameters containing signatures (SAS tokens)
 *
 * Note that masking only affects future logs; any previous appearances of the
 * secret in logs before calling this function will remain unmasked.
 *
 * @example
 * ```typescript
 * // Register an API token as a secret
 * const apiToken = "abc123xyz456";
 * setSecret(apiToken);
 *
 * // Now any logs containing this value will show *** instead
 * console.log(`Using token: ${apiToken}`); // Outputs: "Using token: ***"
 * ```
 */
function core_setSecret(secret) {
    command_issueCommand('add-mask', {}, secret);
}
/**
 * Prepends inputPath to the PATH (for this action and future actions)
 * @param inputPath
 */
function addPath(inputPath) {
    const filePath = process.env['GITHUB_PATH'] || '';
    if (filePath) {
        issueFileCommand('PATH', inputPath);
    }
    else {
        issueCommand('add-path', {}, inputPath);
    }
    process.env['PATH'] = `${inputPath}${path.delimiter}${process.env['PATH']}`;
}
/**
 * Gets the value of an input.
 * Unless trimWhitespace is set to false in InputOptions, the value is also trimmed.
 * Returns an empty string if the value is not defined.
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   string
 */
function getInput(name, options) {
    const val = process.env[`INPUT_${name.replace(/ /g, '_').toUpperCase()}`] || '';
    if (options && options.required && !val) {
        throw new Error(`Input required and not supplied: ${name}`);
    }
    if (options && options.trimWhitespace === false) {
        return val;
    }
    return val.trim();
}
/**
 * Gets the values of an multiline input.  Each value is also trimmed.
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   string[]
 *
 */
function getMultilineInput(name, options) {
    const inputs = getInput(name, options)
        .split('\n')
        .filter(x => x !== '');
    if (options && options.trimWhitespace === false) {
        return inputs;
    }
    return inputs.map(input => input.trim());
}
/**
 * Gets the input value of the boolean type in the YAML 1.2 "core schema" specification.
 * Support boolean input list: `true | True | TRUE | false | False | FALSE` .
 * The return value is also in boolean type.
 * ref: https://yaml.org/spec/1.2/spec.html#id2804923
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   boolean
 */
function getBooleanInput(name, options) {
    const trueValue = ['true', 'True', 'TRUE'];
    const falseValue = ['false', 'False', 'FALSE'];
    const val = getInput(name, options);
    if (trueValue.includes(val))
        return true;
    if (falseValue.includes(val))
        return false;
    throw new TypeError(`Input does not meet YAML 1.2 "Core Schema" specification: ${name}\n` +
        `Support boolean input list: \`true | True | TRUE | false | False | FALSE\``);
}
/**
 * Sets the value of an output.
 *
 * @param     name     name of the output to set
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function setOutput(name, value) {
    const filePath = process.env['GITHUB_OUTPUT'] || '';
    if (filePath) {
        return file_command_issueFileCommand('OUTPUT', file_command_prepareKeyValueMessage(name, value));
    }
    process.stdout.write(external_os_.EOL);
    command_issueCommand('set-output', { name }, utils_toCommandValue(value));
}
/**
 * Enables or disables the echoing of commands into stdout for the rest of the step.
 * Echoing is disabled by default if ACTIONS_STEP_DEBUG is not set.
 *
 */
function setCommandEcho(enabled) {
    issue('echo', enabled ? 'on' : 'off');
}
//-----------------------------------------------------------------------
// Results
//-----------------------------------------------------------------------
/**
 * Sets the action status to failed.
 * When the action exits it will be with an exit code of 1
 * @param message add error issue message
 */
function setFailed(message) {
    process.exitCode = ExitCode.Failure;
    error(message);
}
//-----------------------------------------------------------------------
// Logging Commands
//-----------------------------------------------------------------------
/**
 * Gets whether Actions Step Debug is on or not
 */
function isDebug() {
    return process.env['RUNNER_DEBUG'] === '1';
}
/**
 * Writes debug message to user log
 * @param message debug message
 */
function core_debug(message) {
    command_issueCommand('debug', {}, message);
}
/**
 * Adds an error issue
 * @param message error issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function error(message, properties = {}) {
    command_issueCommand('error', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a warning issue
 * @param message warning issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function warning(message, properties = {}) {
    command_issueCommand('warning', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a notice issue
 * @param message notice issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function notice(message, properties = {}) {
    command_issueCommand('notice', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Writes info to log with console.log.
 * @param message info message
 */
function info(message) {
    process.stdout.write(message + external_os_.EOL);
}
/**
 * Begin an output group.
 *
 * Output until the next `groupEnd` will be foldable in this group
 *
 * @param name The name of the output group
 */
function startGroup(name) {
    command_issue('group', name);
}
/**
 * End an output group.
 */
function endGroup() {
    command_issue('endgroup');
}
/**
 * Wrap an asynchronous function call in a group.
 *
 * Returns the same type as the function itself.
 *
 * @param name The name of the group
 * @param fn The function to wrap in the group
 */
function group(name, fn) {
    return core_awaiter(this, void 0, void 0, function* () {
        startGroup(name);
        let result;
        try {
            result = yield fn();
        }
        finally {
            endGroup();
        }
        return result;
    });
}
//-----------------------------------------------------------------------
// Wrapper action state
//-----------------------------------------------------------------------
/**
 * Saves state for current action, the state can only be retrieved by this action's post job execution.
 *
 * @param     name     name of the state to store
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function saveState(name, value) {
    const filePath = process.env['GITHUB_STATE'] || '';
    if (filePath) {
        return file_command_issueFileCommand('STATE', file_command_prepareKeyValueMessage(name, value));
    }
    command_issueCommand('save-state', { name }, utils_toCommandValue(value));
}
/**
 * Gets the value of an state set by this action's main execution.
 *
 * @param     name     name of the state to get
 * @returns   string
 */
function getState(name) {
    return process.env[`STATE_${name}`] || '';
}
function getIDToken(aud) {
    return core_awaiter(this, void 0, void 0, function* () {
        return yield OidcClient.getIDToken(aud);
    });
}
/**
 * Summary exports
 */

/**
 * @deprecated use core.summary
 */

/**
 * Path exports
 */

/**
 * Platform utilities exports
 */

//# sourceMappingURL=core.js.map

/***/ })

/******/ });
/************************************************************************/
/******/ // The module cache
/******/ var __webpack_module_cache__ = {};
/******/ 
/******/ // The require function
/******/ function __nccwpck_require__(moduleId) {
/******/ 	// Check if module is in cache
/******/ 	var cachedModule = __webpack_module_cache__[moduleId];
/******/ 	if (cachedModule !== undefined) {
/******/ 		return cachedModule.exports;
/******/ 	}
/******/ 	// Create a new module (and put it into the cache)
/******/ 	var module = __webpack_module_cache__[moduleId] = {
/******/ 		id: moduleId,
/******/ 		loaded: false,
/******/ 		exports: {}
/******/ 	};
/******/ 
/******/ 	// Execute the module function
/******/ 	var threw = true;
/******/ 	try {
/******/ 		__webpack_modules__[moduleId](module, module.exports, __nccwpck_require__);
/******/ 		threw = false;
/******/ 	} finally {
/******/ 		if(threw) delete __webpack_module_cache__[moduleId];
/******/ 	}
/******/ 
/******/ 	// Flag the module as loaded
/******/ 	module.loaded = true;
/******/ 
/******/ 	// Return the exports of the module
/******/ 	return module.exports;
/******/ }
/******/ 
/******/ // expose the modules object (__webpack_modules__)
/******/ __nccwpck_require__.m = __webpack_modules__;
/******/ 
/************************************************************************/
/******/ /* webpack/runtime/asset-relocator-loader */
/******/ if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = decodeURIComponent(new URL('.', import.meta.url).pathname).slice(import.meta.url.match(/^file:\/\/\/\w:/) ? 1 : 0, -1) + "/";
/******/ 
/******/ /* webpack/runtime/async module */
/******/ (() => {
/******/ 	var webpackQueues = typeof Symbol === "function" ? Symbol("webpack queues") : "__webpack_queues__";
/******/ 	var webpackExports = typeof Symbol === "function" ? Symbol("webpack exports") : "__webpack_exports__";
/******/ 	var webpackError = typeof Symbol === "function" ? Symbol("webpack error") : "__webpack_error__";
/******/ 	var resolveQueue = (queue) => {
/******/ 		if(queue && queue.d < 1) {
/******/ 			queue.d = 1;
/******/ 			queue.forEach((fn) => (fn.r--));
/******/ 			queue.forEach((fn) => (fn.r-- ? fn.r++ : fn()));
/******/ 		}
/******/ 	}
/******/ 	var wrapDeps = (deps) => (deps.map((dep) => {
/******/ 		if(dep !== null && typeof dep === "object") {
/******/ 			if(dep[webpackQueues]) return dep;
/******/ 			if(dep.then) {
/******/ 				var queue = [];
/******/ 				queue.d = 0;
/******/ 				dep.then((r) => {
/******/ 					obj[webpackExports] = r;
/******/ 					resolveQueue(queue);
/******/ 				}, (e) => {
/******/ 					obj[webpackError] = e;
/******/ 					resolveQueue(queue);
/******/ 				});
/******/ 				var obj = {};
/******/ 				obj[webpackQueues] = (fn) => (fn(queue));
/******/ 				return obj;
/******/ 			}
/******/ 		}
/******/ 		var ret = {};
/******/ 		ret[webpackQueues] = x => {};
/******/ 		ret[webpackExports] = dep;
/******/ 		return ret;
/******/ 	}));
/******/ 	__nccwpck_require__.a = (module, body, hasAwait) => {
/******/ 		var queue;
/******/ 		hasAwait && ((queue = []).d = -1);
/******/ 		var depQueues = new Set();
/******/ 		var exports = module.exports;
/******/ 		var currentDeps;
/******/ 		var outerResolve;
/******/ 		var reject;
/******/ 		var promise = new Promise((resolve, rej) => {
/******/ 			reject = rej;
/******/ 			outerResolve = resolve;
/******/ 		});
/******/ 		promise[webpackExports] = exports;
/******/ 		promise[webpackQueues] = (fn) => (queue && fn(queue), depQueues.forEach(fn), promise["catch"](x => {}));
/******/ 		module.exports = promise;
/******/ 		body((deps) => {
/******/ 			currentDeps = wrapDeps(deps);
/******/ 			var fn;
/******/ 			var getResult = () => (currentDeps.map((d) => {
/******/ 				if(d[webpackError]) throw d[webpackError];
/******/ 				return d[webpackExports];
/******/ 			}))
/******/ 			var promise = new Promise((resolve) => {
/******/ 				fn = () => (resolve(getResult));
/******/ 				fn.r = 0;
/******/ 				var fnQueue = (q) => (q !== queue && !depQueues.has(q) && (depQueues.add(q), q && !q.d && (fn.r++, q.push(fn))));
/******/ 				currentDeps.map((dep) => (dep[webpackQueues](fnQueue)));
/******/ 			});
/******/ 			return fn.r ? promise : getResult();
/******/ 		}, (err) => ((err ? reject(promise[webpackError] = err) : outerResolve(exports)), resolveQueue(queue)));
/******/ 		queue && queue.d < 0 && (queue.d = 0);
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/define property getters */
/******/ (() => {
/******/ 	// define getter functions for harmony exports
/******/ 	__nccwpck_require__.d = (exports, definition) => {
/******/ 		for(var key in definition) {
/******/ 			if(__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) {
/******/ 				Object.defineProperty(exports, key, { enumerable: true, get: definition[key] });
/******/ 			}
/******/ 		}
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/ensure chunk */
/******/ (() => {
/******/ 	__nccwpck_require__.f = {};
/******/ 	// This file contains only the entry chunk.
/******/ 	// The chunk loading function for additional chunks
/******/ 	__nccwpck_require__.e = (chunkId) => {
/******/ 		return Promise.all(Object.keys(__nccwpck_require__.f).reduce((promises, key) => {
/******/ 			__nccwpck_require__.f[key](chunkId, promises);
/******/ 			return promises;
/******/ 		}, []));
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/get javascript chunk filename */
/******/ (() => {
/******/ 	// This function allow to reference async chunks
/******/ 	__nccwpck_require__.u = (chunkId) => {
/******/ 		// return url for filenames based on template
/******/ 		return "" + chunkId + ".index.js";
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/hasOwnProperty shorthand */
/******/ (() => {
/******/ 	__nccwpck_require__.o = (obj, prop) => (Object.prototype.hasOwnProperty.call(obj, prop))
/******/ })();
/******/ 
/******/ /* webpack/runtime/node module decorator */
/******/ (() => {
/******/ 	__nccwpck_require__.nmd = (module) => {
/******/ 		module.paths = [];
/******/ 		if (!module.children) module.children = [];
/******/ 		return module;
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/import chunk loading */
/******/ (() => {
/******/ 	// no baseURI
/******/ 	
/******/ 	// object to store loaded and loading chunks
/******/ 	// undefined = chunk not loaded, null = chunk preloaded/prefetched
/******/ 	// [resolve, Promise] = chunk loading, 0 = chunk loaded
/******/ 	var installedChunks = {
/******/ 		792: 0
/******/ 	};
/******/ 	
/******/ 	var installChunk = (data) => {
/******/ 		var {ids, modules, runtime} = data;
/******/ 		// add "modules" to the modules object,
/******/ 		// then flag all "ids" as loaded and fire callback
/******/ 		var moduleId, chunkId, i = 0;
/******/ 		for(moduleId in modules) {
/******/ 			if(__nccwpck_require__.o(modules, moduleId)) {
/******/ 				__nccwpck_require__.m[moduleId] = modules[moduleId];
/******/ 			}
/******/ 		}
/******/ 		if(runtime) runtime(__nccwpck_require__);
/******/ 		for(;i < ids.length; i++) {
/******/ 			chunkId = ids[i];
/******/ 			if(__nccwpck_require__.o(installedChunks, chunkId) && installedChunks[chunkId]) {
/******/ 				installedChunks[chunkId][0]();
/******/ 			}
/******/ 			installedChunks[ids[i]] = 0;
/******/ 		}
/******/ 	
/******/ 	}
/******/ 	
/******/ 	__nccwpck_require__.f.j = (chunkId, promises) => {
/******/ 			// import() chunk loading for javascript
/******/ 			var installedChunkData = __nccwpck_require__.o(installedChunks, chunkId) ? installedChunks[chunkId] : undefined;
/******/ 			if(installedChunkData !== 0) { // 0 means "already installed".
/******/ 	
/******/ 				// a Promise means "currently loading".
/******/ 				if(installedChunkData) {
/******/ 					promises.push(installedChunkData[1]);
/******/ 				} else {
/******/ 					if(true) { // all chunks have JS
/******/ 						// setup Promise in chunk cache
/******/ 						var promise = import("./" + __nccwpck_require__.u(chunkId)).then(installChunk, (e) => {
/******/ 							if(installedChunks[chunkId] !== 0) installedChunks[chunkId] = undefined;
/******/ 							throw e;
/******/ 						});
/******/ 						var promise = Promise.race([promise, new Promise((resolve) => (installedChunkData = installedChunks[chunkId] = [resolve]))])
/******/ 						promises.push(installedChunkData[1] = promise);
/******/ 					}
/******/ 				}
/******/ 			}
/******/ 	};
/******/ 	
/******/ 	// no prefetching
/******/ 	
/******/ 	// no preloaded
/******/ 	
/******/ 	// no external install chunk
/******/ 	
/******/ 	// no on chunks loaded
/******/ })();
/******/ 
/************************************************************************/
/******/ 
/******/ // startup
/******/ // Load entry module and return exports
/******/ // This entry module used 'module' so it can't be inlined
/******/ var __webpack_exports__ = __nccwpck_require__(8540);
/******/ __webpack_exports__ = await __webpack_exports__;
/******/ 
