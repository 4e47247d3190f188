/** What the rotation tells the runner and leaves with it. */
import type { Secret } from '../../common/secret.ts';
import type { SealedValue } from './secret-store.ts';

export interface Log {
  info(message: string): void;
  notice(message: string): void;
  warning(message: string): void;
  /** Until the step is over, every ten seconds a line that says how far it has come. */
  progress?(line: () => string): void;
}

/** The traces that must outlive the process. None of them throws: a full disk must not cost a token. */
export interface Journal {
  /** Makes the runner hide the value from now on, and withholds it from every text. */
  mask(value: Secret): void;
  /** Keeps the sealed token where the `post` step finds it, and has it on disk when it returns. */
  renewed(sealed: SealedValue): void;
  /** The sealed token is in the pending secret; `post` has nothing left to do. */
  staged(): void;
}
