import { CodexError, type ProviderContext } from 'codex-kernel/plugin-api'

/** What signs a request. */
export interface AwsKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** A token, or keys to sign with. */
export type AwsCredentials =
  | { readonly bearer: string; readonly keys?: never }
  | { readonly keys: AwsKeys; readonly bearer?: never }

type Profile = Readonly<Record<string, string>>

/**
 * The region that answers: that of the settings, of the environment, or of the profile. @throws CodexError `config.invalid`
 * for what is no name of a region
 */
export async function awsRegion(ctx: ProviderContext): Promise<string> {
  const { options = {}, id } = ctx.settings
  const region =
    (options.region === undefined ? undefined : String(options.region).trim()) ??
    variable(ctx, 'AWS_REGION') ??
    variable(ctx, 'AWS_DEFAULT_REGION') ??
    (await readProfile(profileName(ctx) ?? 'default', ctx))?.region ??
    'us-east-1'
  if (/^[a-z]{2,4}(?:-[a-z]+)+-\d+$/.test(region)) return region
  throw new CodexError('config.invalid', `"${region}" is no region of AWS`, {
    hint: `Write one such as eu-central-1, as model_providers.${id}.options.region or AWS_REGION.`,
  })
}

/**
 * What requests are sent with: the token, or the keys of the profile that is named (`options.profile`, `AWS_PROFILE`), of the
 * environment, or of the profile `default`. What the AWS tools would ask a server or a program for (SSO, roles) is theirs to
 * print. @throws CodexError `provider.credential`
 */
export async function awsCredentials(ctx: ProviderContext, token: string | undefined): Promise<AwsCredentials> {
  const bearer = token ?? variable(ctx, 'AWS_BEARER_TOKEN_BEDROCK')
  if (bearer !== undefined) return { bearer }
  const named = profileName(ctx)
  const ofEnvironment = named === undefined ? keysOfEnvironment(ctx) : undefined
  if (ofEnvironment) return { keys: ofEnvironment }
  const profile = await readProfile(named ?? 'default', ctx)
  if (named !== undefined && !profile) throw noProfile(named, ctx.settings.id)
  const keys = keysOf(profile)
  if (!keys) throw noKeys(ctx.settings.id, named, profile)
  return { keys }
}

function profileName(ctx: ProviderContext): string | undefined {
  return text(ctx.settings.options?.profile) ?? variable(ctx, 'AWS_PROFILE')
}

function keysOfEnvironment(ctx: ProviderContext): AwsKeys | undefined {
  return keysOf({
    aws_access_key_id: variable(ctx, 'AWS_ACCESS_KEY_ID') ?? '',
    aws_secret_access_key: variable(ctx, 'AWS_SECRET_ACCESS_KEY') ?? '',
    aws_session_token: variable(ctx, 'AWS_SESSION_TOKEN') ?? '',
  })
}

function keysOf(profile: Profile | undefined): AwsKeys | undefined {
  const { aws_access_key_id: id, aws_secret_access_key: secret, aws_session_token: session } = profile ?? {}
  if (!id || !secret) return undefined
  return { accessKeyId: id, secretAccessKey: secret, ...(session && { sessionToken: session }) }
}

/** The settings of one profile; those of `credentials` before those of `config`. */
async function readProfile(name: string, ctx: ProviderContext): Promise<Profile | undefined> {
  const config = sectionsOf((await ctx.credentialFile('~/.aws/config')) ?? '')
  const credentials = sectionsOf((await ctx.credentialFile('~/.aws/credentials')) ?? '')
  const found = [config.get(`profile ${name}`) ?? config.get(name), credentials.get(name)]
  return found.some(Boolean) ? Object.assign({}, ...found) : undefined
}

/** The sections of an INI file as AWS writes them ("Configuration and credential file settings"). */
function sectionsOf(source: string): ReadonlyMap<string, Profile> {
  const sections = new Map<string, Record<string, string>>()
  let section: Record<string, string> = {}
  for (const line of source.split(/\r?\n/)) {
    const [, title] = /^\s*\[([^\]]+)\]/.exec(line) ?? []
    const [, name, value] = /^(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? []
    if (title !== undefined) {
      section = sections.get(title.trim()) ?? {}
      sections.set(title.trim(), section)
    } else if (name !== undefined && value !== undefined) section[name] = value
  }
  return sections
}

function variable(ctx: ProviderContext, name: string): string | undefined {
  return text(ctx.env(name))
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}

function noProfile(name: string, id: string): CodexError {
  return new CodexError('provider.credential', `The AWS files have no profile "${name}"`, {
    hint: `See which there are: aws configure list-profiles. It comes from AWS_PROFILE, or from model_providers.${id}.options.profile.`,
  })
}

function noKeys(id: string, named: string | undefined, profile: Profile | undefined): CodexError {
  const foreign = Object.keys(profile ?? {}).find((name) =>
    /^(?:sso_|role_arn|credential_process|source_profile)/.test(name),
  )
  const where = named === undefined ? 'No credentials for AWS are there' : `The AWS profile "${named}" holds no keys`
  return new CodexError('provider.credential', foreign ? `${where}: ${foreign} needs the AWS tools` : where, {
    hint: foreign
      ? `Let them print keys: eval "$(aws configure export-credentials --format env${named ? ` --profile ${named}` : ''})"`
      : `Set AWS_BEARER_TOKEN_BEDROCK, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile: model_providers.${id}.options.profile.`,
  })
}
