/** Lists that are wrong, each with what is said of it. */
import { fields } from '../../src/fleet/fields.ts';

export const erp = { 'api-key': 'vtexappkey-acmestore-ERPERP', environment: 'vtex-acmestore-erp' };
export const web = { 'api-key': 'vtexappkey-acmestore-WEBWEB', environment: 'vtex-acmestore-web' };
export const account = { account: 'acmestore', 'app-key': 'vtexappkey-acmestore-MANAGE' };

export type Json = Readonly<Record<string, unknown>>;

export const listOf = (...keys: readonly Json[]): Json => ({ accounts: [{ ...account, keys }] });

/** `schema: false`: only who knows the whole list, or GitHub's names, sees it. */
export const wrongLists: readonly {
  readonly list: unknown;
  readonly says: string;
  readonly schema?: false;
}[] = [
  { list: '{"accounts": oops}', says: 'The list is not JSON. Allowed: one JSON object.', schema: false },
  {
    list: '{"accounts":\n[1 2]}',
    says: 'The list is not JSON (line 2, column 4). Allowed: one JSON object.',
    schema: false,
  },
  {
    list: '{\t"accounts": [],\n"accounts": []\n}',
    says: 'Line 2 of the list repeats a field. Allowed: each field once.',
    schema: false,
  },
  { list: [], says: 'The list: it is no object. Allowed: an object: {…}.' },
  { list: {}, says: 'accounts: it is missing. Allowed: an array with at least one object.' },
  {
    list: { accounts: [] },
    says: 'accounts: it has nothing in it, or is no array. Allowed: an array with at least one object.',
  },
  { list: { accounts: [7] }, says: 'accounts[0]: it is no object. Allowed: an object: {…}.' },
  {
    list: { ...listOf(erp), accont: 1 },
    says: 'The list: "accont" is unknown. Allowed: defaults, accounts.',
  },
  {
    list: { ...listOf(erp), defaults: { environment: 'x' } },
    says: `defaults: "environment" is unknown. Allowed: ${Object.keys(fields.defaults).join(', ')}.`,
  },
  {
    list: { accounts: [{ ...account }] },
    says: 'accounts[0].keys: it is missing. Allowed: an array with at least one object.',
  },
  {
    list: { accounts: [{ keys: [{ ...erp, 'app-key': 'k' }] }] },
    says: 'accounts[0]: "account" is missing. Allowed: a text.',
  },
  {
    list: { accounts: [{ account: 'acmestore', keys: [erp] }] },
    says: 'accounts[0].keys[0] (vtex-acmestore-erp): "app-key" is missing. Allowed: the app key of the manager, here or in the account.',
    schema: false,
  },
  {
    list: listOf({ environment: 'x' }),
    says: 'accounts[0].keys[0] (x): "api-key" is missing. Allowed: a text.',
  },
  {
    list: listOf({ 'api-key': 'vtexappkey-acmestore-A' }),
    says: 'accounts[0].keys[0] (vtexappkey-acmestore-A): "environment" is missing. Allowed: a text.',
  },
  {
    list: listOf({ ...erp, 'app-token': 'never to be repeated' }),
    says:
      'accounts[0].keys[0] (vtex-acmestore-erp): "app-token" does not belong into a list: a secret stands in the key\'s environment. ' +
      `Allowed: ${Object.keys(fields.key).join(', ')}.`,
  },
  {
    list: listOf({ ...erp, 'renew-after-days': '90' }),
    says: 'accounts[0].keys[0] (vtex-acmestore-erp): "renew-after-days" has a value of another kind. Allowed: a whole number, without quotes.',
  },
  {
    list: listOf({ ...erp, 'renew-after-days': 3651 }),
    says:
      'accounts[0].keys[0] (vtex-acmestore-erp): Input "renew-after-days": "3651" is not a valid number. ' +
      'Allowed: a whole number from 0 to 3650, digits only.',
  },
  {
    list: listOf({ ...erp, 'delete-old-token': 'never' }),
    says: 'accounts[0].keys[0] (vtex-acmestore-erp): Input "delete-old-token": "never" is not one of the values. Allowed: now, later.',
  },
  {
    list: listOf({ ...erp, 'sign-in-check': 'false' }),
    says: 'accounts[0].keys[0] (vtex-acmestore-erp): "sign-in-check" has a value of another kind. Allowed: true or false, without quotes.',
  },
  {
    list: listOf({ ...erp, secrets: 'VTEX_APP_TOKEN' }),
    says: 'accounts[0].keys[0] (vtex-acmestore-erp): "secrets" has a value of another kind. Allowed: an array of texts of one line that are not empty.',
  },
  {
    list: listOf({ ...erp, secrets: ['# a comment'] }),
    says: 'accounts[0].keys[0] (vtex-acmestore-erp): "secrets" has a value of another kind. Allowed: an array of texts of one line that are not empty.',
  },
  {
    list: listOf({ ...erp, secrets: ['T', 'repos/acme/actions/secrets/T'] }),
    says: 'accounts[0].keys[0] (vtex-acmestore-erp): secrets[1] is wrong: ',
    schema: false,
  },
  {
    list: listOf({ ...erp, secrets: ['repos/other/web/actions/secrets/T'] }),
    says:
      'accounts[0].keys[0] (vtex-acmestore-erp): repos/other/web/actions/secrets/T: it belongs to another owner than acme, ' +
      'and a token of the App is for one owner. Allowed: ',
    schema: false,
  },
  {
    list: listOf({ ...erp, secrets: ['repos/acme/web/codespaces/secrets/T'] }),
    says: 'accounts[0].keys[0] (vtex-acmestore-erp): repos/acme/web/codespaces/secrets/T: a token of the App cannot be had for Codespaces secrets alone. Allowed: ',
    schema: false,
  },
  {
    list: listOf({ ...erp, 'verification-workflow': ['other/web/.github/workflows/v.yml'] }),
    says: 'accounts[0].keys[0] (vtex-acmestore-erp): the workflow other/web/.github/workflows/v.yml belongs to another owner. Allowed: workflows of acme.',
    schema: false,
  },
  {
    list: { accounts: [{ ...account, account: 'AcmeStore', keys: [erp] }] },
    says: 'accounts[0].keys[0] (vtex-acmestore-erp): Input "account": "AcmeStore" is not a VTEX account name; "acmestore" is probably meant. Allowed: lower-case letters, digits and -.',
  },
  {
    list: listOf({ ...erp, environment: '..' }),
    says: 'accounts[0].keys[0] (..): "environment" is not the name of an environment. Allowed: a name of GitHub, as it stands in the settings.',
    schema: false,
  },
  {
    list: listOf({ ...erp, name: 'a/b' }),
    says: 'accounts[0].keys[0] (a/b): "name" is "a/b". Allowed: letters, digits, ".", "_" and "-", at most 64.',
  },
  {
    list: listOf(erp, { ...web, environment: 'VTEX-acmestore-ERP' }),
    says: 'accounts[0].keys[1] (VTEX-acmestore-ERP): the environment VTEX-acmestore-ERP is that of accounts[0].keys[0] (vtex-acmestore-erp) too. Allowed: ',
    schema: false,
  },
  {
    list: listOf(erp, { ...web, 'api-key': erp['api-key'] }),
    says: 'accounts[0].keys[1] (vtex-acmestore-web): the API key vtexappkey-acmestore-ERPERP is that of accounts[0].keys[0] (vtex-acmestore-erp) too. Allowed: ',
    schema: false,
  },
  {
    list: listOf({ ...erp, secrets: ['T'] }, { ...web, secrets: ['repos/Acme/Store/actions/secrets/t'] }),
    says: 'accounts[0].keys[1] (vtex-acmestore-web): the secret repos/acme/store/actions/secrets/t is that of accounts[0].keys[0] (vtex-acmestore-erp) too. Allowed: ',
    schema: false,
  },
  {
    list: listOf(
      { ...erp, secrets: [`repos/acme/store/environments/${web.environment}/secrets/VTEX_APP_TOKEN_OLD`] },
      web,
    ),
    says: 'accounts[0].keys[1] (vtex-acmestore-web): the secret repos/acme/store/environments/vtex-acmestore-web/secrets/vtex_app_token_old is that of accounts[0].keys[0] (vtex-acmestore-erp) too. Allowed: ',
    schema: false,
  },
];
