/**
 * What GitHub's secondary limits allow, in its points.
 * https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
 */
export const pointsAMinute = 900;

export function pointsOf(isWrite: boolean): number {
  return isWrite ? 5 : 1;
}
