import type { ConfigFile } from './schema.ts'

/** The lowest layer. What is absent here has no value until a layer says one. */
export const defaultConfig = {
  model_provider: 'openai',
  project_root_markers: ['.git'],
  project_doc_max_bytes: 32_768,
  project_doc_fallback_filenames: [],
  shell_environment_policy: { inherit: 'core', ignore_default_excludes: false, exclude: [], include_only: [], set: {} },
  commands: { auto_reload: true, default_mode: 'sandbox', vars: {} },
  agents: {
    enabled: true,
    activation_threshold: 0.6,
    enable_orchestration: true,
    max_parallel_agents: 3,
    suggestions: { auto_suggest: true, suggestion_count: 3 },
  },
  history: { persistence: 'save-all' },
} as const satisfies ConfigFile
