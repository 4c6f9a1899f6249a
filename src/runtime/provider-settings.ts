import type { Config } from '../config/schema.ts'
import { ownValue } from '../config/table.ts'
import type { ProviderSettings } from '../plugin-api/provider.ts'
import { openaiId } from './credentials/open-credentials.ts'

/** What the configuration says of a provider; only its id for one that a plugin brings and no table configures. */
export function providerSettings(id: string, config: Config): ProviderSettings {
  if (id === openaiId) {
    const { openai_base_url: baseUrl, openai_organization: organisation, openai_project: project } = config
    const headers = {
      ...(organisation !== undefined && { 'OpenAI-Organization': organisation }),
      ...(project !== undefined && { 'OpenAI-Project': project }),
    }
    return {
      id,
      ...(baseUrl !== undefined && { base_url: baseUrl }),
      ...(Object.keys(headers).length > 0 && { http_headers: headers }),
    }
  }
  const {
    requires_openai_auth: _,
    supports_websockets: __,
    auth: ___,
    ...table
  } = ownValue(config.model_providers, id) ?? {}
  return Object.fromEntries(
    Object.entries({ id, ...table }).filter(([, value]) => value !== undefined),
  ) as unknown as ProviderSettings // undefined keys are gone
}
