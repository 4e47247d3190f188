/** Goes through a list of GitHub page by page, to its end and no further, whatever the server answers. */

/** The most entries that GitHub gives at once. */
export const pageSize = 100;

export class Paging {
  readonly #known: { readonly size: number };
  #page = 0;
  #before = 0;

  /** `known` is what the caller gathers of the pages, each entry once. */
  constructor(known: { readonly size: number }) {
    this.#known = known;
  }

  /** The parameters that ask for the next page. */
  next(): { readonly per_page: number; readonly page: number } {
    this.#before = this.#known.size;
    this.#page += 1;
    return { per_page: pageSize, page: this.#page };
  }

  /**
   * Whether there is nothing to be had after the page with these entries: it is not full, or it brought nothing new,
   * as where a server takes no notice of the page that it is asked for.
   */
  isLast(entries: readonly unknown[]): boolean {
    return entries.length < pageSize || this.#known.size === this.#before;
  }
}
