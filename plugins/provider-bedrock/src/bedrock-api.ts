import type { ModelApi, ModelRequest, ProviderContext } from 'codex-kernel/plugin-api'
import { type AwsCredentials, awsRegion } from './aws-credentials.ts'
import { converseBody } from './converse-body.ts'
import { eventMessages } from './event-messages.ts'
import { readConverse } from './read-converse.ts'
import { readError } from './read-error.ts'
import { signRequest } from './sign-request.ts'

/**
 * ConverseStream in the region of the settings, signed with keys or sent with a token.
 *
 * @param credentials absent: for a look at the request
 * @throws CodexError `config.invalid` for what is no region
 */
export async function bedrockApi(
  request: ModelRequest,
  ctx: ProviderContext,
  credentials?: AwsCredentials,
): Promise<ModelApi> {
  const region = await awsRegion(ctx)
  const { keys, bearer } = credentials ?? {}
  return {
    baseUrl: baseUrlOf(region),
    path: `/model/${encodeURIComponent(request.model)}/converse-stream`,
    mediaType: 'application/vnd.amazon.eventstream',
    keyName: bearer === undefined ? 'AWS_SECRET_ACCESS_KEY' : 'AWS_BEARER_TOKEN_BEDROCK',
    secrets: [bearer, keys?.secretAccessKey, keys?.sessionToken].flatMap((secret) => secret ?? []),
    headers: (key = bearer) => (key === undefined ? {} : { authorization: `Bearer ${key}` }),
    ...(keys && { sign: (unsigned) => signRequest(unsigned, { keys, region, service: 'bedrock', date: new Date() }) }),
    body: converseBody,
    read: (stream, { model }) => readConverse(eventMessages(stream), model),
    readError,
  }
}

function baseUrlOf(region: string): string {
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  return `https://bedrock-runtime.${region}.${domain}`
}
