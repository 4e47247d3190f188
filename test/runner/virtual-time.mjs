// The child's half of simulated time: a preload (`node --import`) for an unmodified program, whose timers and clocks it
// replaces by ones that can jump.
import { syncBuiltinESMExports } from 'node:module';
import timersModule from 'node:timers';
import timersPromises from 'node:timers/promises';
import { promisify } from 'node:util';
import { ahead, byId, now, stop, VirtualTimeout } from './virtual-timers.mjs';

const real = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  performanceNow: performance.now.bind(performance),
  hrtime: process.hrtime,
};

function setTimer(callback, delay, args, repeat) {
  // Node's own function knows how to complain.
  if (typeof callback !== 'function') return real.setTimeout(callback, delay);
  return new VirtualTimeout(callback, delay, args, repeat);
}

function clearTimer(timer) {
  const found = timer instanceof VirtualTimeout ? timer : byId(timer);
  if (found === undefined) real.clearTimeout(timer);
  else stop(found);
}

const setTimeout = (callback, delay, ...args) => setTimer(callback, delay, args, false);
const setInterval = (callback, delay, ...args) => setTimer(callback, delay, args, true);

function abortError(signal) {
  const error = new Error('The operation was aborted', { cause: signal.reason });
  return Object.assign(error, { name: 'AbortError', code: 'ABORT_ERR' });
}

function sleep(delay, value, { signal, ref = true } = {}) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(abortError(signal));
      return;
    }
    const onAbort = () => {
      stop(timer);
      reject(abortError(signal));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve(value);
    }, delay);
    if (!ref) timer.unref();
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

async function* interval(delay, value, options) {
  for (;;) yield await sleep(delay, value, options);
}

function abortAfter(ms) {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
  }, ms);
  timer.unref();
  return controller.signal;
}

function hrtime(previous) {
  const ns =
    hrtime.bigint() - (previous === undefined ? 0n : BigInt(previous[0]) * 10n ** 9n + BigInt(previous[1]));
  return [Number(ns / 10n ** 9n), Number(ns % 10n ** 9n)];
}
hrtime.bigint = () => real.hrtime.bigint() + BigInt(ahead()) * 10n ** 6n;

if (typeof process.send === 'function') {
  Object.defineProperty(setTimeout, promisify.custom, { value: sleep });
  const replaced = { setTimeout, setInterval, clearTimeout: clearTimer, clearInterval: clearTimer };
  Object.assign(globalThis, replaced);
  Object.assign(timersModule, replaced);
  Object.assign(timersPromises, { setTimeout: sleep, setInterval: interval });
  timersPromises.scheduler.wait = (delay, options) => sleep(delay, undefined, options);
  syncBuiltinESMExports();
  AbortSignal.timeout = abortAfter;

  Date.now = now;
  globalThis.Date = new Proxy(Date, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: (target) => new target(now()).toString(),
  });
  Date.prototype.constructor = Date;
  performance.now = () => real.performanceNow() + ahead();
  process.hrtime = hrtime;
}
