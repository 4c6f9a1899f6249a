export { colours } from './colours.ts'
export { type HumanOptions, renderHuman } from './render-human.ts'
export { renderJsonLines } from './render-json-lines.ts'
export { type ThreadResult, threadResult } from './thread-result.ts'
