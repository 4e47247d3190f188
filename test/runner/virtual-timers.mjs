// The scheduler of the child's half of simulated time. When the program only waits for a timer, the parent is asked to
// let time jump to it; as long as a request is under way, time is real, and so are the time-outs of that request.
import { AsyncResource } from 'node:async_hooks';
import diagnostics from 'node:diagnostics_channel';

const real = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setImmediate: globalThis.setImmediate,
  now: Date.now,
};

/** Turns of the event loop in which nothing may happen before the program counts as waiting. */
const quietTurns = 4;
/** What keeps the event loop busy though no request is under way: files, look-ups, connections, child processes. */
const busyResource = /Req|Connect|Write|Shutdown|Process(?!or)/;

let offset = Number(process.env.VIRTUAL_TIME_OFFSET ?? 0);
delete process.env.VIRTUAL_TIME_OFFSET;

/** @type {Set<VirtualTimeout>} */
const timers = new Set();
/** @type {Map<number, VirtualTimeout>} */
const timersById = new Map();
/** Requests under way, by undici's request objects; with the number of the hang for those that wait in vain. */
const requests = new Map();
/** The jump that was asked for and is not granted yet. */
let asked;
/** How many hangs and releases the parent has told of. */
let heard = 0;
let nextAsk = 1;
let nextTimer = 1;
/** Grows with everything that happens; a quiet program leaves it alone. */
let changes = 0;
let looking = false;
let driver;

/** How far virtual time is ahead of real time, in milliseconds. */
export const ahead = () => offset;

export const now = () => real.now() + offset;

export class VirtualTimeout {
  constructor(callback, delay, args, repeat) {
    this.id = nextTimer++;
    this.callback = AsyncResource.bind(callback);
    this.args = args;
    // As in Node: what is not a number from 1 to 2^31 - 1 counts as 1.
    this.delay = delay >= 1 && delay <= 2 ** 31 - 1 ? Math.trunc(delay) : 1;
    this.repeat = repeat;
    this.referenced = true;
    start(this);
  }
  ref() {
    this.referenced = true;
    changed();
    return this;
  }
  unref() {
    this.referenced = false;
    changed();
    return this;
  }
  hasRef() {
    return this.referenced;
  }
  refresh() {
    start(this);
    return this;
  }
  close() {
    stop(this);
    return this;
  }
  [Symbol.toPrimitive]() {
    timersById.set(this.id, this);
    return this.id;
  }
  [Symbol.dispose]() {
    stop(this);
  }
}

function start(timer) {
  timer.deadline = now() + timer.delay;
  // A jump that is under way while the timer is set must not eat into it.
  timer.startedDuring = asked?.id;
  timers.delete(timer);
  timers.add(timer);
  changed();
}

export function stop(timer) {
  timersById.delete(timer.id);
  if (timers.delete(timer)) changed();
}

function earliest(among = timers) {
  let first;
  for (const timer of among) if (first === undefined || timer.deadline < first.deadline) first = timer;
  return first;
}

const anyReferenced = () => timers.values().some((timer) => timer.referenced);

/** Something happened: the next real wake-up may be another one, and a jump that was asked for is off. */
function changed() {
  changes += 1;
  arm();
  if (asked !== undefined && !asked.withdrawn) {
    asked.withdrawn = true;
    tell({ id: asked.id, withdraw: true });
  }
  look();
}

function arm() {
  real.clearTimeout(driver);
  const first = earliest();
  if (first === undefined) return;
  driver = real.setTimeout(fire, Math.max(1, first.deadline - now()));
  if (!anyReferenced()) driver.unref();
}

/** One timer a turn, so that promises settle between two of them, as in Node. */
function fire() {
  const timer = earliest();
  if (timer === undefined || timer.deadline > now()) {
    arm();
    return;
  }
  if (timer.repeat) start(timer);
  else stop(timer);
  try {
    timer.callback(...timer.args);
  } finally {
    const next = earliest();
    if (next !== undefined && next.deadline <= now()) real.setImmediate(fire);
    else arm();
  }
}

/** Whether all that goes on is a wait for a timer. */
function waiting() {
  const hung = requests
    .values()
    .filter((hang) => hang !== undefined)
    .toArray().length;
  if (requests.size > hung) return false;
  return hung > 0 ? timers.size > 0 : anyReferenced();
}

/** Looks for some turns whether the program is quiet, then asks for the jump. */
function look() {
  if (looking || asked !== undefined || !process.connected || !waiting()) return;
  looking = true;
  let seen = changes;
  let turns = 0;
  const turn = () => {
    if (!waiting() || asked !== undefined) {
      looking = false;
      return;
    }
    if (process.getActiveResourcesInfo().some((name) => busyResource.test(name))) {
      turns = 0;
      real.setTimeout(turn, 1);
      return;
    }
    turns = seen === changes ? turns + 1 : 0;
    seen = changes;
    if (turns < quietTurns) {
      real.setImmediate(turn);
      return;
    }
    looking = false;
    ask();
  };
  // A millisecond for work in other threads that no list shows, such as decompression.
  real.setTimeout(turn, 1);
}

function ask() {
  asked = { id: nextAsk++, withdrawn: false };
  process.channel?.ref();
  // undici ticks every half second, unreferenced, while it has time-outs to look after, for idle connections too.
  // Stopping at each tick of a long wait would take seconds.
  const goals = timers.values().filter((timer) => timer.referenced || timer.delay >= 1_000);
  tell({ id: asked.id, until: earliest(goals)?.deadline ?? earliest().deadline, heard });
}

function tell(message) {
  process.send(message, undefined, undefined, () => undefined);
}

function receive(message) {
  if (!('id' in message)) heard += 1;
  if ('hang' in message) {
    for (const [request, hang] of requests) {
      if (hang !== undefined) continue;
      if (message.method !== undefined && message.method !== request.method) continue;
      if (message.path !== undefined && message.path !== request.path) continue;
      requests.set(request, message.hang);
      break;
    }
    changed();
  } else if ('release' in message) {
    for (const [request, hang] of requests) if (hang === message.release) requests.set(request, undefined);
    changed();
  } else if (asked?.id === message.id) {
    offset += message.jumped;
    for (const timer of timers) if (timer.startedDuring === asked.id) timer.deadline += message.jumped;
    tell({ id: message.id, landed: true });
    settle();
  }
}

function settle() {
  asked = undefined;
  process.channel?.unref();
  arm();
  const first = earliest();
  if (first !== undefined && first.deadline <= now()) real.setImmediate(fire);
  look();
}

// Node's own undici and a bundled one publish on the same channels. A request that is aborted publishes `error`,
// and one that has been answered `trailers`, when the last byte of the body is there.
diagnostics.subscribe('undici:request:create', ({ request }) => {
  requests.set(request, undefined);
  changed();
});
for (const end of ['undici:request:trailers', 'undici:request:error']) {
  diagnostics.subscribe(end, ({ request }) => {
    if (requests.delete(request)) changed();
  });
}

export function byId(id) {
  return timersById.get(Number(id));
}

if (typeof process.send === 'function') {
  process.on('message', receive);
  process.channel?.unref();
  // Without the parent nobody grants jumps, and time is real again.
  process.on('disconnect', settle);
}
