// What tests, scenarios and the demo use of the fakes.
export type { Act } from './acts.ts';
export * from './conditions.ts';
export * from './faults.ts';
export * from './github-refusals.ts';
export * from './moments.ts';
export * from './outcomes.ts';
export { fingerprint, makeAppToken, makeGitHubToken } from './tokens.ts';
export { FakeGitHub } from './github.ts';
export { verificationText } from './github-workflows.ts';
export { startStore, Store, type OwnRunOptions, type StoreOptions } from './store.ts';
export { FakeVtex, renewApiToken } from './vtex.ts';
export { World } from './world.ts';
export type { Intercept, Phase, RecordedRequest } from './world.ts';
