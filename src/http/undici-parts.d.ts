/**
 * The parts of undici that are used. Its front door loads all of it (fetch, web sockets, caches, mocks), which takes
 * longer than the rest of the start; a test holds these paths to the package.
 */
declare module 'undici/lib/dispatcher/agent.js' {
  export { Agent as default } from 'undici';
}
declare module 'undici/lib/dispatcher/pool.js' {
  export { Pool as default } from 'undici';
}
declare module 'undici/lib/dispatcher/proxy-agent.js' {
  export { ProxyAgent as default } from 'undici';
}
declare module 'undici/lib/api/api-connect.js' {
  import { type Dispatcher } from 'undici';
  /** What `dispatcher.connect(options)` is where undici was loaded by its front door. */
  export default function connect(
    this: Dispatcher,
    options: Dispatcher.ConnectOptions,
  ): Promise<Dispatcher.ConnectData>;
}
