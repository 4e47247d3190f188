/** How a run is recognized that GitHub does not name in its reply to the dispatch. */

/** The input that a workflow declares for it, and shows in its `run-name`. */
export const distinctIdInput = 'distinct_id';

export const distinctIdAdvice =
  `declare an input \`${distinctIdInput}\` (type string) in the workflow and show it: ` +
  `\`run-name: verify \${{ inputs.${distinctIdInput} }}\``;
