export { type HumanOptions, renderHuman } from './render-human.ts'
export { renderJsonLines } from './render-json-lines.ts'
export { colours, terminalText } from './terminal-text.ts'
export { type ThreadResult, threadResult } from './thread-result.ts'
