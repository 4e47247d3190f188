export const id = 148;
export const ids = [148];
export const modules = {

/***/ 5707:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  makeOctokit: () => (/* binding */ makeOctokit)
});

// EXTERNAL MODULE: ../node_modules/@actions/github/lib/github.js + 16 modules
var github = __webpack_require__(2796);
// EXTERNAL MODULE: ../node_modules/@octokit/plugin-retry/dist-bundle/index.js
var dist_bundle = __webpack_require__(6553);
// EXTERNAL MODULE: ../node_modules/@octokit/plugin-throttling/dist-bundle/index.js
var plugin_throttling_dist_bundle = __webpack_require__(398);
;// CONCATENATED MODULE: ./github/rate-limit.js
const unnamedPauseSeconds = 60;
function rateLeftOf(headers) {
    const [remaining, limit, reset] = ['remaining', 'limit', 'reset'].map((name) => wholeNumber(headers[`x-ratelimit-${name}`]));
    if (remaining === undefined || limit === undefined || reset === undefined)
        return undefined;
    if ((headers['x-ratelimit-resource'] ?? 'core') !== 'core')
        return undefined;
    return { remaining, limit, resetAt: reset * 1000 };
}
function askedPause(status, headers, message, now) {
    if (status !== 403 && status !== 429)
        return undefined;
    const isPrimary = headers['x-ratelimit-remaining'] === '0';
    const named = wholeNumber(headers['retry-after']) ?? (isPrimary ? secondsToReset(headers, now) : undefined);
    const isUnnamed = isPrimary || status === 429 || /\bsecondary rate\b/i.test(message);
    const seconds = named ?? (isUnnamed ? unnamedPauseSeconds : undefined);
    return seconds === undefined ? undefined : { seconds, isPrimary };
}
function secondsToReset(headers, now) {
    const reset = wholeNumber(headers['x-ratelimit-reset']);
    if (reset === undefined)
        return undefined;
    const date = typeof headers.date === 'string' ? Date.parse(headers.date) : Number.NaN;
    return Math.max(0, reset - Math.floor((Number.isNaN(date) ? now : date) / 1000)) + 1;
}
function wholeNumber(value) {
    return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}

;// CONCATENATED MODULE: ./github/octokit-with-plugins.js




const apiVersion = '2022-11-28';
const defaultPatienceMs = 900_000;
const rateLimitRetries = 3;
const answers = [400, 401, 403, 404, 409, 410, 422, 429, 451];
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };
function makeOctokit(options, pacer, learn) {
    const mayWait = (seconds, request, _octokit, retryCount) => seconds * 1000 <= patienceOf(request) && retryCount < rateLimitRetries;
    return (0,github/* getOctokit */.Q)(options.token.reveal(), {
        baseUrl: options.apiUrl.replace(/\/+$/, ''),
        userAgent: options.userAgent,
        log: silent,
        request: { fetch: options.fetch, log: silent },
        retry: { doNotRetry: answers, retries: options.retries ?? 3 },
        throttle: {
            onRateLimit: mayWait,
            onSecondaryRateLimit: mayWait,
            retryAfterBaseValue: 0,
            ...groups(pacer),
        },
    }, conventions({ ...options, pacer, learn }), plugin_throttling_dist_bundle/* throttling */.A, dist_bundle/* retry */.L);
}
function groups(pacer) {
    const group = (schedule) => ({
        key: () => ({ schedule }),
    });
    const unpaced = group((_job, send, request) => send(request));
    const global = group((_job, send, request) => pacer.run(turnOf(request), () => send(request)));
    const given = { global, auth: unpaced, write: unpaced, search: unpaced, notifications: unpaced };
    return given;
}
function turnOf(options) {
    const { signal, unsentAfter, urgent } = options.request ?? {};
    return {
        isWrite: isWrite(options),
        isUrgent: urgent === true,
        patienceMs: patienceOf(options),
        stops: [signal, unsentAfter].filter((stop) => stop instanceof AbortSignal),
    };
}
function isWrite({ method }) {
    return method !== 'GET' && method !== 'HEAD';
}
function patienceOf({ request }) {
    const { patienceMs, urgent } = request ?? {};
    if (typeof patienceMs === 'number')
        return patienceMs;
    return urgent === true ? 0 : defaultPatienceMs;
}
function conventions({ pacer, learn, clock, log }) {
    const obey = (error, request) => {
        const { response } = error;
        const asked = askedPause(error.status, response.headers, error.message, clock.now());
        if (asked === undefined)
            return;
        response.headers['retry-after'] = String(asked.seconds);
        error.message = 'GitHub asked to wait: secondary rate limit';
        const isTooFast = !asked.isPrimary && isWrite(request);
        const isNews = pacer.refused(isTooFast, asked.seconds * 1000, error);
        if (isNews)
            log.info(`GitHub's rate limit: waiting ${asked.seconds} s`);
    };
    return (octokit) => {
        octokit.hook.before('request', async (request) => {
            const atLast = request.request.atLast;
            if (isParameterSource(atLast))
                Object.assign(request, await atLast());
            const unsentAfter = request.request.unsentAfter;
            if (unsentAfter instanceof AbortSignal && unsentAfter.aborted)
                throw new Error('stopped before it was sent');
            request.headers['x-github-api-version'] = apiVersion;
        });
        octokit.hook.after('request', (response) => {
            const left = rateLeftOf(response.headers);
            if (left !== undefined)
                learn(left);
        });
        octokit.hook.error('request', (error, request) => {
            if (request.request.signal?.aborted)
                throw new Error('given up');
            if (isRefused(error)) {
                const left = rateLeftOf(error.response.headers);
                if (left !== undefined)
                    learn(left);
                obey(error, request);
            }
            throw error;
        });
        return {};
    };
}
function isRefused(error) {
    return 'response' in error && typeof error.response === 'object' && error.response !== null;
}
function isParameterSource(value) {
    return typeof value === 'function';
}
function ignore() {
}


/***/ }),

/***/ 649:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Q: () => (/* binding */ HttpClient)
/* harmony export */ });
/* unused harmony export BearerCredentialHandler */
class HttpClient {
    getAgent() {
        return undefined;
    }
    getAgentDispatcher() {
        return undefined;
    }
    getJson() {
        throw new Error('@actions/http-client is not part of this bundle');
    }
}
const BearerCredentialHandler = (/* unused pure expression or super */ null && (HttpClient));


/***/ }),

/***/ 7616:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A: () => (/* binding */ Bottleneck)
/* harmony export */ });
class Events {
    #listeners = new Map();
    constructor(instance) {
        instance.on = (name, listener) => {
            this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
            return instance;
        };
    }
    async trigger(name, ...args) {
        const answers = (this.#listeners.get(name) ?? []).map(async (listener) => {
            try {
                return await listener(...args);
            }
            catch (error) {
                if (name !== 'error')
                    await this.trigger('error', error);
                return undefined;
            }
        });
        return (await Promise.all(answers)).find((answer) => answer !== undefined && answer !== null);
    }
}
class Group {
    key() {
        throw new Error('this group has no queues');
    }
}
class Bottleneck {
    static Events = Events;
    static Group = Group;
    #events = new Events(this);
    async schedule(task, ...args) {
        for (let retryCount = 0;; retryCount += 1) {
            try {
                return await task(...args);
            }
            catch (error) {
                const wait = await this.#events.trigger('failed', error, { args, retryCount });
                if (typeof wait !== 'number')
                    throw error;
                if (wait > 0)
                    await new Promise((resolve) => setTimeout(resolve, wait));
            }
        }
    }
}


/***/ }),

/***/ 163:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   _: () => (/* binding */ restEndpointMethods),
/* harmony export */   u: () => (/* binding */ paginateRest)
/* harmony export */ });
function restEndpointMethods() {
    return {};
}
function paginateRest() {
    return {};
}


/***/ }),

/***/ 8995:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   h: () => (/* binding */ fetch)
/* harmony export */ });
function fetch() {
    throw new Error('fetch is not part of this bundle');
}


/***/ })

};
