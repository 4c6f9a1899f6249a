import { localProvider } from './local-server.ts'
import { ollamaWindow } from './ollama-window.ts'

/** Ollama, at OLLAMA_HOST or port 11434 of this machine (https://docs.ollama.com/faq). */
export const provider = localProvider({
  id: 'ollama',
  name: 'Ollama',
  defaultUrl: 'http://localhost:11434',
  hostVariable: 'OLLAMA_HOST',
  start: 'Start it: ollama serve (https://ollama.com/download).',
  get: (model) => `ollama pull ${model}`,
  window: ollamaWindow,
  widen: 'OLLAMA_CONTEXT_LENGTH=64000 ollama serve',
  preferred: ['gpt-oss:20b', 'gpt-oss', 'qwen3-coder', 'devstral', 'qwen3'],
})
