/** Of this release, for the User-Agent; held equal to package.json by a test. */
export const version = '0.1.0';

export const userAgent = `rotate-vtex-token/${version}`;
