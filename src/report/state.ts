/** How things stand, in words. What is known of it is computed in the domain. */
import type { Outcome, TokenState } from '../rotation/model.ts';
import type { Settings } from '../rotation/settings.ts';
import type { Holding, Standing } from '../rotation/standing.ts';

/** One or two sentences on the tokens. */
export function tokenState(settings: Settings, { standing, earlier }: Outcome): string {
  const before =
    earlier === undefined ? '' : 'The earlier renewal is finished: its new token is the one in use. ';
  return before + sentences(settings, standing).join(' ');
}

/** The first of them. */
export function stateInShort(settings: Settings, { standing }: Outcome): string {
  return sentences(settings, standing)[0] ?? '';
}

function sentences(settings: Settings, standing: Standing): string[] {
  switch (standing.renewal) {
    case 'none':
      return ['Nothing was renewed.'];
    case 'elsewhere':
      return [
        'VTEX has a renewal pending, or may have one, with two tokens that work. Nothing was renewed by this run.',
      ];
    case 'lost':
      return [
        'The token in use was not touched. VTEX may have a renewal pending whose new token nobody holds.',
      ];
    case 'undone':
      return ['The old token works; the new one is dead.'];
    case 'over':
      return standing.tokens.new === 'accepted'
        ? [`Only the new token works${standing.tokens.old === 'refused' ? '; the old one is deleted' : ''}.`]
        : ['The old token is deleted.', token('the new token', standing.tokens.new)];
    case 'unclear':
      return ['The old token may have been deleted.', token('the new token', standing.tokens.new)];
    case 'pending':
      return [bothTokens(standing.tokens), whereTheyAre(settings, standing)];
  }
}

function bothTokens({ old, new: fresh }: Standing['tokens']): string {
  if (old === 'accepted' && fresh === 'accepted') return 'Both tokens work, the old and the new one.';
  const oldToken = old === 'absent' ? 'There is no old token.' : token('the old token', old);
  return `Nothing was deleted. ${oldToken} ${token('the new token', fresh)}`;
}

function token(name: string, state: TokenState): string {
  const subject = name.charAt(0).toUpperCase() + name.slice(1);
  switch (state) {
    case 'accepted':
      return `${subject} works.`;
    case 'refused':
      return `VTEX refuses ${name}.`;
    case 'absent':
      return `${subject} is not in the hands of this run.`;
    case 'unknown':
      return `Whether VTEX accepts ${name} is not known.`;
  }
}

function whereTheyAre({ pendingSecret, oldSecret }: Settings, { pending, old }: Standing): string {
  const places = [
    pending.holds === 'new' ? `the new one is in ${pendingSecret.path}` : '',
    old.holds === 'old' ? `the old one in ${oldSecret.path}` : '',
  ].filter((place) => place !== '');
  if (pending.holds === 'none') return 'The new one is stored nowhere yet.';
  const text = places.join(', ');
  return text === '' ? '' : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

const labels: Readonly<Record<Holding, string>> = {
  new: 'Holding the new token',
  old: 'Holding the old token',
  unchanged: 'Not changed by this run',
  none: 'Not existing',
  unknown: 'Not known what they hold',
};

/** Which secrets hold which, for a message; short enough for an annotation. */
export function holdingsText({ standing }: Outcome): string {
  return (Object.keys(labels) as Holding[])
    .map((holds) => {
      const paths = standing.secrets.filter((secret) => secret.holds === holds).map(({ path }) => path);
      if (paths.length === 0) return '';
      const shown = paths.slice(0, 5).join(', ');
      return `${labels[holds]}: ${paths.length > 5 ? `${shown} and ${paths.length - 5} more` : shown}.`;
    })
    .filter((text) => text !== '')
    .join(' ');
}
