/** The command with which a person writes a secret that a run could not write. The value in it is sealed. */
import type { SealedValue } from '../../rotation/ports/secret-store.ts';
import type { Readers } from './organization-readers.ts';

/** `readers` is of an organization secret; without it the command does not say who may read the secret. */
export function commandToWrite({ path, keyId, value }: SealedValue, readers: Readers | undefined): string {
  const who = readers === undefined ? '' : fieldsOf(readers);
  return `gh api --method PUT /${path.path} -f encrypted_value=${value} -f ${quotedForShell(`key_id=${keyId}`)}${who}`;
}

function fieldsOf(readers: Readers): string {
  const ids = readers.visibility === 'selected' ? readers.selected_repository_ids : [];
  return ` -f visibility=${readers.visibility}${ids.map((id) => ` -F 'selected_repository_ids[]=${id}'`).join('')}`;
}

/** GitHub's ids are numbers; anything else must not end the word, for a person is to run the command. */
function quotedForShell(word: string): string {
  return /^[\w+/=.-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
