/** Keys that are checked and shown and that nothing reads in this version, as dotted paths; docs/architecture.md section 11 lists the same. */
export const keysWithoutEffect: readonly string[] = [
  'analytics',
  'check_for_update_on_startup',
  'desktop',
  'feedback',
  'file_opener',
  'history',
  'log_dir',
  'marketplaces',
  'otel.metrics_exporter',
  'otel.span_attributes',
  'otel.tracestate',
  'personality',
  'profiles',
  'tui',
]

/** True for a key that is one of those, or inside of one. */
export function isWithoutEffect(path: readonly string[]): boolean {
  return path.some((_, index) => keysWithoutEffect.includes(path.slice(0, index + 1).join('.')))
}
