export const id = 773;
export const ids = [773];
export const modules = {

/***/ 5154:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   readDeclaration: () => (/* binding */ readDeclaration)
/* harmony export */ });
/* harmony import */ var yaml__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6637);

function readDeclaration(source) {
    const workflow = parseYaml(source);
    if (workflow === undefined)
        return { kind: 'unreadable' };
    const on = entry(workflow, 'on');
    const runName = entry(workflow, 'run-name');
    const showsInputs = typeof runName === 'string' && /\binputs\b/.test(runName);
    if (on === 'workflow_dispatch' || (Array.isArray(on) && on.includes('workflow_dispatch'))) {
        return { kind: 'dispatchable', inputs: new Map(), showsInputs };
    }
    if (!(on instanceof Map) || !on.has('workflow_dispatch'))
        return { kind: 'not-dispatchable' };
    const inputs = inputsIn(entry(entry(on, 'workflow_dispatch'), 'inputs'));
    return { kind: 'dispatchable', inputs, showsInputs };
}
const longestSource = 512 * 1024;
function parseYaml(source) {
    if (source.length > longestSource)
        return undefined;
    try {
        const options = {
            version: '1.2',
            mapAsMap: true,
            maxAliasCount: 50,
            logLevel: 'error',
            uniqueKeys: false,
        };
        return (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .parse */ .qg)(source, options);
    }
    catch {
        return undefined;
    }
}
function inputsIn(declared) {
    const inputs = new Map();
    if (!(declared instanceof Map))
        return inputs;
    for (const [name, input] of declared) {
        const mustBeGiven = entry(input, 'required') === true && (entry(input, 'default') ?? null) === null;
        inputs.set(String(name), { mustBeGiven });
    }
    return inputs;
}
function entry(value, key) {
    return value instanceof Map ? value.get(key) : undefined;
}


/***/ })

};
