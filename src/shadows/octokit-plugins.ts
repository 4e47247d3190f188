/**
 * Stands in the bundle for the two plugins that `@actions/github` always adds: a method for each of GitHub's operations,
 * and pages. Requests are made by route, and pages are asked for one by one.
 */

export function restEndpointMethods(): object {
  return {};
}

export function paginateRest(): object {
  return {};
}
