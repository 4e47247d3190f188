/** What is tried on secrets, for the texts of errors. */
import type { Quoter } from '../../quoter.ts';
import { formOf, type SecretPath } from '../../secret-path.ts';
import type { Attempt, Need } from '../attempt.ts';

export class Attempts {
  readonly #quoter: Quoter;

  constructor(quoter: Quoter) {
    this.#quoter = quoter;
  }

  on(path: SecretPath, to: string): Attempt {
    return this.needing(formOf(path), to);
  }

  reading(path: SecretPath): Attempt {
    return { ...this.on(path, `read the secret ${path.path}`), ifMoved: 'secret-missing' };
  }

  needing(needs: Need, to: string): Attempt {
    return { to, needs, token: 'github-token', quoter: this.#quoter };
  }

  quote(text: string): string {
    return this.#quoter.quote(text, 100);
  }
}
