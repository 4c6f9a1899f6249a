import { expect, test } from 'vitest'
import { providerContext } from '../../../test/support/provider-context.ts'
import { awsCredentials, awsRegion } from './aws-credentials.ts'

const awsSettings = async (ctx: ReturnType<typeof providerContext>, token: string | undefined) => ({
  region: await awsRegion(ctx),
  ...(await awsCredentials(ctx, token)),
})
const env = { AWS_ACCESS_KEY_ID: 'AKIA1', AWS_SECRET_ACCESS_KEY: 'secret-1', AWS_SESSION_TOKEN: 'session-1' }
const files = {
  '~/.aws/credentials':
    '[default]\naws_access_key_id = AKIA2\naws_secret_access_key = secret-2\n[work]\naws_access_key_id=AKIA3\naws_secret_access_key=secret-3\n',
  '~/.aws/config':
    '# settings\n[default]\nregion = eu-west-1\n\n[profile work]\nregion = eu-north-1\n[profile sso]\nsso_session = corp\nregion=us-west-2\n',
}

test('keys of the environment come first, then those of the profile; so does the region', async () => {
  expect(await awsSettings(providerContext({}, { env, files }), undefined)).toEqual({
    region: 'eu-west-1',
    keys: { accessKeyId: 'AKIA1', secretAccessKey: 'secret-1', sessionToken: 'session-1' },
  })
  const ofFiles = await awsSettings(providerContext({}, { env: { AWS_REGION: 'ap-south-1' }, files }), undefined)
  expect(ofFiles).toEqual({ region: 'ap-south-1', keys: { accessKeyId: 'AKIA2', secretAccessKey: 'secret-2' } })
})

test('a profile that is named comes before the keys of the environment', async () => {
  const named = providerContext({ options: { profile: 'work' } }, { env, files })
  expect(await awsSettings(named, undefined)).toMatchObject({ region: 'eu-north-1', keys: { accessKeyId: 'AKIA3' } })
  const other = providerContext({}, { env: { AWS_PROFILE: 'none' }, files })
  await expect(awsSettings(other, undefined)).rejects.toMatchObject({
    code: 'provider.credential',
    message: 'The AWS files have no profile "none"',
  })
})

test('a token takes the place of keys, and needs none', async () => {
  const bearer = providerContext({ options: { region: 'us-west-2' } }, { env: { AWS_BEARER_TOKEN_BEDROCK: 'token-1' } })
  expect(await awsSettings(bearer, undefined)).toEqual({ region: 'us-west-2', bearer: 'token-1' })
  expect(await awsSettings(bearer, 'of-the-command')).toMatchObject({ bearer: 'of-the-command' })
})

test('a profile of single sign-on says how its keys can be had', async () => {
  const sso = providerContext({ options: { profile: 'sso' } }, { files })
  await expect(awsSettings(sso, undefined)).rejects.toMatchObject({
    message: 'The AWS profile "sso" holds no keys: sso_session needs the AWS tools',
    hint: expect.stringContaining('aws configure export-credentials --format env --profile sso'),
  })
})

test('without any credentials the ways are named, and a region that is none is refused', async () => {
  await expect(awsSettings(providerContext(), undefined)).rejects.toMatchObject({
    code: 'provider.credential',
    hint: expect.stringMatching(/AWS_BEARER_TOKEN_BEDROCK.*AWS_ACCESS_KEY_ID/),
  })
  for (const region of ['evil.example/x', 1, '']) {
    const elsewhere = providerContext({ options: { region } }, { env })
    await expect(awsSettings(elsewhere, undefined)).rejects.toMatchObject({ code: 'config.invalid' })
  }
})
