/**
 * Modules of libraries that the bundle does without, and what stands in their place: all of them are loaded whatever a
 * run does, and used by none. `test/shadows.test.ts` holds the replacements to the real ones.
 */
export const shadows: Readonly<Record<string, string>> = {
  '@actions/exec': 'actions-exec',
  '@actions/http-client': 'actions-http-client',
  '@actions/http-client/lib/auth': 'actions-http-client',
  '@octokit/plugin-paginate-rest': 'octokit-plugins',
  '@octokit/plugin-rest-endpoint-methods': 'octokit-plugins',
  'bottleneck/light.js': 'bottleneck',
  undici: 'undici',
};

/** For ncc, which takes `paths` from the tsconfig.json of its working directory; `lib/` is where tsc puts src/. */
export function tsconfigWithShadows(): string {
  const paths = Object.entries(shadows).map(([module, file]) => [module, [`./shadows/${file}.js`]]);
  return JSON.stringify({ compilerOptions: { baseUrl: '.', paths: Object.fromEntries(paths) as unknown } });
}
