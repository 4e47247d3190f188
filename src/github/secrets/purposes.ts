/** The purposes of requests about secrets. */
import type { Quoter } from '../../common/quoter.ts';
import { formOf, type SecretPath } from '../../paths/secret-path.ts';
import type { Purpose, Need } from '../purpose.ts';

export class Purposes {
  readonly quoter: Quoter;

  constructor(quoter: Quoter) {
    this.quoter = quoter;
  }

  on(path: SecretPath, to: string): Purpose {
    return this.needing(formOf(path), to);
  }

  reading(path: SecretPath): Purpose {
    return { ...this.on(path, `read the secret ${path.path}`), ifMoved: 'secret-missing' };
  }

  needing(needs: Need, to: string): Purpose {
    return { to, needs, token: 'github-token', quoter: this.quoter };
  }

  quote(text: string): string {
    return this.quoter.quote(text, 100);
  }
}
