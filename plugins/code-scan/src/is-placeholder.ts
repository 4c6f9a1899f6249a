const placeholder =
  /example|sample|dummy|placeholder|change[-_]?me|your[-_ ]|my[-_]?(secret|token|key|password)|test|fake|mock|secret[-_]?(key|here)?$|password\d*$|xxx|\*{3}|\.\.\.|<[^>]*>|\$\{|\{\{|todo|fixme|redacted|insert|replace|default|undefined|null|none|foobar|lorem|0123456|1234567|abcdef/i

/** True where a text stands for a credential, and is none. */
export const isPlaceholder = (text: string): boolean => placeholder.test(text)
