// What others do at one moment of a run: for tests, and for the fault matrix at every request.
import type { Store } from './store.ts';

/** Does nothing where it cannot be done, as a person in the Admin sees no button then. `key`: the store's own, if absent. */
export type Moment = (store: Store, key?: string) => void;

const first = (store: Store): string => store.path('VTEX_APP_TOKEN');

/** By the name in a report. */
export const everyMoment: Readonly<Record<string, Moment>> = {
  'GitHub changes its public keys': ({ github }) => {
    github.secrets.rotateKeys();
  },
  'a person chooses Renew Token': ({ vtex, targetKey }, key = targetKey) => {
    if (!vtex.isPending(key)) vtex.adminRenew(key);
  },
  'a person chooses Undo Renewal': ({ vtex, targetKey }, key = targetKey) => {
    if (vtex.isPending(key)) vtex.adminUndo(key);
  },
  'a person chooses Delete old token': ({ vtex, targetKey }, key = targetKey) => {
    if (vtex.isPending(key)) vtex.adminDeleteOld(key);
  },
  'somebody writes the token in use into the first secret': (store, key = store.targetKey) => {
    store.github.setSecret(first(store), store.vtex.tokens(key).current);
  },
  'somebody writes something else into the first secret': ({ github, ...store }) => {
    github.setSecret(`repos/${store.repository}/actions/secrets/VTEX_APP_TOKEN`, 'something else');
  },
  'somebody deletes the first secret': (store) => {
    store.github.secrets.delete(first(store));
  },
  'somebody deletes the pending secret': (store) => {
    store.github.secrets.delete(store.path('VTEX_APP_TOKEN_PENDING'));
  },
  'somebody deletes the old secret': (store) => {
    store.github.secrets.delete(store.path('VTEX_APP_TOKEN_OLD'));
  },
  'the hour is used up for 40 minutes': ({ github, githubToken }) => {
    github.limits.exhaust(github.token(githubToken), 40 * 60_000);
  },
  'a secondary limit for a minute': ({ github }) => {
    github.limits.limitFor(60_000);
  },
  'the repository is archived': ({ github, repository }) => {
    github.repositories.get(repository).archived = true;
  },
};
