/** The one door for TOML. Importing it loads both parsers (3 ms bundled): import it with `await import` where a start may not need it. */
export { type ParsedToml, parseToml } from './parse-toml.ts'
export { setTomlValue } from './set-toml-value.ts'
export { stringifyToml, tomlKey, tomlLiteral } from './stringify-toml.ts'
