import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Acts, type Act } from './acts.ts';
import { TrustedCertificate } from './certificate.ts';
import { Clock } from './clock.ts';
import type { Fault } from './faults.ts';

export type Upstream = 'vtex' | 'github';

/** `before`: nothing has happened yet. `after`: the effect is done, the reply is not yet sent. */
export type Phase = 'before' | 'after';

/** One request, as a test may look at it. Tokens that belong in a header or in a sign-in body are left out. */
export interface RecordedRequest {
  /** Position among the requests to both servers, from 0. */
  readonly index: number;
  readonly upstream: Upstream;
  readonly method: string;
  /** Path and query just as received, for leak searches. */
  readonly url: string;
  /** `PATCH vtex /api/vtexid/apikey/:key/apitoken/renew`, `PUT github repos/acme/store/actions/secrets/X`. */
  readonly label: string;
  /** Without credentials. */
  readonly headers: Readonly<Record<string, string>>;
  /** GitHub only: none of its bodies may hold a token in the clear. */
  readonly body: string;
  readonly at: number;
  /** Absent until answered, and for ever if the connection is cut instead. */
  status?: number;
  /** The fault that was injected, if any. */
  fault?: { readonly phase: Phase; readonly kind: Fault['kind'] };
}

export type Intercept = (
  request: RecordedRequest,
  phase: Phase,
) => Fault | undefined | Promise<Fault | undefined>;

export interface WorldOptions {
  /** How many milliseconds of the world pass in one of ours. */
  readonly speed?: number;
  /** The fakes speak https, with a certificate that clients can be told to trust. */
  readonly https?: boolean;
}

/** What the two fakes share: one clock, one ordered list of requests, one place to inject faults. */
export class World implements AsyncDisposable {
  readonly requests: RecordedRequest[] = [];
  /** Called for every request before and after its effect; returns the fault to suffer, if any. */
  intercept: Intercept | undefined;
  /** The request that is being carried out; none: what changes now, a person does, or time. */
  handling: RecordedRequest | undefined;
  /** A server of a third party, to which redirect faults point: no client of ours may ever come here. */
  readonly elsewhere = { url: '', hits: 0 };
  /** What went wrong in a fake or in a listener. Disposing of the world throws them, so none goes unseen. */
  readonly failures: unknown[] = [];
  /** What the fakes show to clients; none: they speak plain http. */
  readonly trusted: TrustedCertificate | undefined;
  readonly #clock: Clock;
  readonly #acts = new Acts();
  readonly #listeners = new Set<(change: string) => void>();
  readonly #arrivals = new Set<(request: RecordedRequest) => void>();
  readonly #started: AsyncDisposable[] = [];
  #elsewhere: Server | undefined;

  private constructor(options: WorldOptions, trusted: TrustedCertificate | undefined) {
    this.#clock = new Clock(options.speed);
    this.trusted = trusted;
  }

  static async start(options: WorldOptions = {}): Promise<World> {
    const trusted = options.https === true ? await TrustedCertificate.make() : undefined;
    const world = new World(options, trusted);
    const server = createServer((_request, response) => {
      world.elsewhere.hits += 1;
      response.end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    world.elsewhere.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    world.#elsewhere = server;
    return world;
  }

  now(): number {
    return this.#clock.now();
  }

  /** Skips time. Events that fall due on the way happen in order, each at its own time. */
  advance(ms: number): void {
    this.#clock.advance(ms);
  }

  /** Makes something happen at a time of this world. */
  at(time: number, happens: () => void): void {
    this.#clock.at(time, happens);
  }

  /** Somebody acts at a request that is to come. Returns the way to prevent it. */
  when(act: Act): () => void {
    return this.#acts.add(act);
  }

  /** For the fakes: all that happens at this moment of a request; returns the fault to suffer, if any. */
  async disturb(request: RecordedRequest, phase: Phase): Promise<Fault | undefined> {
    const fault = await this.#acts.at(request, phase);
    return (await this.intercept?.(request, phase)) ?? fault;
  }

  /** Called after every change of state in either fake. Returns the way to stop listening. */
  onChange(listener: (change: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Called for every request when it arrives, before anything can go wrong with it. Returns the way to stop listening. */
  onArrival(listener: (request: RecordedRequest) => void): () => void {
    this.#arrivals.add(listener);
    return () => this.#arrivals.delete(listener);
  }

  /** For the fakes: a request has come. */
  arrived(request: RecordedRequest): void {
    this.requests.push(request);
    for (const listener of [...this.#arrivals]) listener(request);
  }

  /** For the fakes: says that the state has changed. */
  changed(change: string): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(change);
      } catch (error) {
        this.failures.push(error);
      }
    }
  }

  /** The ordered log: one line a request, `PUT github repos/acme/store/actions/secrets/X 204`. */
  lines(): string[] {
    return this.requests.map(({ label, status, fault }) => {
      const note = fault === undefined ? '' : ` (${fault.kind} ${fault.phase})`;
      return `${label} ${status ?? '-'}${note}`;
    });
  }

  /** For the fakes: to be stopped together with the world. */
  adopt(started: AsyncDisposable): void {
    this.#started.push(started);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const started of this.#started.splice(0)) await started[Symbol.asyncDispose]();
    this.trusted?.[Symbol.dispose]();
    const server = this.#elsewhere;
    this.#elsewhere = undefined;
    if (server !== undefined) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    if (this.failures.length > 0) {
      throw new AggregateError(this.failures.splice(0), 'something went wrong inside the fakes');
    }
  }
}
