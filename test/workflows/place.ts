/**
 * A place outside GitHub that holds a VTEX token and works with it all the time: PUT stores, GET shows, and at every
 * change of anything it is asked whether VTEX still accepts what it holds. It also takes messages, by POST.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Store } from '../fakes/index.ts';
import { listen } from '../helpers/loopback.ts';

export class Place {
  /** What it wants as `Authorization`. */
  readonly credential = 'credential-of-the-place';
  /** What becomes of a PUT. `cuts`: it is done, and the answer never comes. */
  manner: 'takes' | 'refuses' | 'cuts' | 'forgets' = 'takes';
  /** How many tokens were put. */
  puts = 0;
  port = 0;
  token: string;
  /** What was posted, by anybody. */
  readonly messages: string[] = [];
  /** When it held a token that VTEX refused. */
  readonly outages: string[] = [];
  readonly #store: Store;
  readonly #isWatched: boolean;

  private constructor(store: Store, isWatched: boolean) {
    this.#store = store;
    this.token = store.vtex.tokens(store.targetKey).current;
    this.#isWatched = isWatched;
    store.world.onChange((change) => {
      this.#look(change);
    });
  }

  static async open(store: Store, isWatched: boolean): Promise<Place> {
    const { trusted } = store.world;
    if (trusted === undefined) throw new Error('a place is asked over https only');
    const place = new Place(store, isWatched);
    const server = createServer(trusted.certificate, (request, response) => {
      void place.#answer(request, response);
    });
    place.port = await listen(server);
    return place;
  }

  #look(change: string): void {
    const { vtex, targetKey } = this.#store;
    if (this.#isWatched && !vtex.accepts(targetKey, this.token)) this.outages.push(change);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, headers } = request;
    let body = '';
    for await (const chunk of request) body += String(chunk);
    if (method === 'POST') {
      this.messages.push(body);
      response.end('ok');
      return;
    }
    if (headers.authorization !== `Bearer ${this.credential}`) {
      response.writeHead(401).end();
      return;
    }
    if (method === 'GET') {
      response.end(JSON.stringify({ token: this.token }));
      return;
    }
    if (this.manner === 'refuses') {
      response.writeHead(403).end();
      return;
    }
    this.puts += 1;
    if (this.manner !== 'forgets') this.token = (JSON.parse(body) as { token: string }).token;
    this.#look('a delivery');
    if (this.manner === 'cuts') response.destroy();
    else response.writeHead(204).end();
  }
}
