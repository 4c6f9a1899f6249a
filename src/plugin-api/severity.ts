/** How grave a finding is, the worst first. */
export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const
/** How grave a finding is. */
export type Severity = (typeof severities)[number]
/** How sure a finding is, the surest first. */
export const confidences = ['high', 'medium', 'low'] as const
