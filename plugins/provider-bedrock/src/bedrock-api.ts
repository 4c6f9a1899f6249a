import type { ModelApi, ModelRequest, ProviderContext } from 'codex-kernel/plugin-api'
import { type AwsSettings, awsSettings } from './aws-settings.ts'
import { converseBody } from './converse-body.ts'
import { eventMessages } from './event-messages.ts'
import { readConverse } from './read-converse.ts'
import { readError } from './read-error.ts'
import { signRequest } from './sign-request.ts'

/** ConverseStream in the region of the settings, signed with keys or by a token. @throws CodexError `provider.credential`, `config.invalid` */
export async function bedrockApi(request: ModelRequest, ctx: ProviderContext): Promise<ModelApi> {
  const aws = await awsSettings(ctx, await ctx.credential())
  const { region, keys, bearer } = aws
  return {
    baseUrl: baseUrlOf(region),
    path: `/model/${encodeURIComponent(request.model)}/converse-stream`,
    mediaType: 'application/vnd.amazon.eventstream',
    keyName: bearer === undefined ? 'AWS_SECRET_ACCESS_KEY' : 'AWS_BEARER_TOKEN_BEDROCK',
    secrets: secretsOf(aws),
    headers: () => (bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
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

function secretsOf({ bearer, keys }: AwsSettings): readonly string[] {
  return [bearer, keys?.secretAccessKey, keys?.sessionToken].flatMap((secret) => secret ?? [])
}
