import { localProvider } from './local-server.ts'

/** LM Studio, at port 1234 of this machine (https://lmstudio.ai/docs/developer). */
export const provider = localProvider({
  id: 'lmstudio',
  name: 'LM Studio',
  defaultUrl: 'http://localhost:1234',
  start: 'Start its server: lms server start (https://lmstudio.ai).',
  get: (model) => `lms get ${model}`,
  preferred: ['openai/gpt-oss-20b', 'openai/gpt-oss', 'qwen/qwen3-coder', 'mistralai/devstral', 'qwen/qwen3'],
})
