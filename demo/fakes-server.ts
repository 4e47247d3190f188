/** Serves the fakes to another process until somebody ends it, or a quarter of an hour has passed. */
import { Shop } from './shop.ts';

export interface Opened {
  /** The outputs of the step that starts the fakes. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly tokens: readonly string[];
}

const longestMs = 15 * 60_000;

const shop = await Shop.open(process.env.GITHUB_REPOSITORY);
setTimeout(() => process.exit(), longestMs);
const { store } = shop;
const { account, url } = store.vtex;
const inputs = shop.inputs();
const opened: Opened = {
  outputs: {
    'github-url': store.github.url,
    'vtex-url': url,
    account,
    'app-key': store.managerKey,
    'app-token': inputs['app-token'] ?? '',
    'api-key': store.targetKey,
    'current-token': shop.oldToken,
    'github-token': store.githubToken,
    secrets: shop.secrets.join('\n'),
  },
  tokens: store.everyToken(),
};
// Over the channel between the two processes, since a file or an argument could be read by others.
process.send?.(opened);
