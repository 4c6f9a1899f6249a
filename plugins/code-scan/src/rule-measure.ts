/** Numbers of functions that a rule may ask for, by what a message calls them. */
export const measureNames = {
  cognitive: 'COGNITIVE',
  cyclomatic: 'CYCLOMATIC',
  nesting: 'NESTING',
  parameters: 'PARAMETERS',
  code_lines: 'CODE_LINES',
} as const
export type Measure = keyof typeof measureNames

/** The names that a message may use besides metavariables: the number, and the function. */
export const namesOfMeasure = (measure: Measure): readonly string[] => [`$${measureNames[measure]}`, '$FUNCTION']
